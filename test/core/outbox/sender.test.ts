import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLASS, cancelPings, createPosts, sayLines, showAgain } from '../../../src/core/outbox/write.ts';
import { draw } from '../../../src/core/records.ts';
import type { Db } from '../../../src/ports/database.ts';
import { somebodyWaits } from '../../support/waiting.ts';
import { Bench, LIMITS } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

test('what is written leaves, and is recorded with its place', async () => {
  const id = await bench.post('checkout is down');
  bench.start();
  await bench.ended('delivered');
  expect(bench.chat.texts('C1')).toEqual(['checkout is down']);
  const post = await bench.postRow(id);
  expect(post).toMatchObject({ channel_id: 'C1', ts: bench.chat.messages[0]!.ts, rendered: 1, moved: false });
  expect(await bench.row({ postId: id })).toMatchObject({ state: 'sent', method: 'chat.update', attempt_id: null });
});

test('by class, then age', async () => {
  await bench.post('update', { class: CLASS.update });
  await bench.post('new 1', { class: CLASS.new });
  await bench.say('ping', { class: CLASS.ping });
  await bench.post('new 2', { class: CLASS.new });
  await bench.post('critical', { class: CLASS.newCritical });
  bench.start({ concurrency: 1 });
  await bench.ended('delivered', 5);
  expect(bench.chat.texts()).toEqual(['critical', 'ping', 'new 1', 'new 2', 'update']);
});

test('one per channel and second; other channels and edits are not held up', async () => {
  await bench.post('a', { channel: 'C1' });
  await bench.post('b', { channel: 'C1' });
  await bench.post('c', { channel: 'C2' });
  bench.start({ limits: LIMITS });
  await bench.ended('delivered', 2);
  expect(bench.chat.texts()).toEqual(['a', 'c']);
  await bench.change('incident:1', 'a, edited', CLASS.click);
  bench.wake();
  await bench.ended('delivered', 3);
  expect(bench.chat.texts()).toEqual(['a, edited', 'c']);
  bench.advance(LIMITS.channel.everyMs);
  await bench.ended('delivered', 4);
  expect(bench.chat.texts('C1')).toEqual(['a, edited', 'b']);
});

test('a name and its id are one channel, by exact name, archived ones aside', async () => {
  await sql`insert into channels (id, name, is_archived, refreshed_at) values
    ('C9', 'alerts', true, now()), ('C1', 'alerts', false, now()), ('C3', 'alerts-old', false, now())`.execute(
    bench.db,
  );
  await bench.post('by name', { channel: '#alerts' });
  await bench.post('by id', { channel: 'C1' });
  bench.start({ limits: LIMITS });
  await bench.ended('delivered', 1);
  expect(bench.chat.calls.map((c) => c.to)).toEqual(['C1']);
  bench.advance(LIMITS.channel.everyMs);
  await bench.ended('delivered', 2);
  expect(bench.chat.texts('C1')).toEqual(['by name', 'by id']);
});

test('a 429 holds its channel for Retry-After, and no other', async () => {
  bench.chat.fail('rate-limited', { to: 'C1', retryAfterMs: 20_000 });
  await bench.post('a', { channel: 'C1' });
  bench.start();
  await bench.ended('again');
  await bench.post('b', { channel: 'C1', class: CLASS.update });
  expect(bench.refused).toEqual([20_000]);
  await bench.post('c', { channel: 'C2' });
  bench.wake();
  await bench.ended('delivered', 1);
  bench.advance(19_000);
  await bench.post('d', { channel: 'C3' });
  bench.wake();
  await bench.ended('delivered', 2);
  expect(bench.chat.texts()).toEqual(['c', 'd']);
  bench.advance(1_000);
  await bench.ended('delivered', 4);
  expect(bench.chat.texts('C1')).toEqual(['a', 'b']);
  expect(bench.failed).toEqual([]);
});

test('ten changes before it leaves are one message; ten after are one edit', async () => {
  const id = await bench.post('0');
  for (let i = 1; i <= 10; i++) await bench.change('incident:1', String(i));
  bench.start();
  await bench.ended('delivered');
  bench.story.texts.set('incident:1', '20');
  await bench.db.transaction().execute(async (tx) => {
    const change = { subject: 'incident:1', class: CLASS.update };
    for (let i = 11; i <= 20; i++) await showAgain(tx, [change], bench.clock.now());
  });
  bench.wake();
  await bench.ended('delivered', 2);
  expect(bench.chat.messages).toMatchObject([{ edits: 1, message: { text: ['20'] } }]);
  expect(await bench.postRow(id)).toMatchObject({ rendered: 21 });
});

test('a change while it is being sent is sent once more', async () => {
  const id = await bench.post('before');
  const held = bench.chat.hold('post', { done: true });
  bench.start();
  await held.arrived;
  await bench.change('incident:1', 'after');
  held.release();
  await bench.ended('delivered', 2);
  expect(bench.chat.messages).toMatchObject([{ edits: 1, message: { text: ['after'] } }]);
  expect(await bench.row({ postId: id })).toMatchObject({ state: 'sent', wanted: 2, claimed: 2 });
});

test('a reply waits for its post and goes into its thread', async () => {
  const main = await bench.post('main');
  await bench.say('reply', { threadPostId: main });
  await bench.say('for all', { threadPostId: main, payload: { say: 'shout' }, class: CLASS.resolved });
  await bench.post('details', { threadPostId: main, purpose: 'details' });
  const held = bench.chat.hold('post');
  bench.start({ concurrency: 1 });
  await held.arrived;
  expect(await bench.states()).toEqual({ sending: 1, waiting: 3 });
  held.release();
  await bench.ended('delivered', 4);
  const { ts } = bench.chat.messages[0]!;
  expect(bench.chat.messages.map((m) => [m.message.text[0], m.threadTs, m.broadcast])).toEqual([
    ['main', undefined, false],
    ['reply', ts, false],
    ['details', ts, false],
    ['for all', ts, true],
  ]);
});

test('what is to be typed is a mention in a thread, where Slack takes no slash command, and stays so when it is edited', async () => {
  const remedy = { payload: { say: 'remedy' } };
  const main = await bench.post('/ops why a', { subject: 'remedy:1' });
  await bench.say('/ops why b', { threadPostId: main, ...remedy });
  await bench.post('/ops why c', { threadPostId: main, subject: 'remedy:2', purpose: 'details' });
  bench.start();
  await bench.ended('delivered', 3);
  await bench.change('remedy:1', '/ops why d');
  await bench.change('remedy:2', '/ops why e');
  bench.wake();
  await bench.ended('delivered', 5);
  const typed = (words: string) => ({ text: [{ code: words }], blocks: [{ kind: 'text', text: [{ code: words }] }] });
  expect(bench.chat.messages.map(({ message, edits }) => [message, edits])).toEqual([
    [typed('/ops why d'), 1],
    [typed('@Hikeshi why b'), 0],
    [typed('@Hikeshi why e'), 1],
  ]);
  bench.chat.messages[0]!.removed = true;
  await bench.say('/ops why f', { threadPostId: main, ...remedy });
  bench.wake();
  await bench.ended('delivered', 6);
  expect(bench.chat.messages.at(-1)).toMatchObject({ message: typed('/ops why f') });
});

test('a reply written while its post is being recorded is found by the sweep', async () => {
  const main = await bench.post('main');
  bench.start();
  await bench.ended('delivered');
  await bench.say('reply', { threadPostId: main, event: 'raced' });
  await sql`update outbox set state = 'waiting' where event = 'raced'`.execute(bench.db);
  await bench.ended('delivered', 2);
  expect(bench.chat.messages[1]).toMatchObject({ threadTs: bench.chat.messages[0]!.ts });
});

test('lines of one thread within 15 s are one message', async () => {
  const main = await bench.post('main');
  bench.start();
  await bench.ended('delivered');
  const line = (text: string) => ({
    subject: 'incident:1',
    event: text,
    channel: 'C1',
    threadPostId: main,
    payload: { text },
  });
  await sayLines(bench.db, [line('one')], bench.clock.now());
  bench.advance(14_000);
  await sayLines(bench.db, [line('two'), line('three')], bench.clock.now());
  await bench.say('someone else', { class: CLASS.timeline });
  bench.wake();
  await bench.ended('delivered', 2);
  bench.advance(1_000);
  await bench.ended('delivered', 3);
  expect(bench.chat.texts()).toEqual(['main', 'someone else', 'INC-1: one\ntwo\nthree']);
  expect(await bench.states()).toEqual({ sent: 5 });
  await sayLines(bench.db, [line('one'), line('four')], bench.clock.now());
  bench.advance(15_000);
  await bench.ended('delivered', 4);
  expect(bench.chat.texts().at(-1)).toBe('INC-1: four');
});

test('a click overtakes 1,000 waiting posts and 1,000 waiting edits', async () => {
  const ids = await draw(bench.db, 'posts_id_seq', 1_000);
  const posts = ids.map((id) => ({ id, subject: `incident:${id}`, purpose: 'main', channel: 'C1', class: CLASS.new }));
  await createPosts(bench.db, posts, bench.clock.now());
  for (const id of ids) bench.story.texts.set(`incident:${id}`, `post ${id}`);
  bench.start({ limits: LIMITS });
  await bench.ended('delivered', 1);
  const second = ids.slice(500);
  await bench.db.transaction().execute(async (tx) => {
    await sql`update posts set ts = id || '.000001', channel_id = 'C1' where id = any(${second})`.execute(tx);
    await sql`update outbox set method = 'chat.update', class = ${CLASS.update} where post_id = any(${second})`.execute(
      tx,
    );
  });
  await bench.change('incident:1', 'acknowledged by hana', CLASS.click);
  bench.wake();
  await bench.chat.until(() => bench.chat.texts().includes('acknowledged by hana'));
  expect(bench.chat.shown().length).toBe(1);
});

test('a ping leaves only while its run stands at its fence', async () => {
  const run = await sql<{ id: number }>`
    insert into runs (subject, policy_name, policy, state, fence, started_at, started_why, channel)
    values ('incident:1', 'p', '{}', 'running', 3, now(), 'opened', 'C1') returning id`.execute(bench.db);
  const { id } = run.rows[0]!;
  await bench.say('holds', { run: { id, fence: 3 }, event: 'a' });
  await bench.say('moved', { run: { id, fence: 2 }, event: 'b' });
  bench.start();
  await bench.ended('cancel');
  await bench.ended('delivered');
  expect(bench.chat.texts()).toEqual(['holds']);
  expect(await bench.row({ event: 'b' })).toMatchObject({ state: 'cancelled', error: 'fence moved' });

  const held = bench.chat.hold('post');
  await bench.say('stopped while claimed', { run: { id, fence: 3 }, event: 'c' });
  await bench.say('stopped before', {
    run: { id, fence: 3 },
    event: 'd',
    due: new Date(bench.clock.now().getTime() + 1),
  });
  bench.wake();
  await held.arrived;
  await cancelPings(bench.db, [id]);
  held.release();
  await bench.ended('delivered', 2);
  expect(await bench.row({ event: 'd' })).toMatchObject({ state: 'cancelled', error: 'run stopped' });
});

test("who cancels pings takes the rows by age, whatever order they lie in, and so gets in nobody's way who does too", async () => {
  const run = await sql<{ id: number }>`
    insert into runs (subject, policy_name, policy, state, fence, started_at, started_why, channel)
    values ('incident:1', 'p', '{}', 'running', 3, now(), 'opened', 'C1') returning id`.execute(bench.db);
  const { id } = run.rows[0]!;
  for (const event of ['older', 'newer']) await bench.say(event, { run: { id, fence: 3 }, event });
  // A new version of the older row, which an index points to, lies behind the newer one.
  await sql`update outbox set due_at = due_at + interval '1 s' where event = 'older'`.execute(bench.db);
  const scanned = await sql<{ event: string }>`select event from outbox where run_id = ${id}`.execute(bench.db);
  expect(scanned.rows.map((row) => row.event)).toEqual(['newer', 'older']);
  const locked = (event: string, tx: Db) => sql`select from outbox where event = ${event} for update`.execute(tx);
  const cancelled = bench.db.transaction().execute(async (tx) => {
    await locked('older', tx);
    const other = cancelPings(bench.db, [id]);
    await somebodyWaits(bench.db);
    await locked('newer', tx);
    return { other };
  });
  await (await cancelled).other;
  expect(await bench.states()).toEqual({ cancelled: 2 });
});

test('what there is nothing to show of is cancelled, and a reply to it goes out on its own', async () => {
  const id = await bench.post('gone');
  bench.story.texts.clear();
  await bench.say('still true', { threadPostId: id });
  bench.start();
  await bench.ended('delivered');
  expect(bench.chat.messages).toMatchObject([{ message: { text: ['still true'] } }]);
  expect(bench.chat.messages[0]!.threadTs).toBeUndefined();
});

test('stop leaves what is open to the successor, which finds it', async () => {
  const id = await bench.post('in doubt');
  const held = bench.chat.hold('post', { done: true });
  const sender = bench.start();
  await held.arrived;
  await sender.stop(20);
  expect(await bench.row({ postId: id })).toMatchObject({ state: 'sending', attempts: 1 });
  await bench.expireLeases();
  bench.start();
  await bench.ended('delivered');
  expect(bench.chat.texts()).toEqual(['in doubt']);
  expect(bench.chat.calls.map((c) => c.method)).toEqual(['post', 'find']);
});

test('stop waits for what is about to finish and claims no more', async () => {
  await bench.post('a');
  await bench.post('b');
  const held = bench.chat.hold('post', { done: true });
  const sender = bench.start({ concurrency: 1 });
  await held.arrived;
  const stopped = sender.stop(5_000);
  held.release();
  await stopped;
  expect(await bench.states()).toEqual({ sent: 1, pending: 1 });
});
