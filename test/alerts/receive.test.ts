import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isStorageFault } from '../../src/adapters/postgres/faults.ts';
import { createReceiver, type Receiver } from '../../src/alerts/receive.ts';
import type { AlertRules } from '../../src/alerts/rules.ts';
import { at, bodyOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

let database: TestDatabase;
let receiver: Receiver;
let now = at(10);
let seen: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await sql`truncate incidents, alert_groups, alerts, posts, outbox, runs, timeline, notifications, quarantine, sources cascade`.execute(
    await owner(),
  );
  seen = [];
  now = at(10);
  receiver = receiverWith({});
});

/** The app role may not truncate; the tests' admin may. */
async function owner() {
  const { openDatabase } = await import('../../src/adapters/postgres/database.ts');
  const { testOptions } = await import('../support/postgres.ts');
  admin ??= openDatabase({ ...testOptions(database.adminUrl), poolMax: 1 });
  return admin.db;
}
let admin: { db: TestDatabase['db']; close(): Promise<void> } | undefined;
afterAll(() => admin?.close());

function receiverWith(
  changes: Partial<Parameters<typeof createReceiver>[0]>,
  rules: AlertRules = testRules(),
): Receiver {
  return createReceiver({
    db: database.receiving,
    clock: { now: () => now },
    rules: () => rules,
    isStorageFault,
    wake: () => seen.push('wake'),
    hooks: {
      onStored: (outcome) => seen.push(outcome),
      onQuarantined: () => seen.push('quarantined'),
      onStorageFault: () => seen.push('storage'),
      onRefused: (reason) => seen.push(`refused ${reason}`),
    },
    ...changes,
  });
}

const count = async (table: 'incidents' | 'outbox' | 'quarantine' | 'notifications'): Promise<number> =>
  Number(
    (
      await database.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

describe('a webhook body', () => {
  test('is answered 200 with the incident once it is stored, and its repeat changes nothing', async () => {
    const body = bodyOf('a', [{ fp: 'x' }]);
    const first = await receiver.receive('default', body);
    expect(first).toMatchObject({ status: 200, body: { outcome: 'opened' } });
    expect(await receiver.receive('default', body)).toMatchObject({ status: 200, body: { outcome: 'unchanged' } });
    expect([await count('incidents'), await count('outbox'), await count('notifications')]).toEqual([1, 1, 2]);
    expect(seen).toEqual(['opened', 'wake', 'unchanged', 'wake']);
  });

  test('bodies that come together share transactions and each gets its own answer', async () => {
    const bodies = Array.from({ length: 200 }, (_, i) => bodyOf(`g${i % 150}`, [{ fp: `x${i}` }]));
    const answers = await Promise.all(bodies.map((b) => receiver.receive('default', b)));
    expect(new Set(answers.map((a) => a.status))).toEqual(new Set([200]));
    expect(await count('incidents')).toBe(150);
    const transactions = await sql<{
      n: number;
    }>`select count(distinct xmin::text)::int as n from notifications`.execute(database.db);
    expect(transactions.rows[0]!.n).toBeLessThan(50);
  });

  test('two processes that get copies of the same bodies at once make each incident once', async () => {
    const other = receiverWith({});
    const bodies = Array.from({ length: 40 }, (_, i) => bodyOf(`g${i}`, [{ fp: 'x' }]));
    await Promise.all(bodies.flatMap((b) => [receiver.receive('default', b), other.receive('default', b)]));
    expect(await count('incidents')).toBe(40);
    expect(await count('outbox')).toBe(40);
  });

  test('that is not for us is answered 400 and told once an hour and source', async () => {
    expect(await receiver.receive('default', Buffer.from('hello'))).toMatchObject({
      status: 400,
      body: { error: 'not-json' },
    });
    expect(await receiver.receive('default', Buffer.from('{}'))).toMatchObject({
      status: 400,
      body: { error: 'no-alerts' },
    });
    await receiver.refused('other', 'too-large', 99, '{');
    now = at(3700);
    await receiver.receive('default', Buffer.from('again'));
    const { rows } = await sql<{
      subject: string;
      reason: string;
    }>`select subject, payload->>'reason' as reason from outbox order by id`.execute(database.db);
    expect(rows).toEqual([
      { subject: 'source:default', reason: 'not-json' },
      { subject: 'source:other', reason: 'too-large' },
      { subject: 'source:default', reason: 'not-json' },
    ]);
  });

  test('that can be read only in part is kept whole, and what can be read becomes an incident', async () => {
    const body = Buffer.from(
      JSON.stringify({
        alerts: [1, { status: 'firing', labels: { alertname: 'X' }, startsAt: '2026-11-21T00:00:00Z' }],
      }),
    );
    expect(await receiver.receive('default', body)).toMatchObject({ status: 200, body: { outcome: 'opened' } });
    const kept = await database.db.selectFrom('quarantine').selectAll().executeTakeFirstOrThrow();
    expect(kept.body.equals(body)).toBe(true);
    await receiver.receive('default', body);
    expect(await count('quarantine')).toBe(1);
    expect(await count('outbox')).toBe(2);
  });

  test('that makes the program fail is kept, shown in a reduced form and answered 200; its neighbours are not held up', async () => {
    const rules = testRules();
    const trap = { ...rules, sources: new Map(rules.sources) };
    const broken = receiverWith({ rules: () => trap }, rules);
    const fails = trap.severities;
    Object.defineProperty(trap, 'severities', {
      get() {
        return { ...fails, spellings: new Proxy(fails.spellings, { getOwnPropertyDescriptor: boom }) };
      },
    });
    function boom(target: object, key: string | symbol): PropertyDescriptor | undefined {
      if (key === 'boom') throw new TypeError('a defect of ours');
      return Reflect.getOwnPropertyDescriptor(target, key);
    }
    const answers = await Promise.all([
      broken.receive('default', bodyOf('good', [{ fp: 'a' }])),
      broken.receive('default', bodyOf('bad', [{ fp: 'b', labels: { severity: 'boom' } }])),
      broken.receive('default', bodyOf('fine', [{ fp: 'c' }])),
    ]);
    expect(answers.map((a) => [a.status, a.body['outcome']])).toEqual([
      [200, 'opened'],
      [200, 'quarantined'],
      [200, 'opened'],
    ]);
    expect(await count('quarantine')).toBe(1);
  });

  test('is answered 503 while the store is away, and nothing is half done', async () => {
    const away = receiverWith({ db: (await closedDatabase()).receiving });
    expect(await away.receive('default', bodyOf('a', [{ fp: 'x' }]))).toMatchObject({ status: 503 });
    expect(seen).toEqual(['storage']);
    expect(await count('incidents')).toBe(0);
  });

  test('any Unicode and a megabyte of labels are stored', async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`l${i}`, `\u0000\ud800 🔥 ${'x'.repeat(2000)}`]),
    );
    expect(await receiver.receive('default', bodyOf('big', [{ fp: 'x', labels }]))).toMatchObject({
      status: 200,
      body: { outcome: 'opened' },
    });
  });
});

async function closedDatabase() {
  const { openDatabase } = await import('../../src/adapters/postgres/database.ts');
  const { testOptions } = await import('../support/postgres.ts');
  const gone = openDatabase({ ...testOptions('postgres://nobody@127.0.0.1:1/none'), connectTimeoutMs: 500 });
  afterAll(() => gone.close());
  return gone;
}
