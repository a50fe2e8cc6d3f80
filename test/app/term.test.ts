import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

/** `--for 2h` before the whole program: typed, shown, due, asked or taken back, and the same after a restart. */

const HOUR = 3_600_000;

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
  app.cluster.world.create({ namespace: 'shop', name: 'cart', replicas: 2 });
});
afterEach(() => app.close());

const said = (pattern: RegExp): Promise<Message> =>
  app.slack.until(() => app.slack.channel('ops').messages.findLast((m) => pattern.test(visibleText(m))), 20_000);

const replicas = (): number | undefined => app.cluster.world.store.get('deployments', 'shop', 'cart')?.spec.replicas;

async function confirm(): Promise<void> {
  await app.slack.until(() => app.slack.as('mika').view()?.['submit'], 10_000);
  expect(await app.slack.as('mika').submit({ reason: 'the sale' })).toMatchObject({ ok: true });
}

async function scaled(flags: string): Promise<void> {
  await app.slack.as('mika').command('ops', `/ops scale shop/cart 4 ${flags}`);
  await confirm();
  await said(/cart to 4.*Healthy/s);
  await app.atRest();
}

it('asks who wanted it when the time is up, and a press takes it back', async () => {
  await scaled('--for 1h');
  await said(/Until .*; then it is asked whether to take it back \(back to 2\)/);
  const rung = app.slack.user('mika').notifications.length;
  app.move(HOUR);
  const asked = await said(/the time of Scale Deployment cart to 4/);
  await app.slack.until(() => app.slack.user('mika').notifications.length > rung);
  expect(replicas()).toBe(4);
  await app.slack.as('mika').click(asked, 'Take it back');
  await confirm();
  await said(/cart to 2.*Healthy/s);
  await app.slack.until(() => /Taken back by JOB-2/.test(visibleText(app.slack.channel('ops').message(asked.ts)!)));
  expect(replicas()).toBe(2);
});

it('takes itself back after a restart, and says for whom', async () => {
  await scaled('--for 1h --auto');
  await said(/By itself back to 2 at/);
  await app.stop();
  app.move(HOUR);
  await app.start();
  const told = visibleText(await said(/cart to 2.*Healthy/s));
  expect(told).toMatch(/The timer, for @mika at .*JOB-2.*JOB-1 --for 1h/s);
  await said(/cart to 4.*Taken back by JOB-2/s);
  expect(replicas()).toBe(2);
  await app.atRest();
  expect(app.slack.channel('ops').posts()).toHaveLength(2);
});
