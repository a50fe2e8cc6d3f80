import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { settleDoubts } from '../../src/alerts/doubt.ts';
import type { AlertSource } from '../../src/ports/alert-source.ts';
import { type AlertWish, at, notificationOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const withApi = testRules({ sources: new Map([['default', { name: 'default', api: ['http://am'] }]]) });
const withoutApi = testRules();
const never = new AbortController().signal;

const source = (answer: 'active' | 'absent' | 'unknown'): ReadonlyMap<string, AlertSource> =>
  new Map([['default', { name: 'default', isActive: async () => answer }]]);

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
  expect(await settleDoubts(database.db, source('active'), withApi, at(20), never)).toBe(1);
  expect(await stateOf(number)).toBe('open');
  expect(await settleDoubts(database.db, source('active'), withApi, at(21), never)).toBe(0);
});

test('the API says absent: it stays resolved', async () => {
  const number = await doubtful('absent');
  await settleDoubts(database.db, source('absent'), withApi, at(20), never);
  expect(await stateOf(number)).toBe('resolved');
  expect(await settleDoubts(database.db, source('absent'), withApi, at(100), never)).toBe(0);
});

test('no answer: asked again after 5, 15 and 60 s, then it fires', async () => {
  const number = await doubtful('silent');
  const looked: number[] = [];
  for (let s = 20; s <= 90; s++) {
    if ((await settleDoubts(database.db, source('unknown'), withApi, at(s), never)) > 0) looked.push(s - 20);
  }
  expect(looked).toEqual([0, 5, 15, 60]);
  expect(await stateOf(number)).toBe('open');
});

test('without an API a lone copy within a minute of the resolve is a lagging one; a second copy says that it fires', async () => {
  const lone = await doubtful('lone', withoutApi);
  const twice = await doubtful('twice', withoutApi);
  await send('twice', [{ fp: 'x' }], 40, withoutApi);
  expect(await settleDoubts(database.db, new Map(), withoutApi, at(69), never)).toBe(0);
  expect(await settleDoubts(database.db, new Map(), withoutApi, at(70), never)).toBe(2);
  expect([await stateOf(lone), await stateOf(twice)]).toEqual(['resolved', 'open']);
});
