import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim } from '../../../src/core/outbox/claim.ts';
import { retire } from '../../../src/core/outbox/retention.ts';
import { CLASS, createPosts, say, showAgain } from '../../../src/core/outbox/write.ts';
import { draw } from '../../../src/core/records.ts';
import { Bench, LIMITS, UNLIMITED } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

async function posts(count: number, channels: number): Promise<void> {
  const ids = await draw(bench.db, 'posts_id_seq', count);
  const rows = ids.map((id, i) => ({
    id,
    subject: `incident:${id}`,
    purpose: 'main',
    channel: `C${i % channels}`,
    class: CLASS.new,
  }));
  for (const id of ids) bench.story.texts.set(`incident:${id}`, `post ${id}`);
  await createPosts(bench.db, rows, bench.clock.now());
}

test('three senders, writers beside them: every row once, none lost', async () => {
  await posts(150, 12);
  for (let i = 0; i < 3; i++) bench.start({ concurrency: 5 });
  const sayings = Array.from({ length: 60 }, (_, i) => ({
    subject: `incident:${i + 1}`,
    event: 'line',
    channel: `C${i % 12}`,
    threadPostId: i + 1,
    class: CLASS.timeline,
    payload: { say: 'ping', text: `reply ${i + 1}` },
  }));
  await Promise.all([
    say(bench.db, sayings, bench.clock.now()),
    ...Array.from({ length: 10 }, (_, i) => {
      const subjects = Array.from({ length: 20 }, (_, j) => `incident:${((i * 7 + j * 11) % 150) + 1}`);
      const changes = subjects.map((subject) => ({ subject, class: CLASS.update }));
      return bench.db.transaction().execute(async (tx) => showAgain(tx, changes, bench.clock.now()));
    }),
  ]);
  bench.wake();
  await bench.chat.until(() => bench.chat.messages.length >= 210);
  for (;;) {
    const before = bench.settled.length;
    if ((await bench.states())['sent'] === 210) break;
    await bench.ended('delivered', before + 1);
  }
  const rows = bench.chat.messages.map((m) => m.row);
  expect(new Set(rows).size).toBe(rows.length);
  expect(bench.settled.filter((s) => s.outcome !== 'delivered')).toEqual([]);
  const { rows: behind } = await sql`select 1 from outbox where kind = 'show' and wanted <> claimed`.execute(bench.db);
  expect(behind).toEqual([]);
});

test('claims at the same moment share budgets and never a row', async () => {
  await posts(200, 40);
  const options = {
    now: bench.clock.now(),
    most: 16,
    leaseMs: 60_000,
    limits: { ...LIMITS, posts: { everyMs: 200, burst: 25 } },
  };
  const taken = await Promise.all(Array.from({ length: 5 }, () => claim(bench.db, options)));
  const ids = taken.flatMap((t) => t.claims.map((c) => c.lead.id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeLessThanOrEqual(25);
  const rest = await claim(bench.db, options);
  expect(ids.length + rest.claims.length).toBe(25);
  expect(rest.nextDueAt!.getTime() - options.now.getTime()).toBeLessThanOrEqual(200);
});

test('rows that others have locked are passed over, and cost nothing', async () => {
  await posts(1, 1);
  const options = { now: bench.clock.now(), most: 16, leaseMs: 60_000, limits: LIMITS };
  await bench.db.transaction().execute(async (tx) => {
    await showAgain(tx, [{ subject: 'incident:1', class: CLASS.click }], bench.clock.now());
    const passed = await claim(bench.db, options);
    expect(passed.claims).toEqual([]);
    expect(passed.nextDueAt!.getTime()).toBeGreaterThan(options.now.getTime());
  });
  expect((await claim(bench.db, options)).claims.length).toBe(1);
});

test('nothing pending, nothing due: no wake-up but the next due time', async () => {
  const options = { now: bench.clock.now(), most: 16, leaseMs: 60_000, limits: UNLIMITED };
  expect(await claim(bench.db, options)).toEqual({ claims: [], nextDueAt: undefined });
  const due = new Date(bench.clock.now().getTime() + 5_000);
  await bench.say('later', { due });
  expect(await claim(bench.db, options)).toEqual({ claims: [], nextDueAt: due });
});

test('sayings that left a week ago are deleted in batches; posts, failures and younger ones stay', async () => {
  await posts(1, 1);
  for (let i = 0; i < 5; i++) await bench.say(`old ${i}`);
  await bench.say('failed', { event: 'failed' });
  await sql`update outbox set state = case when event = 'failed' then 'failed' else 'sent' end`.execute(bench.db);
  bench.clock.advance(7 * 86_400_000 + 1);
  await bench.say('young', { event: 'young' });
  expect(await retire(bench.db, bench.clock.now(), 3)).toBe(3);
  expect(await retire(bench.db, bench.clock.now(), 3)).toBe(2);
  expect(await retire(bench.db, bench.clock.now(), 3)).toBe(0);
  expect(await bench.states()).toEqual({ sent: 1, failed: 1, pending: 1 });
});
