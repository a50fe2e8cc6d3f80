import { afterAll, beforeAll, expect, it } from 'vitest';
import { PEOPLE, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost } from './support/seen.ts';

let app: TestApp;
beforeAll(async () => {
  const config = TEAM.replace(
    '{main: {kubeconfig: KUBECONFIG_FILE}}}',
    '{main: {kubeconfig: KUBECONFIG_FILE}}, approval: [restart]}',
  ).replace("admin: ['@sato']", "admin: ['@sato'], approver: ['@sato', '@kenji']");
  app = await startTestApp({ config });
  for (const name of ['checkout', 'cart']) app.cluster.world.create({ namespace: 'shop', name, replicas: 2 });
});
afterAll(() => app.close());

const home = (name: string): string => visibleText(app.slack.user(name).home ?? {});

/** Opened, once it shows that. */
async function opens(name: string, shows: RegExp): Promise<string> {
  app.slack.as(name).openHome();
  return app.slack.until(() => shows.test(home(name)) && home(name));
}

it('is empty at first, in each person’s language; who may read nothing is told why', async () => {
  expect(await opens('mika', /No incident is open\./)).toMatch(
    /No job is running.*urgent: @taro at once, then @sre \(kenji, mika, taro\) after 10m.*critical ones without a policy: @taro/s,
  );
  expect(home('mika')).not.toMatch(/approval/);
  expect(await opens('kenji', /未解決のインシデントはありません/)).toContain('更新');
  expect(await opens('gil', /Guests of this workspace cannot use Hikeshi/)).not.toMatch(/Refresh|urgent/);
});

it('lists what is open with the way there, jobs, and to an approver what waits for a second person', async () => {
  await app.send(bodyOf([alert({ now: app.now() })]));
  const post = await firstPost(app);
  // Nobody approves what they have asked for themselves.
  for (const [name, workload] of [
    ['mika', 'checkout'],
    ['sato', 'cart'],
  ] as const) {
    await app.slack.as(name).command('ops', `/ops restart shop/${workload}`);
    await app.slack.until(() => app.slack.as(name).view()?.['submit']);
    await app.slack.as(name).submit({ reason: 'stuck' });
    await app.atRest();
  }

  expect(await opens('sato', /1 action waits for your approval/)).toMatch(
    /1 incident is open.*INC-1 CheckoutErrors · Critical.*nobody has it yet.*APR-1 restart .*checkout.*asked by mika/s,
  );
  const links = JSON.stringify(app.slack.user('sato').home);
  expect(links).toContain(`/archives/${post.channel}/p${post.ts.replace('.', '')}`);
  expect(links, 'where all see it, not the copy').toContain(`/archives/${app.slack.channel('ops').id}/p`);
  expect(await opens('mika', /INC-1/)).not.toMatch(/APR-1/);
  expect(app.slack.calls('views.publish').every(({ refused }) => !refused)).toBe(true);
});

it('has buttons: what they find comes as a direct message, and the tab is drawn anew', async () => {
  const mika = app.slack.as('mika');
  expect(await mika.click('home', 'Pods')).toMatchObject({ ok: true });
  await app.slack.until(() => app.slack.user('mika').directMessages.some((m) => /checkout-/.test(visibleText(m))));
  expect(app.slack.user('mika').ephemerals.filter((m) => /checkout-/.test(visibleText(m)))).toEqual([]);

  await app.slack.as('hana').click(await firstPost(app), 'Acknowledge');
  await mika.click('home', 'Refresh');
  await app.slack.until(() => new RegExp(`<@${PEOPLE.hana}> has it`).test(home('mika')));

  await mika.click('home', 'Test alert');
  await app.slack.until(() =>
    app.slack.user('mika').directMessages.some((m) => /Test alert INC-2/.test(visibleText(m))),
  );
});
