import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, nameOf } from '../../src/core/audit.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const AT = new Date('2026-03-02T03:00:00.123Z');
const principal = { kind: 'slack', id: 'U1', team: 'T1', name: 'aiko' } as const;

describe('audit', () => {
  it('keeps everything that it is given', async () => {
    const entry = {
      stage: 'refused',
      verb: 'restart',
      principal,
      origin: { kind: 'command', channel: 'C1' },
      target: 'production/main/shop/deployment/checkout',
      incidentId: 4,
      actionId: '0b5a4b0c-3a55-4f0e-9d52-0a9c7a9e7b11',
      jobId: 7,
      reason: "it's “slow” \u0001",
      rule: 'role',
      before: { uid: 'a' },
      after: { list: [1, 2] },
      outcome: 'refused',
    } as const;
    await audit(database.db, entry, AT);
    const row = await database.db.selectFrom('audit').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      at: AT,
      stage: 'refused',
      principal,
      origin: entry.origin,
      target: entry.target,
      incident_id: 4,
      action_id: entry.actionId,
      job_id: 7,
      approval_id: null,
      reason: "it's “slow” ",
      before: { uid: 'a' },
      after: { list: [1, 2] },
      v: 1,
    });
  });

  it('takes whatever is typed, without what draws nothing, and without secrets', async () => {
    const entry = {
      stage: 'asked',
      verb: 'x\u0000',
      principal,
      target: 'a\ud83d ghp_0123456789abcdefghij',
      outcome: 'ok',
    } as const;
    await audit(database.db, { ...entry, after: { b: '\u0000', url: 'a://u:hunter2@h' } }, AT);
    const row = await database.db
      .selectFrom('audit')
      .selectAll()
      .where('target', '=', 'a\ufffd ***')
      .executeTakeFirst();
    expect(row).toMatchObject({ verb: 'x', after: { b: '', url: 'a://u:***@h' } });
  });

  it('goes with its transaction: what is rolled back leaves no entry', async () => {
    const failing = database.db.transaction().execute(async (tx) => {
      await audit(tx, { stage: 'asked', verb: 'gone', principal, outcome: 'ok' }, AT);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.db.selectFrom('audit').selectAll().where('verb', '=', 'gone').execute()).toEqual([]);
  });

  it.each(['update audit set outcome = $$ok$$', 'delete from audit', 'truncate audit'])(
    'refuses: %s',
    async (statement) => {
      await expect(sql.raw(statement).execute(database.db)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('names people for marks and lines', () => {
    expect(nameOf(principal)).toBe('slack:U1 (aiko)');
    expect(nameOf({ kind: 'key', id: 'ci' })).toBe('key:ci');
  });
});
