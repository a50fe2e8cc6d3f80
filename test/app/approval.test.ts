import { afterEach, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { untilWhispered } from './support/seen.ts';

let app: TestApp;
afterEach(() => app.close());

const said = (pattern: RegExp): Message | undefined =>
  app.slack.channel('ops').messages.find((m) => pattern.test(visibleText(m)));

it('a restart that needs a second person: asked in channel and DM, refused to oneself, approved from the DM', async () => {
  const config = TEAM.replace(
    '{main: {kubeconfig: KUBECONFIG_FILE}}}',
    '{main: {kubeconfig: KUBECONFIG_FILE}}, approval: [restart]}',
  ).replace("admin: ['@sato']", "admin: ['@sato'], approver: ['@sato']");
  app = await startTestApp({ config });
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  await app.slack.as('mika').command('ops', '/ops restart shop/checkout');
  await app.slack.until(() => app.slack.as('mika').view()?.['submit']);
  await app.slack.as('mika').submit({ reason: 'stuck' });
  const post = await app.slack.until(() => said(/Waits for a second person/), 20_000);
  expect(visibleText(post)).toMatch(/@mika.*APR-1.*stuck.*All 2 pods are replaced/s);
  await app.slack.as('mika').click(post, 'Approve', { confirm: true });
  await untilWhispered(app, 'mika', /somebody else has to approve it/);
  await app.slack.as('kenji').click(post, 'Approve', { confirm: true });
  await untilWhispered(app, 'kenji', /承認には approver の権限が必要です/);
  await app.slack.as('mika').command('ops', '/ops approvals');
  await untilWhispered(app, 'mika', /1 action waits.*APR-1.*restart.*checkout.*mika/s);
  await app.slack.as('mika').command('ops', '/ops APR-1');
  await untilWhispered(app, 'mika', /APR-1.*Waits for a second person/s);

  const asked = await app.slack.until(() =>
    app.slack.user('sato').directMessages.find((m) => /APR-1/.test(visibleText(m))),
  );
  await app.slack.as('sato').click(asked, 'Approve', { confirm: true });
  await app.slack.until(() => said(/approved by @sato.*Healthy/s), 20_000);
  await app.atRest();
  expect(app.slack.channel('ops').posts()).toHaveLength(1);
  const replies = app.slack.channel('ops').messages.filter((m) => m.ts !== post.ts);
  expect(replies.filter((m) => /approved/.test(visibleText(m))).map((m) => [m.thread_ts, visibleText(m)])).toEqual([
    [
      post.ts,
      expect.stringMatching(/^<@U0MIKA0001>: @sato approved Restart Deployment checkout\. It has begun \(JOB-1\)/),
    ],
  ]);
  const dm = app.slack.user('sato').directMessages.find((m) => m.ts === asked.ts)!;
  expect(visibleText(dm)).toMatch(/Healthy/);
  await app.slack.as('mika').command('ops', '/ops approvals');
  await untilWhispered(app, 'mika', /Nothing waits/);
});

it('reason and second person are asked for as the changed config says, without a restart', async () => {
  app = await startTestApp();
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  const mika = app.slack.as('mika');
  const withoutReason = async () => {
    await mika.command('ops', '/ops restart shop/checkout');
    await app.slack.until(() => mika.view()?.['submit']);
    return mika.submit();
  };
  expect(await withoutReason()).toMatchObject({ ok: false });
  mika.reload();
  const config = TEAM.replace('KUBECONFIG_FILE}}', 'KUBECONFIG_FILE}}, requireReason: false, approval: [low]').replace(
    "admin: ['@sato']",
    "admin: ['@sato'], approver: ['@sato']",
  );
  await app.writeConfig(config);
  expect(app.app().live.reload()).toBe('reloaded');
  expect(await withoutReason()).toMatchObject({ ok: true });
  await app.slack.until(() => said(/Waits for a second person/), 20_000);
});
