import { afterEach, expect, it } from 'vitest';
import { type FakeAlertmanager, startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { linesSaid, onlyPost, thread, told, untilShows, untilThread, words } from './support/seen.ts';

/** The whole program beside an Alertmanager that knows what no webhook told. */

let app: TestApp;
let alertmanager: FakeAlertmanager;
afterEach(async () => {
  await app.close();
  await alertmanager.close();
});

async function begin(): Promise<void> {
  alertmanager = await startAlertmanager();
  const source = `sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager.url}']}}`;
  app = await startTestApp({ config: `${TEAM}${source}\n` });
  await looks(1);
}

async function looks(times: number): Promise<void> {
  await expect.poll(() => alertmanager.looks, { timeout: 10_000 }).toBeGreaterThanOrEqual(times);
  await app.atRest();
}

/** Time passes, with a look each minute. */
async function pass(minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    const before = alertmanager.looks;
    app.move(60_000);
    await looks(before + 1);
  }
}

it('an alert that was silenced and then resolved: the post and its thread say so', async () => {
  await begin();
  const firing = alert({ now: app.now() });
  alertmanager.says = [{ alert: firing, state: 'suppressed' }];
  await app.send(bodyOf([firing]));
  await app.atRest();
  alertmanager.says = [];
  await pass(7);
  await untilShows(app, onlyPost(app), /Resolved at .* all its alerts cleared/);
  await linesSaid(app);
  await untilThread(app, onlyPost(app), /Resolved: Alertmanager no longer has its alerts/);
}, 60_000);

it('an alert that fired while nobody was here is posted, says how it was found, calls, and is the one that its webhook means', async () => {
  await begin();
  const earlier = alert({ now: app.now(), labels: { alertname: 'Before' } });
  await app.send(bodyOf([resolved(earlier, app.now())]));
  await app.atRest();
  await app.stop();
  const firing = alert({ now: app.now() });
  alertmanager.says = [{ alert: firing }];
  app.move(15 * 60_000);
  const before = alertmanager.looks;
  await app.start();
  await looks(before + 1);
  app.move(6_000);
  const found = () => app.slack.channel('alerts').posts()[1];
  const post = await app.slack.until(found);
  expect(words(app, post)).toMatch(/CheckoutErrors/);
  expect(words(app, post)).toMatch(/No webhook told of this: it was found by asking Alertmanager/);
  await app.slack.until(() => told(app)['taro']?.includes('alerts'));
  expect(await app.send(bodyOf([firing]))).toMatchObject({ body: { outcome: 'unchanged' } });
  await app.send(bodyOf([resolved(firing, app.now())]));
  await untilShows(app, post, /Resolved at/);
  expect(app.slack.channel('alerts').posts()).toHaveLength(2);
}, 60_000);

it('in Japanese; and an Alertmanager that does not answer is named by /ready', async () => {
  await begin();
  await app.writeConfig(
    `${TEAM.replace('channel: alerts', 'channel: alerts, language: ja')}sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager.url}']}}\n`,
  );
  expect(app.app().live.reload()).toBe('reloaded');
  const one = alert({ now: app.now(), labels: { pod: 'checkout-1' } });
  const other = alert({ now: app.now(), labels: { pod: 'checkout-2' } });
  await app.send(bodyOf([one, other]));
  alertmanager.says = [{ alert: other }];
  await pass(7);
  await linesSaid(app);
  await untilThread(app, onlyPost(app), /1件が Alertmanager からなくなり、残り1件が発生中/);
  alertmanager.says = 'away';
  await pass(1);
  const degraded = async () =>
    ((await app.get('/ready')).body['degraded'] as Record<string, string>)['alertmanager main'];
  await expect.poll(degraded, { timeout: 5_000 }).toBe(`${new URL(alertmanager.url).host}: HTTP 503`);
  expect(thread(app, onlyPost(app)).join('\n')).not.toMatch(/解決: /);
}, 60_000);
