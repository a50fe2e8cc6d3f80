import { afterEach, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';

let app: TestApp;
afterEach(() => app.close());

/** The form on somebody's screen, once it says so. */
function form(person: string, pattern: RegExp): Promise<string> {
  return app.slack.until(() => {
    const words = visibleText(app.slack.as(person).view() ?? {});
    return pattern.test(words) && words;
  });
}

it('from the button of a refusal to the call in both channels, over Slack', async () => {
  app = await startTestApp({ config: `${TEAM}\nguardrails: {protectedNamespaces: [shop]}\n` });
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  await app.slack.as('sato').command('ops', '/ops restart shop/checkout');
  const refused = await form('sato', /protected namespace|保護/);
  expect(refused).toMatch(/--break-glass protected-namespace/);
  await app.slack.as('sato').click('modal', /Break glass…/.test(refused) ? 'Break glass…' : '緊急解除…');
  await form('sato', /Break glass: |緊急解除: /);
  expect(app.slack.channel('ops').posts()).toEqual([]);
  await app.slack.as('sato').submit({ reason: 'the shop is down' });
  const called =
    /<!here> Glass broken: <@U0SATO0001> lifts protected-namespace once for Restart Deployment checkout.*the shop is down/;
  for (const channel of ['ops', 'alerts'])
    await app.slack.until(() => app.slack.channel(channel).messages.find((m) => called.test(visibleText(m))));
  await app.slack.until(() => app.slack.channel('ops').messages.find((m) => /Healthy/.test(visibleText(m))), 20_000);
});

it('the flag names no guardrail there is not, and queries have none', async () => {
  app = await startTestApp();
  app.slack.as('sato').reload();
  const said = async (typed: string): Promise<string> => {
    const before = app.slack.user('sato').ephemerals.length;
    await app.slack.as('sato').command('ops', `/ops ${typed}`);
    return visibleText(await app.slack.until(() => app.slack.user('sato').ephemerals[before]));
  };
  expect(await said('restart shop/checkout --break-glass freez')).toMatch(/freeze/);
  expect(await said('pods --break-glass freeze')).toMatch(/--break-glass/);
  expect(await said('help restart')).toMatch(/--break-glass RULE/);
});
