import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ephemeral, type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { untilWhispered } from './support/seen.ts';

/** The button that shows a private answer to all: what is seen then, by whom it may be pressed, and where it is not offered. */

const CHANNEL = 'Share in this channel';
const THREAD = 'Share in this thread';
const SECRET = 'ghp_0123456789abcdefghij';

/** Some alerts have a copy in another channel. */
const COPIED = TEAM.replace('routes:', `routes:\n  - {match: ['copied="yes"'], channel: oncall, continue: true}`);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: COPIED });
  app.cluster.world.create({ namespace: 'shop', name: 'cart', prints: ['ready', `token ${SECRET}`] });
  await app.atRest();
});
afterAll(() => app.close());

async function next(person: string, act: () => unknown): Promise<Ephemeral> {
  const before = app.slack.user(person).ephemerals.length;
  await act();
  return structuredClone(await app.slack.until(() => app.slack.user(person).ephemerals[before], 20_000));
}

const ask = (person: string, words: string): Promise<Ephemeral> =>
  next(person, () => app.slack.as(person).command('ops', `/ops ${words}`));

const shared = (channel: string, pattern: RegExp): Message[] =>
  app.slack.channel(channel).messages.filter((m) => pattern.test(visibleText(m)));

it('shows the same answer to the channel under the name of who pressed, once, and rings nobody', async () => {
  const answer = await ask('taro', 'logs shop/cart');
  app.cluster.world.print('shop', 'cart', ['written later']);
  const rung = app.slack.user('taro').notifications.length;
  await Promise.all([1, 2].map(() => app.slack.as('taro').click(answer, CHANNEL)));
  await untilWhispered(app, 'taro', /@taro has shared it already/);
  await app.atRest();
  const posts = shared('ops', /taro shares \/ops logs shop\/cart, answered at/);
  expect(posts).toHaveLength(1);
  const text = visibleText(posts[0]!);
  expect(text).toContain('ready');
  expect(text).toContain('Follow for 3 minutes');
  for (const not of ['written later', SECRET, CHANNEL]) expect(text).not.toContain(not);
  expect(app.slack.user('taro').notifications).toHaveLength(rung);
  const entries = await app.app().database.db.selectFrom('audit').selectAll().where('verb', '=', 'share').execute();
  expect(entries.map(({ stage, rule }) => `${stage} ${rule}`).sort()).toEqual([
    'asked viewer',
    'refused shared-already',
  ]);
});

it('shows it in the thread of the incident where it was asked for', async () => {
  await app.send(bodyOf([alert({ now: app.now(), labels: { alertname: 'Slow', deployment: 'cart' } })]));
  const post = await app.slack.until(() => shared('alerts', /Slow/)[0]);
  const answer = await next('hana', () => app.slack.as('hana').say('alerts', '@Hikeshi pods', { thread: post.ts }));
  await app.slack.as('hana').click(answer, THREAD);
  const thread = () => app.slack.channel('alerts').thread(post.ts);
  await app.slack.until(() => thread().find((m) => /hana shares @Hikeshi pods, answered/.test(visibleText(m))));
});

it('shows it in the thread of the copy where it was asked for, and nowhere else', async () => {
  const labels = { alertname: 'Copied', deployment: 'cart', copied: 'yes' };
  await app.send(bodyOf([alert({ now: app.now(), labels })]));
  const copy = await app.slack.until(() => shared('oncall', /Copied/)[0]);
  const answer = await next('mika', () => app.slack.as('mika').say('oncall', '@Hikeshi pods', { thread: copy.ts }));
  await app.slack.as('mika').click(answer, THREAD);
  const thread = () => app.slack.channel('oncall').thread(copy.ts);
  await app.slack.until(() => thread().find((m) => /mika shares @Hikeshi pods, answered/.test(visibleText(m))));
  const [post] = shared('alerts', /Copied/);
  const inMain = app.slack.channel('alerts').thread(post!.ts).map(visibleText);
  expect(inMain.filter((text) => /mika shares/.test(text))).toEqual([]);
  await app.slack.as('mika').click(copy, 'Diagnose');
  await app.slack.until(() => thread().find((m) => /Looked at for/.test(visibleText(m))));
  const again = await next('mika', () => app.slack.as('mika').say('oncall', '@Hikeshi pods', { thread: copy.ts }));
  await app.app().database.db.updateTable('posts').set({ ts: null }).where('ts', '=', copy.ts).execute();
  await app.slack.as('mika').click(again, THREAD);
  await untilWhispered(app, 'mika', /too old to be shared/);
});

it('is not offered where nobody else is, nor of what is its asker’s alone', async () => {
  app.slack.as('sato').say('dm', 'pods -n shop');
  const told = await app.slack.until(() =>
    app.slack.user('sato').directMessages.find((m) => /cart-/.test(visibleText(m))),
  );
  expect(visibleText(told)).not.toContain('Share');
  for (const words of ['whoami', 'can restart', 'outbox', 'approvals', 'audit', 'can-i', 'jobs cancel JOB-1'])
    expect(visibleText(await ask('sato', words))).not.toContain('Share');
  for (const words of ['jobs', 'pods -n shop']) expect(visibleText(await ask('sato', words))).toContain(CHANNEL);
});

it('is refused to whom nothing is shown by now, where we cannot post, and when it is long ago', async () => {
  const { db } = app.app().database;
  const answer = await ask('mika', 'pods -n shop');
  const moved = db.updateTable('channels').where('name', '=', 'ops');
  await moved.set({ is_member: false, is_private: true }).execute();
  await app.slack.as('mika').click(answer, CHANNEL);
  await untilWhispered(app, 'mika', /cannot post in this channel/);
  expect(visibleText(await ask('mika', 'pods -n shop'))).not.toContain('Share');
  await moved.set({ is_member: true, is_private: false }).execute();
  await app.writeConfig(`${TEAM}\ncommands: {disabled: [pods]}`);
  await app.stop();
  await app.start();
  await app.slack.as('mika').click(answer, CHANNEL);
  await untilWhispered(app, 'mika', /You may not use \/ops pods any more/);
  await app.app().database.db.deleteFrom('answers').where('shared_at', 'is', null).execute();
  await app.slack.as('mika').click(answer, CHANNEL);
  await untilWhispered(app, 'mika', /too old to be shared/);
  expect(shared('ops', /mika shares/)).toEqual([]);
});
