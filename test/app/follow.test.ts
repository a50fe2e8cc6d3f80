import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ephemeral, type Message, visibleText } from '../../sandbox/slack/index.ts';
import { beginFollow } from '../../src/core/follow/begin.ts';
import { NOTHING } from '../../src/core/follow/look.ts';
import { lockFollows } from '../../src/core/follow/rows.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { askedBy } from '../support/asked.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { untilWhispered } from './support/seen.ts';

/** `/ops logs -f` as people see it: one message that is edited, its Stop button, its end, and what goes on after that. */

/** Some alerts have a copy in another channel. */
const COPIED = TEAM.replace('routes:', `routes:\n  - {match: ['copied="yes"'], channel: oncall, continue: true}`);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: COPIED });
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2, prints: ['ready'] });
  app.cluster.world.create({ namespace: 'shop', name: 'cart', prints: ['ready'] });
});
afterAll(() => app.close());

async function next(person: string, act: () => Promise<unknown>): Promise<Ephemeral> {
  const before = app.slack.user(person).ephemerals.length;
  await act();
  return app.slack.until(() => app.slack.user(person).ephemerals[before], 20_000);
}

const ask = (person: string, words: string): Promise<Ephemeral> =>
  next(person, () => app.slack.as(person).command('ops', `/ops ${words}`));

/** The message of who follows, as it stands. */
const direct = (person: string, pattern: RegExp): Promise<Message> =>
  app.slack.until(() => app.slack.user(person).directMessages.findLast((m) => pattern.test(visibleText(m))), 20_000);

const print = (...lines: string[]): void => app.cluster.world.print('shop', 'checkout', lines);

it('begins nothing once its asker was told that it took too long', async () => {
  const { db } = app.app().database;
  const now = app.now();
  const tooLong = new AbortController();
  const title = 'production/main/shop/deployment/checkout';
  const until = new Date(now.getTime() + 180_000);
  const followed = { v: 1, words: {}, title, container: 'app', say: `logs ${title}`, from: now, until } as const;
  const asked = askedBy({ now, signal: tooLong.signal });
  const begun = await db.transaction().execute(async (tx) => {
    await lockFollows(tx, now);
    const beginning = beginFollow(db, followed, { ...NOTHING, lookedAt: now }, asked);
    tooLong.abort(new Error('too long'));
    return { beginning: beginning.catch((error: Error) => error.message) };
  });
  expect(await begun.beginning).toBe('too long');
  expect(await db.selectFrom('jobs').select('id').where('kind', '=', 'follow').execute()).toEqual([]);
});

it('follows in a direct message, edited each 10 s, until the time is up, with what one does next', async () => {
  const told = await ask('taro', 'logs shop/checkout');
  const begun = await next('taro', () => app.slack.as('taro').click(told, 'Follow for 3 minutes'));
  expect(visibleText(begun)).toMatch(
    /Following production\/main\/shop\/deployment\/checkout until .*in our direct messages.*Stop$/s,
  );
  const first = await direct('taro', /taro follows .*checkout, container app, until .*: 2 lines of 2 pods/);
  for (const text of ['one', 'two']) {
    print(text);
    app.move(10_000);
    await direct('taro', new RegExp(`\\d\\d:\\d\\d:\\d\\d \\w{5} ${text}`));
  }
  const edits = () => app.slack.calls('chat.update').filter(({ args }) => args['ts'] === first.ts).length;
  expect(edits()).toBe(2);
  app.move(10_000);
  await app.atRest();
  expect(edits()).toBe(2);
  app.move(180_000);
  const ended = await direct('taro', /taro followed .*6 lines of 2 pods.*Ended at .*the 3 minutes are over/s);
  expect(ended.ts).toBe(first.ts);
  expect(visibleText(ended)).not.toContain('Stop');
  expect(app.slack.user('taro').directMessages.filter((m) => /follow/.test(visibleText(m)))).toHaveLength(1);
  await next('taro', () => app.slack.as('taro').click(ended, 'Since its first line, as a file'));
  const file = Buffer.from(app.slack.files.at(-1)!.bytes!).toString('utf8');
  for (const line of ['ready', 'one', 'two']) expect(file).toContain(line);
  await next('taro', () => app.slack.as('taro').click(ended, 'Follow again'));
  const again = await direct('taro', /follows .* 6 lines/);
  expect(again.ts).not.toBe(first.ts);
  await app.slack.as('taro').click(again, 'Stop');
  await direct('taro', /Stopped by @taro/);
  await app.atRest();
});

it('follows two at once, and offers the third to stop one of them; another worker goes on where one was killed', async () => {
  await ask('taro', 'logs shop/checkout -f --grep "wanted|needed" -c app');
  await ask('mika', 'logs shop/cart -f');
  const third = await ask('hana', 'logs shop/cart --errors -f');
  expect(visibleText(third)).toMatch(
    /Only 2 can be followed at once.*@taro: production\/main\/shop\/deployment\/checkout.*@mika/s,
  );
  await app
    .app()
    .database.db.updateTable('jobs')
    .set({ lease_owner: 'killed', lease_until: new Date(Date.now() + 3_600_000) })
    .where('kind', '=', 'follow')
    .where('finished_at', 'is', null)
    .execute();
  print('a wanted line', 'another');
  app.move(10_000);
  await app
    .app()
    .database.db.updateTable('jobs')
    .set({ lease_until: new Date(0) })
    .where('lease_owner', '=', 'killed')
    .execute();
  const seen = visibleText(await direct('taro', /a wanted line/));
  expect(seen).toContain('2 lines found');
  expect(seen).not.toContain('another');
  const stopped = await next('hana', () => app.slack.as('hana').click(third, 'Stop cart'));
  expect(visibleText(stopped)).toContain('Stopped. Now you can ask again');
  await direct('mika', /Stopped by @hana/);
  await ask('hana', 'logs shop/cart --errors -f');
  const own = await direct('hana', /hana follows .*0 lines found/);
  await app.slack.as('hana').click(own, 'Stop');
  const taros = await direct('taro', /a wanted line/);
  await app.slack.as('taro').click(taros, 'Stop');
  await direct('taro', /Stopped by @taro at/);
  await app.atRest();
  const list = visibleText(await ask('taro', 'jobs'));
  expect(list).toMatch(/follow.*shop\/cart.*hana/s);
});

it('names whose it is where the two that are followed have one name', async () => {
  await ask('taro', 'logs shop/checkout -f');
  await ask('mika', 'logs shop/checkout -f');
  const third = await ask('hana', 'logs shop/checkout --errors -f');
  for (const who of ['taro', 'mika']) {
    await next('hana', () => app.slack.as('hana').click(third, `Stop checkout (@${who})`));
    await direct(who, /Stopped by @hana/);
  }
  await app.atRest();
});

it('follows in the thread of an incident, whose target it is, for everybody to see', async () => {
  await app.send(bodyOf([alert({ now: app.now(), labels: { alertname: 'Slow', deployment: 'cart' } })]));
  const post = await app.slack.until(() =>
    app.slack.channel('alerts').messages.find((m) => /Slow/.test(visibleText(m))),
  );
  app.slack.as('taro').say('alerts', '@Hikeshi logs -f', { thread: post.ts });
  await untilWhispered(app, 'taro', /Following .*here in the thread/);
  const shown = await app.slack.until(
    () =>
      app.slack
        .channel('alerts')
        .thread(post.ts)
        .find((m) => /taro follows .*\/cart/.test(visibleText(m))),
    20_000,
  );
  await app.slack.as('hana').click(shown, 'Stop');
  await app.slack.until(() => /Stopped by @hana/.test(visibleText(app.slack.channel('alerts').message(shown.ts)!)));
  const again = await app.slack.until(() => {
    const now = app.slack.channel('alerts').message(shown.ts);
    return now && visibleText(now).includes('Follow again') && now;
  });
  const told = await next('hana', () => app.slack.as('hana').click(again, 'Follow again'));
  expect(visibleText(told)).toContain('here in the thread');
  const { db } = app.app().database;
  const stops = await db.selectFrom('audit').selectAll().where('stage', '=', 'cancel-asked').orderBy('id').execute();
  const incident = await db.selectFrom('incidents').select('id').where('title', 'like', '%Slow%').executeTakeFirst();
  expect(stops.at(-1)).toMatchObject({ verb: 'follow', incident_id: incident!.id });
});

it('follows in the thread of a copy where it was asked for there', async () => {
  const labels = { alertname: 'Copied', deployment: 'cart', copied: 'yes' };
  await app.send(bodyOf([alert({ now: app.now(), labels })]));
  const copy = await app.slack.until(() =>
    app.slack.channel('oncall').messages.find((m) => /Copied/.test(visibleText(m))),
  );
  const told = await next('mika', async () =>
    app.slack.as('mika').say('oncall', '@Hikeshi logs -f', { thread: copy.ts }),
  );
  expect(visibleText(told)).toContain('here in the thread');
  const follows = (): Message | undefined =>
    app.slack
      .channel('oncall')
      .thread(copy.ts)
      .find((m) => /mika follows/.test(visibleText(m)));
  await app.slack.as('mika').click(await app.slack.until(follows, 20_000), 'Stop');
});

it('says what does not go with it', async () => {
  expect(visibleText(await ask('taro', 'logs shop/cart -f --file'))).toMatch(/-f shows what is still to be written/);
  expect(visibleText(await ask('taro', 'logs shop/nobody -f'))).toMatch(/No pod shop\/nobody|No pod nobody/);
});
