import { afterEach, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { freePort } from '../../src/adapters/postgres/embedded/server.ts';
import { hasRedis } from '../support/redis.ts';
import { type Installation, install, WEBHOOK_TOKEN } from './app.ts';
import {
  type AlertmanagerOptions,
  findAlertmanager,
  type RealAlertmanager,
  startAlertmanager,
} from './real-alertmanager.ts';
import { startStandIn } from './stand-in.ts';

/**
 * What a real Alertmanager knows and no webhook tells. Only Hikeshi's time is moved: alerts of Alertmanager's own time fire for
 * minutes, and are looked at as if these were hours.
 */

const debians = hasRedis() ? findAlertmanager() : undefined;
/** A newer one, which tells what is muted: `.ci/run` builds it where there is Go. */
const newer = hasRedis() ? process.env['HIKESHI_TEST_ALERTMANAGER_NEWER'] : undefined;
if (!newer)
  console.warn('NOT RUN: what is muted, for HIKESHI_TEST_ALERTMANAGER_NEWER names no Alertmanager from 0.28 on');

const WITHIN_MS = 30_000;
const MINUTE = 60_000;

let place: Installation | undefined;
let members: RealAlertmanager[] = [];
afterEach(async () => {
  await Promise.all(members.map((member) => member.stop()));
  await place?.close();
  place = undefined;
  members = [];
});

interface Here {
  readonly place: Installation;
  readonly alertmanager: RealAlertmanager;
  readonly other: RealAlertmanager | undefined;
}

async function setUp(
  program: string,
  options: readonly AlertmanagerOptions[] = [{}],
  ofSource = '',
  more = '',
): Promise<Here> {
  const port = await freePort();
  const webhook = { url: `http://127.0.0.1:${port}/webhooks/alertmanager`, token: WEBHOOK_TOKEN };
  members = await Promise.all(options.map((one) => startAlertmanager(program, webhook, one)));
  const api = members.map((member) => `'${member.url}'`).join(', ');
  place = await install(
    `slack: { channel: alerts }\nsources: { main: { token: ALERTMANAGER_WEBHOOK_TOKEN, api: [${api}], ${ofSource} } }\n${more}\n`,
    port,
  );
  await place.open();
  await looks(1);
  return { place, alertmanager: members[0]!, other: members[1] };
}

async function looks(times: number): Promise<void> {
  const counted = () => place!.metric('hikeshi_reconcile_looks_total');
  await expect.poll(counted, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(times);
}

/** Hikeshi's time passes, with a look each minute. */
async function pass(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    const before = await place!.metric('hikeshi_reconcile_looks_total');
    place!.move(MINUTE);
    await looks(before + 1);
  }
}

const named = (alertname: string, more: Readonly<Record<string, string>> = {}) => ({
  alertname,
  severity: 'warning',
  ...more,
});

async function posted(alertname: string): Promise<Message> {
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
function states(): Record<string, string> {
  const posts = place!.slack.channel('alerts').posts().map(visibleText);
  return Object.fromEntries(
    posts.map((text) => {
      const [name = text] = /[A-Z][a-z]+Alert/.exec(text) ?? [];
      return [name, /Resolved at/.test(text) ? 'resolved' : 'open'];
    }),
  );
}

async function untilStates(wanted: Record<string, string>): Promise<void> {
  await expect.poll(states, { timeout: WITHIN_MS }).toEqual(wanted);
}

describe.skipIf(!debians)('beside a real Alertmanager', { timeout: 180_000 }, () => {
  it('what fires, resolves and is silenced while nobody remembers it: Slack is right afterwards', async () => {
    const { alertmanager } = await setUp(debians!);
    for (const name of ['KnownAlert', 'HushedAlert', 'QuietAlert']) {
      await alertmanager.fire(named(name));
      await posted(name);
    }
    await place!.shut();
    const standIn = await startStandIn(place!.port);
    await alertmanager.resolve(named('KnownAlert'));
    await alertmanager.silence(named('HushedAlert'));
    await alertmanager.resolve(named('HushedAlert'));
    await alertmanager.silence(named('QuietAlert'));
    await alertmanager.fire(named('MissedAlert'), { summary: 'Nobody was told' });
    await expect.poll(() => standIn.taken, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(2);
    await alertmanager.silence(named('BriefAlert'));
    await alertmanager.fire(named('BriefAlert'));
    await alertmanager.resolve(named('BriefAlert'));
    await standIn.close();

    place!.move(11 * MINUTE);
    await place!.open();
    await looks(1);
    place!.move(6_000);
    const missed = await posted('MissedAlert');
    expect(visibleText(missed)).toContain('Nobody was told');
    expect(visibleText(missed)).toContain('found by asking Alertmanager');
    expect(states()).toEqual({ KnownAlert: 'open', HushedAlert: 'open', QuietAlert: 'open', MissedAlert: 'open' });
    await pass(6);
    await untilStates({ KnownAlert: 'resolved', HushedAlert: 'resolved', QuietAlert: 'open', MissedAlert: 'open' });

    // Its webhook means the incident that was opened without it.
    await alertmanager.resolve(named('MissedAlert'));
    await untilStates({ KnownAlert: 'resolved', HushedAlert: 'resolved', QuietAlert: 'open', MissedAlert: 'resolved' });
  });

  it('restarted empty, it has not resolved anything; staying empty, it has, in time', async () => {
    const { alertmanager } = await setUp(debians!);
    await alertmanager.fire(named('FirstAlert'));
    await alertmanager.fire(named('SecondAlert'));
    await posted('FirstAlert');
    await posted('SecondAlert');
    await pass(12);
    await alertmanager.kill();
    await pass(2);
    await alertmanager.startEmpty();
    await pass(9);
    expect(states()).toEqual({ FirstAlert: 'open', SecondAlert: 'open' });
    await alertmanager.fire(named('FirstAlert'));
    await pass(7);
    await untilStates({ FirstAlert: 'open', SecondAlert: 'resolved' });
    expect(place!.slack.channel('alerts').posts()).toHaveLength(2);
  });

  it('a pair of which one is away closes nothing; back again and up for long enough, both say so', async () => {
    const [one, two] = await Promise.all([freePort(), freePort()]);
    const at = (port: number): string => `127.0.0.1:${port}`;
    const { alertmanager, other } = await setUp(debians!, [
      { cluster: { listen: at(one), peer: at(two) } },
      { cluster: { listen: at(two), peer: at(one) } },
    ]);
    await Promise.all([alertmanager, other!].map((member) => member.fire(named('PairAlert'))));
    await posted('PairAlert');
    await pass(12);
    await other!.kill();
    await alertmanager.silence(named('PairAlert'));
    await alertmanager.resolve(named('PairAlert'));
    await pass(8);
    expect(states()).toEqual({ PairAlert: 'open' });
    await other!.startEmpty();
    await pass(9);
    expect(states()).toEqual({ PairAlert: 'open' });
    await pass(7);
    await untilStates({ PairAlert: 'resolved' });
  });

  it('inside group_wait it is not opened before its time, and inhibited not at all', async () => {
    const route = '  group_by: [alertname]\n  group_wait: 30m\n  group_interval: 30m';
    const more = `
inhibit_rules:
  - source_matchers: [alertname="CauseAlert"]
    target_matchers: [alertname="EffectAlert"]
`;
    const { alertmanager } = await setUp(debians!, [{ route, more }], 'receivers: [hikeshi]', 'openAfter: 45m');
    await place!.shut();
    await alertmanager.fire(named('CauseAlert'));
    await alertmanager.fire(named('EffectAlert'));
    place!.move(30 * MINUTE);
    await place!.open();
    await looks(1);
    await pass(2);
    expect(states()).toEqual({});
    place!.move(15 * MINUTE);
    await pass(1);
    place!.move(6_000);
    await untilStates({ CauseAlert: 'open' });
    await pass(2);
    expect(states()).toEqual({ CauseAlert: 'open' });
  });

  it('bodies that max_alerts cut are made whole', async () => {
    const { alertmanager } = await setUp(debians!, [
      { maxAlerts: 1, route: '  group_by: []\n  group_wait: 2s\n  group_interval: 1s' },
    ]);
    // A young one would be believed in what it has, not in having no more.
    await pass(11);
    for (const pod of ['a', 'b', 'c']) await alertmanager.fire(named('CutAlert', { pod }));
    const post = await posted('CutAlert');
    place!.move(3_000);
    const words = () => visibleText(place!.slack.channel('alerts').message(post.ts)!);
    await expect.poll(words, { timeout: WITHIN_MS }).toMatch(/3 firing/);
    expect(words()).not.toMatch(/cut/);
  });
});

if (newer && debians) {
  describe('beside a newer Alertmanager', { timeout: 180_000 }, () => {
    it('what a time interval mutes is not opened', async () => {
      const route = '  group_by: [alertname]\n  group_wait: 0s\n  group_interval: 1s\n  repeat_interval: 1h';
      const more = `
time_intervals:
  - name: always
    time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }]
`;
      const routes = `
  routes:
    - matchers: [alertname="MutedAlert"]
      mute_time_intervals: [always]`;
      const { alertmanager } = await setUp(newer, [{ route: route + routes, more }]);
      await alertmanager.fire(named('KnownAlert'));
      await posted('KnownAlert');
      await place!.shut();
      const standIn = await startStandIn(place!.port);
      await alertmanager.fire(named('MutedAlert'));
      await alertmanager.fire(named('MissedAlert'));
      await expect.poll(() => standIn.taken, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(1);
      await standIn.close();
      place!.move(11 * MINUTE);
      await place!.open();
      await looks(1);
      place!.move(6_000);
      await posted('MissedAlert');
      await pass(12);
      expect(states()).toEqual({ KnownAlert: 'open', MissedAlert: 'open' });
    });
  });
}
