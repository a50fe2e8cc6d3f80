import { expect, onTestFinished } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { lastingPort } from '../support/ports.ts';
import { type Installation, install, WEBHOOK_TOKEN } from './app.ts';
import { type AlertmanagerOptions, type RealAlertmanager, startAlertmanager } from './real-alertmanager.ts';

/**
 * Hikeshi beside real Alertmanagers, asking them. Only Hikeshi's time is moved: alerts of Alertmanager's own time fire for
 * minutes, and are looked at as if these were hours.
 */

export const WITHIN_MS = 30_000;
export const MINUTE = 60_000;

/** Of the test that runs. */
export let place: Installation | undefined;

interface Here {
  readonly place: Installation;
  readonly alertmanager: RealAlertmanager;
  readonly other: RealAlertmanager | undefined;
}

/** Ends with the test. */
export async function setUp(
  program: string,
  options: readonly AlertmanagerOptions[] = [{}],
  ofSource = '',
  more = '',
): Promise<Here> {
  const port = await lastingPort();
  const webhook = { url: `http://127.0.0.1:${port}/webhooks/alertmanager`, token: WEBHOOK_TOKEN };
  const members = await Promise.all(options.map((one) => member(program, webhook, one)));
  const api = members.map((member) => `'${member.url}'`).join(', ');
  place = await install(
    `slack: { channel: alerts }\nsources: { main: { token: ALERTMANAGER_WEBHOOK_TOKEN, api: [${api}], ${ofSource} } }\n${more}\n`,
    port,
  );
  onTestFinished(() => place!.close());
  await place.open();
  await looks(1);
  return { place, alertmanager: members[0]!, other: members[1] };
}

async function member(...how: Parameters<typeof startAlertmanager>): Promise<RealAlertmanager> {
  const started = await startAlertmanager(...how);
  onTestFinished(() => started.stop());
  return started;
}

export async function looks(times: number): Promise<void> {
  const counted = () => place!.metric('hikeshi_reconcile_looks_total');
  await expect.poll(counted, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(times);
}

/** Hikeshi's time passes, with a look each minute. */
export async function pass(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    const before = await place!.metric('hikeshi_reconcile_looks_total');
    place!.move(MINUTE);
    await looks(before + 1);
  }
}

export const named = (alertname: string, more: Readonly<Record<string, string>> = {}) => ({
  alertname,
  severity: 'warning',
  ...more,
});

export async function posted(alertname: string): Promise<Message> {
  const { slack } = place!;
  return slack.until(
    () =>
      slack
        .channel('alerts')
        .posts()
        .find((post) => visibleText(post).includes(alertname)),
    WITHIN_MS,
  );
}

/** What each incident says of itself now, in a word. */
export function states(): Record<string, string> {
  const posts = place!.slack.channel('alerts').posts().map(visibleText);
  return Object.fromEntries(
    posts.map((text) => {
      const [name = text] = /[A-Z][a-z]+Alert/.exec(text) ?? [];
      return [name, /Resolved at/.test(text) ? 'resolved' : 'open'];
    }),
  );
}

export async function untilStates(wanted: Record<string, string>): Promise<void> {
  await expect.poll(states, { timeout: WITHIN_MS }).toEqual(wanted);
}
