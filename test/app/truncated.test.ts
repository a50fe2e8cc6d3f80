import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import { linesSaid, onlyPost, thread, told, words } from './support/seen.ts';

/** Bodies that `max_alerts` cut: what is missing may fire. */

let app: TestApp;
let firing: AlertBody;
beforeEach(async () => {
  app = await startTestApp();
  firing = alert({ now: app.now() });
});
afterEach(() => app.close());

const CUT = /Alertmanager cut 3 alerts off.*will not resolve by itself/s;

async function send(alerts: readonly AlertBody[], truncatedAlerts: number): Promise<void> {
  expect(await app.send({ ...bodyOf(alerts), truncatedAlerts })).toMatchObject({ status: 200 });
  await app.atRest();
}

const shown = () => words(app, onlyPost(app));

it('the post says so, and a cut body in which all have resolved does not resolve it', async () => {
  await send([firing], 3);
  expect(shown()).toMatch(CUT);
  await send([resolved(firing, app.now())], 3);
  expect(shown()).toMatch(/Nobody has it yet/);
  expect(shown()).toMatch(CUT);
  expect(shown()).toMatch(/1 resolved/);
  await linesSaid(app);
  app.move(3_600_000);
  await app.atRest();
  expect(shown()).not.toMatch(/Resolved at/);
});

it('a whole body resolves it', async () => {
  await send([firing], 3);
  await send([resolved(firing, app.now())], 3);
  await send([resolved(firing, app.now())], 0);
  expect(shown()).toMatch(/Resolved at/);
  await linesSaid(app);
  expect(thread(app, onlyPost(app)).join('\n')).toMatch(/Resolved: all alerts cleared/);
});

it('somebody can resolve it by hand', async () => {
  await send([firing], 3);
  await send([resolved(firing, app.now())], 3);
  await app.slack.as('hana').click(onlyPost(app), 'Resolve');
  await app.atRest();
  expect(shown()).toMatch(/Resolved by <@U0HANA0001>/);
});

it('one that begins with a cut body of resolved alerts is open and calls', async () => {
  await send([resolved(firing, app.now())], 3);
  expect(shown()).toMatch(/Nobody has it yet/);
  expect(told(app)['taro']).toEqual(['alerts', 'dm']);
});

it('a body that is cut later makes the post and its thread say so', async () => {
  await send([firing], 0);
  await send([firing], 3);
  await linesSaid(app);
  expect(shown()).toMatch(CUT);
  expect(thread(app, onlyPost(app)).join('\n')).toMatch(/cut 3 alerts off; this list is incomplete/);
});

it('a whole body that changes nothing else takes the warning away', async () => {
  await send([firing], 3);
  expect(shown()).toMatch(CUT);
  await send([firing], 0);
  expect(shown()).not.toMatch(/cut 3 alerts off/);
});

it('a doubt that is settled for firing leaves the warning where it is', async () => {
  const alertmanager = await startAlertmanager();
  await app.close();
  const source = `sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager.url}']}}`;
  app = await startTestApp({ config: `${TEAM}${source}\n` });
  const other = alert({ now: app.now(), labels: { pod: 'checkout-2' } });
  alertmanager.says = [firing.fingerprint, other.fingerprint];
  await send([firing, other], 3);
  await send([firing, resolved(other, app.now())], 3);
  expect(shown()).toMatch(/1 firing, 1 resolved/);
  await send([firing, other], 3);
  await alertmanager.close();
  expect(alertmanager.asked).toBe(1);
  expect(shown()).toMatch(/2 firing/);
  expect(shown()).toMatch(CUT);
});
