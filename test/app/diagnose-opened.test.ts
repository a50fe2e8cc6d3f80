import { afterAll, beforeAll, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, untilThread } from './support/seen.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: TEAM });
});
afterAll(() => app.close());

it('when an incident opens its cause comes into its thread, with the next step, and nobody is called for it', async () => {
  app.cluster.world.create({ namespace: 'shop', name: 'itself' });
  app.cluster.world.breakImage('shop', 'itself');
  app.cluster.world.tick(120);
  await app.send(bodyOf([alert({ now: app.now(), labels: { deployment: 'itself' } })]));
  const post = await firstPost(app);
  app.move(10_000);
  const said = await untilThread(app, post, /Looked at by itself when the incident opened/);
  expect(said).toContain('production/main/shop/deployment/itself');
  expect(said).toMatch(/The registry has no image/);
  expect(said).not.toMatch(/<[@!]/);
  const [finding] = app.slack
    .channel('alerts')
    .thread(post.ts)
    .filter((m) => visibleText(m) === said);
  await app.slack.as('mika').click(finding!, 'Roll back…');
  await app.slack.until(() => visibleText(app.slack.as('mika').view() ?? {}).includes('itself'));
});
