import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { settleDoubts } from '../../src/alerts/doubt.ts';
import type { AlertRules } from '../../src/alerts/rules.ts';
import { changeIncident, lockIncident } from '../../src/incidents/change.ts';
import type { AlertSource } from '../../src/ports/alert-source.ts';
import { type AlertWish, at, notificationOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const withApi = testRules({ sources: new Map([['default', { name: 'default', api: ['http://am'], receivers: [] }]]) });
const withoutApi = testRules();
const never = new AbortController().signal;
const neverAsked = async (): Promise<never> => {
  throw new Error('doubts ask for what is active');
};

const source = (answer: 'active' | 'absent' | 'unknown'): ReadonlyMap<string, AlertSource> =>
  new Map([
    [
      'default',
      {
        name: 'default',
        look: neverAsked,
        active: async () => ({
          fingerprints: new Set(answer === 'active' ? ['x', 'y'] : []),
          complete: answer !== 'unknown',
        }),
      },
    ],
  ]);

async function settle(sources: ReadonlyMap<string, AlertSource>, rules: AlertRules, now: Date): Promise<number> {
  const onError = (error: unknown): void => {
    throw error;
  };
  return (await settleDoubts({ db: database.db, sources, rules, now, signal: never, onError })).settled;
}

async function send(group: string, alerts: readonly AlertWish[], seconds: number, rules = withApi) {
  const [applied] = await database.db
    .transaction()
    .execute((tx) => applyBatch(tx, [{ notification: notificationOf(group, alerts), bytes: 1 }], rules, at(seconds)));
  return applied!;
}

async function doubtful(group: string, rules = withApi): Promise<number> {
  const { incidentNumber } = await send(group, [{ fp: 'x' }], 0, rules);
  await send(group, [{ fp: 'x', status: 'resolved' }], 10, rules);
  expect(await send(group, [{ fp: 'x' }], 20, rules)).toMatchObject({ outcome: 'in-doubt' });
  return incidentNumber!;
}

const stateOf = async (number: number) =>
  (await database.db.selectFrom('incidents').select('state').where('number', '=', number).executeTakeFirstOrThrow())
    .state;

test('the API says active: it fires', async () => {
  const number = await doubtful('active');
  expect(await settle(source('active'), withApi, at(20))).toBe(1);
  expect(await stateOf(number)).toBe('open');
  expect(await settle(source('active'), withApi, at(21))).toBe(0);
});

test('the API says absent: it stays resolved', async () => {
  const number = await doubtful('absent');
  await settle(source('absent'), withApi, at(20));
  expect(await stateOf(number)).toBe('resolved');
  expect(await settle(source('absent'), withApi, at(100))).toBe(0);
});

test('no answer: asked again after 5, 15 and 60 s, then it fires', async () => {
  const number = await doubtful('silent');
  const looked: number[] = [];
  for (let s = 20; s <= 90; s++) {
    if ((await settle(source('unknown'), withApi, at(s))) > 0) looked.push(s - 20);
  }
  expect(looked).toEqual([0, 5, 15, 60]);
  expect(await stateOf(number)).toBe('open');
});

test('without an API a lone copy within a minute of the resolve is a lagging one; a second copy says that it fires', async () => {
  const lone = await doubtful('lone', withoutApi);
  const twice = await doubtful('twice', withoutApi);
  await send('twice', [{ fp: 'x' }], 40, withoutApi);
  expect(await settle(new Map(), withoutApi, at(69))).toBe(0);
  expect(await settle(new Map(), withoutApi, at(70))).toBe(2);
  expect([await stateOf(lone), await stateOf(twice)]).toEqual(['resolved', 'open']);
});

test('after a resolve by hand: a held alert that cleared and whose copy is active reopens; another one opens a new incident', async () => {
  const { incidentNumber: number } = await send('held', [{ fp: 'x' }, { fp: 'y', status: 'resolved' }], 0);
  const { id } = await database.db
    .selectFrom('incidents')
    .select('id')
    .where('number', '=', number!)
    .executeTakeFirstOrThrow();
  await database.db.transaction().execute(async (tx) => {
    const incident = (await lockIncident(tx, id))!;
    const principal = { kind: 'slack', id: 'U1', team: 'T' } as const;
    const line = { kind: 'resolved-by', params: {}, shown: 'line' as const };
    const change = {
      event: { kind: 'resolved-by', by: 'U1' } as const,
      line,
      principal,
      origin: { kind: 'button' as const },
      hold: true,
    };
    await changeIncident(tx, incident, change, withApi, at(10));
  });
  await send('held', [{ fp: 'x', status: 'resolved' }], 20);
  expect(await send('held', [{ fp: 'y' }], 30)).toMatchObject({ outcome: 'in-doubt' });
  expect(await settle(source('active'), withApi, at(30))).toBe(1);
  expect(await stateOf(number!)).toBe('resolved');
  const newest = await database.db.selectFrom('incidents').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
  expect(newest).toMatchObject({ state: 'open', group_id: expect.any(Number), counts: { firing: 1 } });
  expect(newest.number).not.toBe(number);
  expect(await settle(source('active'), withApi, at(31))).toBe(0);
});

test('hundreds of doubts are one question, and are settled together', async () => {
  const many = Array.from({ length: 60 }, (_, i) => `many${i}`);
  for (const group of many) await doubtful(group);
  let asked = 0;
  const slow: ReadonlyMap<string, AlertSource> = new Map([
    [
      'default',
      {
        name: 'default',
        look: neverAsked,
        active: async () => ({ fingerprints: new Set<string>([`${asked++}`]), complete: false }),
      },
    ],
  ]);
  for (const s of [20, 25, 35]) expect(await settle(slow, withApi, at(s))).toBe(60);
  expect(await settle(slow, withApi, at(80))).toBe(60);
  expect(asked).toBe(4);
  const open = await database.db
    .selectFrom('incidents')
    .select('id')
    .where('state', '=', 'open')
    .where('title', '=', 'HighLoad')
    .execute();
  expect(open.length).toBeGreaterThanOrEqual(60);
});
