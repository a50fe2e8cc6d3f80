import { afterEach, describe, expect, it } from 'vitest';
import { type FakeSlack, type Message, visibleText } from '../../sandbox/slack/index.ts';
import { lastingPort } from '../support/ports.ts';
import { hasRedis } from '../support/redis.ts';
import { type Installation, install, WEBHOOK_TOKEN } from './app.ts';
import { findAlertmanager, type RealAlertmanager, startAlertmanager } from './real-alertmanager.ts';

const program = hasRedis() ? findAlertmanager() : undefined;

/** Alertmanager retries after half a second, then ever later; it looks at groups each second. */
const WITHIN_MS = 30_000;

const CONFIG = `
slack: { channel: alerts, oncall: '@sre' }
routes:
  - match: severity="critical"
    policy: urgent
policies:
  urgent: [{ after: 5m, page: ['@hana'] }]
`;

const LABELS = { alertname: 'CheckoutErrors', severity: 'critical', namespace: 'shop' };
const ANNOTATIONS = { summary: 'Half of the checkouts fail' };

describe.skipIf(!program)('a real Alertmanager', { timeout: 120_000 }, () => {
  let place: Installation | undefined;
  let alertmanager: RealAlertmanager | undefined;

  afterEach(async () => {
    await alertmanager?.stop();
    await place?.close();
    alertmanager = place = undefined;
  });

  const setUp = async (): Promise<{ place: Installation; alertmanager: RealAlertmanager }> => {
    const port = await lastingPort();
    place = await install(CONFIG, port);
    const webhook = { url: `http://127.0.0.1:${port}/webhooks/alertmanager`, token: WEBHOOK_TOKEN };
    alertmanager = await startAlertmanager(program!, webhook);
    return { place, alertmanager };
  };

  it('alerts, somebody acknowledges, it clears: one post tells all three', async () => {
    const here = await setUp();
    const { slack } = here.place;
    await here.place.open();

    await here.alertmanager.fire(LABELS, ANNOTATIONS);
    const post = await slack.until(() => posted(slack, 'CheckoutErrors'), WITHIN_MS);
    expect(visibleText(post)).toContain(ANNOTATIONS.summary);
    expect(visibleText(post)).toContain('Critical');
    expect(visibleText(post)).toContain('Nobody has it yet.');

    expect(await slack.as('kenji').click(post, 'Acknowledge')).toMatchObject({ ok: true });
    await slack.until(() => shown(slack, post).includes(`<@${slack.user('kenji').id}> has it`), WITHIN_MS);

    await here.alertmanager.resolve(LABELS);
    await slack.until(() => shown(slack, post).includes('Resolved'), WITHIN_MS);
    expect(slack.channel('alerts').posts()).toHaveLength(1);
  });

  it('alerts while nobody is here: it tries again, and is told once', async () => {
    const here = await setUp();
    const { slack } = here.place;

    await here.alertmanager.fire(LABELS, ANNOTATIONS);
    await here.alertmanager.fire({ ...LABELS, alertname: 'PaymentsSlow', severity: 'warning' });
    await here.alertmanager.untilRefused(2);
    await here.place.open();

    await slack.until(() => posted(slack, 'CheckoutErrors') && posted(slack, 'PaymentsSlow'), WITHIN_MS);
    expect(slack.channel('alerts').posts()).toHaveLength(2);
  });
});

function posted(slack: FakeSlack, words: string): Message | undefined {
  return slack
    .channel('alerts')
    .posts()
    .find((post) => visibleText(post).includes(words));
}

/** What the post says now. */
function shown(slack: FakeSlack, post: Message): string {
  const now = slack.channel('alerts').message(post.ts);
  return now ? visibleText(now) : '';
}
