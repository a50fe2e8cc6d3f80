import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepBody } from '../../src/alerts/quarantine.ts';
import { forgetOld } from '../../src/app/housekeeping.ts';
import { insertJob } from '../../src/core/jobs/rows.ts';
import { CLASS, createPosts } from '../../src/core/outbox/write.ts';
import { draw } from '../../src/core/records.ts';
import { lockAnswer } from '../../src/core/share/rows.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const NOW = new Date('2026-11-21T03:00:00Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);

const quarantine = async (at: Date, text: string): Promise<number> => {
  const body = { source: 'a', body: Buffer.from(text), reason: 'odd' };
  return (await database.db.transaction().execute((tx) => keepBody(tx, body, 'ops', at))).id;
};

const left = async () => ({
  bodies: (await database.db.selectFrom('quarantine').select('id').orderBy('id').execute()).map((r) => r.id),
  posts: (await database.db.selectFrom('posts').select('subject').orderBy('id').execute()).map((r) => r.subject),
  outbox: (await database.db.selectFrom('outbox').select('subject').orderBy('id').execute()).map((r) => r.subject),
});

test('a body in quarantine goes after 30 days, with what was told of it, and never before it was told', async () => {
  const old = await quarantine(daysAgo(31), 'old');
  const untold = await quarantine(daysAgo(31), 'untold');
  const recent = await quarantine(daysAgo(29), 'recent');
  const sent = { state: 'sent' as const };
  const told = [old, recent].map((id) => `quarantine:${id}`);
  await database.db.updateTable('outbox').set(sent).where('subject', 'in', told).execute();
  expect(await forgetOld(database.db, NOW)).toBe(1);
  const kept = [untold, recent].map((id) => `quarantine:${id}`);
  expect(await left()).toEqual({ bodies: [untold, recent], posts: kept, outbox: kept });
  await database.db.updateTable('outbox').set(sent).execute();
  expect(await forgetOld(database.db, NOW)).toBe(1);
  expect((await left()).bodies).toEqual([recent]);
  expect(await forgetOld(database.db, NOW)).toBe(0);
});

test('requests go after 2 days, notifications after 7, beats after 30', async () => {
  const principal = JSON.stringify({ kind: 'slack', id: 'U1', team: 'T1' });
  const ages = [1, 3, 8, 31];
  for (const days of ages) {
    const at = daysAgo(days);
    await database.db
      .insertInto('requests')
      .values({ id: `r${days}`, kind: 'ask', principal, received_at: at })
      .execute();
    await database.db
      .insertInto('notifications')
      .values({
        received_at: at,
        source: 'a',
        receiver: 'r',
        key_hash: Buffer.of(1),
        status: 'firing',
        alerts: 1,
        bytes: 1,
        outcome: `n${days}`,
      })
      .execute();
    await database.db
      .insertInto('beats')
      .values({ process: `b${days}`, roles: ['web'], version: '1', started_at: at, beat_at: at })
      .execute();
  }
  expect(await forgetOld(database.db, NOW)).toBe(3 + 2 + 1);
  const { db } = database;
  expect(await db.selectFrom('requests').select('id').execute()).toEqual([{ id: 'r1' }]);
  expect(await db.selectFrom('notifications').select('outcome').orderBy('id').execute()).toEqual([
    { outcome: 'n1' },
    { outcome: 'n3' },
  ]);
  expect((await db.selectFrom('beats').select('process').execute()).map((b) => b.process).sort()).toEqual([
    'b1',
    'b3',
    'b8',
  ]);
});

test('logs that were followed go after 7 days with their message, other jobs stay', async () => {
  const principal = { kind: 'hikeshi', id: 'test' } as const;
  const made = async (kind: string, ended: Date): Promise<number> =>
    database.db.transaction().execute(async (tx) => {
      const { id } = await insertJob(tx, { kind, payload: { v: 1 }, principal }, ended);
      await tx.updateTable('jobs').set({ finished_at: ended, due_at: null }).where('id', '=', id).execute();
      const [post] = await draw(tx, 'posts_id_seq', 1);
      const show = { id: post!, subject: `${kind}:${id}`, purpose: 'main', class: CLASS.click, channel: 'U1' };
      await createPosts(tx, [show], ended);
      return id;
    });
  await made('follow', daysAgo(8));
  const [recent, other] = [await made('follow', daysAgo(6)), await made('action', daysAgo(8))];
  expect(await forgetOld(database.db, NOW)).toBe(1);
  const jobs = await database.db.selectFrom('jobs').select('id').orderBy('id').execute();
  expect(jobs.map(({ id }) => id)).toEqual([recent, other]);
  const { posts, outbox } = await left();
  for (const subjects of [posts, outbox])
    expect(subjects.filter((one) => !one.startsWith('quarantine'))).toEqual([`follow:${recent}`, `action:${other}`]);
});

test('private answers go after a day, shared ones after 7 with their message', async () => {
  const principal = JSON.stringify({ kind: 'slack', id: 'U1', team: 'T1' });
  const made = async (answered: Date, shared: boolean): Promise<string> => {
    const id = randomUUID();
    const by = shared ? { shared_by: principal, shared_at: answered } : {};
    const row = {
      id,
      verb: 'pods',
      typed: 'pods',
      principal,
      channel: 'C1',
      message: '{}',
      answered_at: answered,
      ...by,
    };
    await database.db.insertInto('answers').values(row).execute();
    return id;
  };
  await made(daysAgo(2), false);
  await made(daysAgo(8), true);
  const kept = [await made(daysAgo(0), false), await made(daysAgo(2), true)];
  expect(await forgetOld(database.db, NOW)).toBe(2);
  const left = await database.db.selectFrom('answers').select('id').execute();
  expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
});

test('a private answer that somebody is just sharing is not waited for', async () => {
  const principal = JSON.stringify({ kind: 'slack', id: 'U1', team: 'T1' });
  const id = randomUUID();
  const row = { id, verb: 'pods', typed: 'pods', principal, channel: 'C1', message: '{}', answered_at: daysAgo(2) };
  await database.db.insertInto('answers').values(row).execute();
  await database.db.transaction().execute(async (tx) => {
    await lockAnswer(tx, id);
    expect(await forgetOld(database.db, NOW)).toBe(0);
  });
  expect(await forgetOld(database.db, NOW)).toBe(1);
});
