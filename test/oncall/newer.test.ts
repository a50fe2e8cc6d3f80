import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { NewerVersion } from '../../src/core/newer.ts';
import { changeIncident, lockIncident } from '../../src/incidents/change.ts';
import { escalate } from '../../src/incidents/escalate.ts';
import { incidentWords } from '../../src/incidents/words.ts';
import { mendWaits, takeDueSteps } from '../../src/oncall/due.ts';
import { at, notificationOf } from '../support/bodies.ts';
import { plainMessage } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { node, testRules, withRoutes } from '../support/rules.ts';

/** A run whose stored policy only a newer program can read. */
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const policy = { name: 'p', steps: [{ afterMs: 60_000, page: ['UHANA'] }], repeat: 0 };
const rules = withRoutes(testRules({ policies: new Map([['p', policy]]) }), [node('p', ['team="p"'], { policy: 'p' })]);
const by = {
  principal: { kind: 'slack', id: 'UKEN', team: 'T' },
  origin: { kind: 'button' },
} as const;

async function fire(name: string): Promise<number> {
  const n = notificationOf(name, [{ fp: name, labels: { team: 'p', severity: 'high' } }]);
  await database.db.transaction().execute((tx) => applyBatch(tx, [{ notification: n, bytes: 1 }], rules, at(0)));
  const { id } = await database.db.selectFrom('incidents').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow();
  await database.db.updateTable('runs').set({ v: 2 }).where('subject', '=', `incident:${id}`).execute();
  return id;
}

const runOf = (id: number) =>
  database.db.selectFrom('runs').selectAll().where('subject', '=', `incident:${id}`).executeTakeFirstOrThrow();

test('is not stepped when it is due, nor mended when it waits, nor pushed on by a press', async () => {
  const id = await fire('due');
  const run = await runOf(id);
  expect(await takeDueSteps(database.db, rules, at(3_600))).toEqual({ taken: 0, more: false });
  const press = database.db.transaction().execute(async (tx) => {
    const incident = (await lockIncident(tx, id))!;
    return escalate(tx, incident, { asOf: 'r0.0', ...by }, rules, at(3_600));
  });
  await expect(press).rejects.toThrow(NewerVersion);
  expect(await runOf(id)).toEqual(run);
  const waiting = { due_at: null, waits_for: 'something new', next_delay_ms: 1_000 };
  await database.db.updateTable('runs').set(waiting).where('id', '=', run.id).execute();
  expect(await mendWaits(database.db, at(3_600))).toBe(0);
  expect(await runOf(id)).toMatchObject(waiting);
});

test('holds up no post and no call: what an older program cannot read of it is left out', async () => {
  const id = await fire('shown');
  const words = incidentWords(() => rules);
  const main = {
    id: 1,
    subject: `incident:${id}`,
    purpose: 'main',
    channel: '#alerts',
    first: true,
    language: 'en' as const,
  };
  const post = await words.show(database.db, main, at(10));
  expect(plainMessage(post!)).toContain('A newer version of Hikeshi calls people for this one');
  expect(await words.show(database.db, { ...main, purpose: 'dm' }, at(10))).toBeDefined();
});

test('is stopped all the same by an acknowledgement: nobody is called for what somebody has', async () => {
  const id = await fire('acked');
  await database.db.transaction().execute(async (tx) => {
    const incident = (await lockIncident(tx, id))!;
    const line = { kind: 'acked', params: {}, shown: 'line' as const };
    return changeIncident(tx, incident, { event: { kind: 'acked', by: 'UKEN' }, line, ...by }, rules, at(10));
  });
  expect(await runOf(id)).toMatchObject({ v: 2, state: 'stopped', fence: 2 });
});
