import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPerson } from '../../../src/core/directory/find.ts';
import { startKeeper } from '../../../src/core/directory/keeper.ts';
import { type RefreshContext, refreshAll, refreshChanged } from '../../../src/core/directory/refresh.ts';
import { FakeDirectory } from '../../fakes/directory.ts';
import { openTestDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let directory: FakeDirectory;
const now = new Date('2027-03-04T05:06:07Z');
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  for (const table of ['people', 'user_groups', 'channels', 'schedule_runs', 'outbox', 'posts']) {
    await sql`delete from ${sql.table(table)}`.execute(database.db);
  }
  directory = new FakeDirectory()
    .person('UHANA', 'hana', { displayName: 'Hana Sato', locale: 'ja-JP', tz: 'Asia/Tokyo' })
    .person('UGUEST', 'guest', { isGuest: true })
    .person('UGONE', 'gone', { deactivated: true })
    .person('UBOT', 'robot', { isBot: true })
    .group('SSRE', 'sre', ['UHANA', 'UGONE'])
    .group('SOLD', 'old', ['UHANA'], { disabled: true })
    .group('SNONE', 'none', ['UGONE'])
    .channel('C1', 'alerts', ['UHANA', 'UBOT'])
    .channel('C2', 'random', [], { isMember: false });
});

const context = (more: Partial<RefreshContext> = {}): RefreshContext => ({
  db: database.db,
  directory,
  now,
  channels: ['#alerts'],
  ...more,
});
const refresh = (more: Partial<RefreshContext> = {}) => refreshAll(context(more));
const count = async (table: 'people' | 'user_groups' | 'channels'): Promise<number> =>
  (await database.db.selectFrom(table).select('id').execute()).length;

describe('refresh', () => {
  test('people, groups, channels and members become rows, and are read back', async () => {
    expect(await refresh()).toEqual([]);
    expect(await findPerson(database.db, 'UHANA', { now })).toEqual({
      kind: 'person',
      person: directory.everyone.get('UHANA'),
    });
    expect(await row('channels', 'C1')).toMatchObject({ name: 'alerts', is_member: true, members: ['UHANA', 'UBOT'] });
    expect(await row('channels', 'C2')).toMatchObject({ name: 'random', is_member: false, members: null });
  });

  test('members of the channels that were posted to are read without being named', async () => {
    await sql`insert into posts (subject, purpose, channel, channel_id, created_at)
      values ('incident:1', 'main', '#random', 'C2', ${now})`.execute(database.db);
    directory.channel('C2', 'random', ['UHANA']);
    await refresh({ channels: [] });
    expect(directory.calls.filter((c) => c.startsWith('members'))).toEqual(['members C2']);
  });

  test('a part that fails keeps its rows and lets the others be read', async () => {
    await refresh();
    directory.failing.set('people', 'service_unavailable').set('userGroups', 'ratelimited');
    directory.channel('C3', 'new', []);
    const failed = await refresh();
    expect(failed.map((f) => f.part)).toEqual(['people', 'groups']);
    expect([await count('people'), await count('user_groups'), await count('channels')]).toEqual([4, 3, 3]);
  });

  test('empty answers empty nothing; what is missing from a full one is none of ours', async () => {
    await refresh();
    directory.rooms.clear();
    directory.groups.clear();
    directory.everyone.clear();
    await refresh();
    expect(await row('channels', 'C1')).toMatchObject({ is_member: true });
    directory.channel('C9', 'only', []).group('SNEW', 'new', ['UHANA']);
    await refresh();
    expect(await row('channels', 'C1')).toMatchObject({ is_member: false, members: null });
    expect(await row('user_groups', 'SSRE')).toMatchObject({ disabled: true });
  });

  test('one id twice in a listing is one row', async () => {
    const twice = { ...directory.everyone.get('UHANA')!, name: 'hana2' };
    directory.people = async () => [directory.everyone.get('UHANA')!, twice];
    expect(await refresh()).toEqual([]);
    expect(await findPerson(database.db, 'UHANA', { now })).toMatchObject({ person: { name: 'hana2' } });
  });

  test('events refresh what they name', async () => {
    await refresh();
    directory.person('UHANA', 'hana', { deactivated: true }).channel('C1', 'alarms', ['UGUEST']);
    directory.group('SSRE', 'oncall', ['UGUEST']);
    const changed = (what: 'person' | 'group' | 'channel' | 'membership', subject?: string) =>
      refreshChanged(context(), { kind: 'changed', id: '1', what, ...(subject && { subject }) });
    await changed('person', 'UHANA');
    await changed('person', 'U404');
    await changed('group');
    await changed('channel', 'C1');
    await changed('membership', 'C1');
    expect(await row('people', 'UHANA')).toMatchObject({ deactivated: true });
    expect(await row('user_groups', 'SSRE')).toMatchObject({ handle: 'oncall' });
    expect(await row('channels', 'C1')).toMatchObject({ members: expect.arrayContaining(['UGUEST']) });
  });
});

describe('the keeper', () => {
  test('two processes: one refresh each ten minutes, sooner after a failure; events at once', async () => {
    let ms = now.getTime();
    const clock = { now: () => new Date(ms) };
    const options = { db: database.db, directory, clock, log: pino({ level: 'silent' }), lookMs: 20 };
    const people = (): number => directory.calls.filter((c) => c === 'people').length;
    const run = async () =>
      (await database.db.selectFrom('schedule_runs').selectAll().executeTakeFirst()) ?? { last_run_at: null };
    const ranAt = async (at: number): Promise<void> => {
      while ((await run()).last_run_at?.getTime() !== at) await new Promise((r) => setImmediate(r));
    };
    directory.failing.set('channels', 'service_unavailable');
    const keepers = [startKeeper(options), startKeeper(options)];
    await ranAt(ms);
    expect(people()).toBe(1);
    expect(await run()).toMatchObject({ last_outcome: 'channels: service_unavailable' });
    directory.failing.clear();
    ms += 60_000;
    await ranAt(ms);
    expect(people()).toBe(2);
    ms += 599_999;
    for (const keeper of keepers) keeper.wake();
    ms += 1;
    await ranAt(ms);
    expect(people()).toBe(3);
    ms -= 86_400_000;
    await ranAt(ms);
    expect(people()).toBe(4);
    keepers[0]!.changed({ what: 'person', subject: 'UHANA' });
    while (!directory.calls.includes('personById UHANA')) await new Promise((r) => setImmediate(r));
    await Promise.all(keepers.map((keeper) => keeper.stop(2_000)));
  });
});

test('a process whose clock is a little behind leaves the other one its turn', async () => {
  const people = (): number => directory.calls.filter((c) => c === 'people').length;
  const options = { db: database.db, directory, log: pino({ level: 'silent' }), lookMs: 10 };
  const first = startKeeper({ ...options, clock: { now: () => now } });
  while (people() === 0) await new Promise((r) => setImmediate(r));
  await first.stop(2_000);
  let looks = 0;
  const behind = () => {
    looks++;
    return new Date(now.getTime() - 50);
  };
  const second = startKeeper({ ...options, clock: { now: behind } });
  while (looks < 5) await new Promise((r) => setImmediate(r));
  await second.stop(2_000);
  expect(people()).toBe(1);
});

describe('a keeper of what events name only', () => {
  test('reads what an event names, and takes no turn at the rest', async () => {
    const options = { db: database.db, directory, clock: { now: () => now }, log: pino({ level: 'silent' }) };
    const keeper = startKeeper({ ...options, full: false, lookMs: 10 });
    keeper.changed({ what: 'person', subject: 'UHANA' });
    while ((await count('people')) === 0) await new Promise((r) => setImmediate(r));
    await keeper.stop(2_000);
    expect(directory.calls).toEqual(['personById UHANA']);
    expect(await database.db.selectFrom('schedule_runs').selectAll().execute()).toEqual([]);
  });
});

describe('a person', () => {
  const later = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);

  test('known within a day: nobody is asked', async () => {
    await refresh();
    directory.calls.length = 0;
    expect(await findPerson(database.db, 'UHANA', { now: later(24), directory })).toMatchObject({ kind: 'person' });
    expect(directory.calls).toEqual([]);
  });

  test('unknown or not known lately: one question, and its answer is kept', async () => {
    await refresh();
    const at = later(25);
    directory.person('UNEW', 'new');
    expect(await findPerson(database.db, 'UHANA', { now: at, directory })).toMatchObject({ kind: 'person' });
    expect(await findPerson(database.db, 'UNEW', { now: at, directory })).toMatchObject({ kind: 'person' });
    directory.failing.set('personById', 'request_timeout');
    expect(await findPerson(database.db, 'UNEW', { now: at, directory })).toMatchObject({ kind: 'person' });
  });

  test('no answer, nobody of that id, nobody to ask: refused with the reason', async () => {
    const unknown = (reason: string) => ({ kind: 'unknown', reason });
    expect(await findPerson(database.db, 'U404', { now, directory })).toEqual(unknown('not-found'));
    expect(await findPerson(database.db, 'U404', { now })).toEqual(unknown('unreachable'));
    directory.failing.set('personById', 'request_timeout');
    expect(await findPerson(database.db, 'U404', { now, directory })).toEqual(unknown('unreachable'));
  });
});

async function row(table: 'people' | 'user_groups' | 'channels', id: string) {
  return database.db.selectFrom(table).selectAll().where('id', '=', id).executeTakeFirst();
}
