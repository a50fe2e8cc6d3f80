import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ephemeral, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';

/** Buttons that say words: pressed in the answers in which people see them. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: TEAM });
  const { world } = app.cluster;
  world.create({ namespace: 'shop', name: 'told', image: 'registry.example/shop/told:1.0' });
  world.setImage('shop', 'told', 'registry.example/shop/told:1.1');
  for (const namespace of ['shop', 'blog']) world.create({ namespace, name: 'cache' });
  world.tick(30);
});
afterAll(() => app.close());

async function answerTo(person: string, words: string): Promise<Ephemeral> {
  const before = app.slack.user(person).ephemerals.length;
  await app.slack.as(person).command('ops', `/ops ${words}`);
  return app.slack.until(() => app.slack.user(person).ephemerals[before]);
}

const form = (person: string): Promise<string> =>
  app.slack.until(() => {
    const view = app.slack.as(person).view();
    return view?.['submit'] ? visibleText(view) : undefined;
  });

describe('a button that says words', () => {
  it('begins the action as if it had been typed', async () => {
    const answer = await answerTo('mika', 'history shop/told');
    await app.slack.as('mika').click(answer, 'Back to 1');
    expect(await form('mika')).toMatch(/told:1\.0/);
    app.slack.as('mika').reload();
    const asked = await app
      .app()
      .database.db.selectFrom('audit')
      .select(['verb', 'origin'])
      .where('stage', '=', 'asked')
      .execute();
    expect(asked.findLast(({ verb }) => verb === 'rollback')?.origin).toMatchObject({ kind: 'button' });
  });

  it('is not offered to whom it would only refuse', async () => {
    const answer = await answerTo('taro', 'history shop/told');
    expect(visibleText(answer)).toMatch(/told:1\.0/);
    expect(visibleText(answer)).not.toContain('Back to 1');
  });

  it.each([
    ['pods tld', 'told', /production\/main \(told\): 1 pod/],
    ['pods told -n shpo', 'shop', /production\/main\/shop \(told\): 1 pod/],
    ['gte pods', 'get', /production\/main: 3 pods/],
  ])('asks %s again, as it may have been meant', async (typed, label, expected) => {
    const answer = await answerTo('taro', typed);
    const before = app.slack.user('taro').ephemerals.length;
    await app.slack.as('taro').click(answer, label);
    expect(visibleText(await app.slack.until(() => app.slack.user('taro').ephemerals[before]))).toMatch(expected);
  });

  it('asks again with each candidate when a query could mean several', async () => {
    const answer = await answerTo('taro', 'history cache');
    expect(visibleText(answer)).toContain('production/main/blog/deployment/cache');
    const label = 'blog/deployment/cache';
    const before = app.slack.user('taro').ephemerals.length;
    await app.slack.as('taro').click(answer, label);
    const next = await app.slack.until(() => app.slack.user('taro').ephemerals[before]);
    expect(visibleText(next)).toMatch(/blog\/deployment\/cache.* 1 revision/);
  });

  it('asks again with each candidate in the form of an action', async () => {
    await app.slack.as('mika').command('ops', '/ops restart cache');
    const label = 'shop/deployment/cache';
    const several = await app.slack.until(() => {
      const view = app.slack.as('mika').view();
      return view && visibleText(view).includes(label) && view;
    });
    await app.slack.as('mika').click(several, label);
    expect(await form('mika')).toMatch(/shop\/deployment\/cache/);
  });

  it("has the pods of an incident's workload to choose from in its thread, those that are not well first", async () => {
    const { world } = app.cluster;
    world.create({ namespace: 'shop', name: 'basket', replicas: 2 });
    world.tick(30);
    world.breakImage('shop', 'basket');
    world.tick(120);
    await app.send(bodyOf([alert({ now: app.now(), labels: { alertname: 'Baskets', deployment: 'basket' } })]));
    const post = await app.slack.until(() =>
      app.slack.channel('alerts').messages.find((m) => visibleText(m).includes('Baskets')),
    );
    const before = app.slack.user('mika').ephemerals.length;
    app.slack.as('mika').say('alerts', '@Hikeshi delete', { thread: post.ts });
    const answer = await app.slack.until(() => app.slack.user('mika').ephemerals[before]);
    expect(visibleText(answer)).toMatch(
      /Which pod\? basket-\S+: (ErrImagePull|ImagePullBackOff), basket-\S+: Running, basket-/,
    );
    const [, sick = ''] = /(basket-\S+): (?:Err|Image)/.exec(visibleText(answer)) ?? [];
    await app.slack.as('mika').click(answer, sick);
    expect(await form('mika')).toContain(sick);
    app.slack.as('mika').reload();
  });
});
