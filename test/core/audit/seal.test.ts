import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealEntries } from '../../../src/core/audit/seal.ts';
import { verifyAudit } from '../../../src/core/audit/verify.ts';
import { audit } from '../../../src/core/audit.ts';
import { type AuditBench, minutes, openAuditBench, PRINCIPAL } from './bench.ts';

let bench: AuditBench;
beforeEach(async () => {
  bench = await openAuditBench();
});
afterEach(() => bench.close());

const entry = (verb: string) => ({ stage: 'asked', verb, principal: PRINCIPAL, outcome: 'ok' }) as const;

async function seals(): Promise<readonly { readonly id: number; readonly entry_ids: readonly number[] }[]> {
  return bench.database.db.selectFrom('audit_seals').select(['id', 'entry_ids']).orderBy('id').execute();
}

describe('sealing', () => {
  it('seals what is new, once, and not more often than every few seconds', async () => {
    await bench.write(minutes(0));
    await bench.write(minutes(0));
    expect(await bench.seal(minutes(0))).toMatchObject({ entries: 2, more: false });
    await bench.write(minutes(0));
    expect(await bench.seal(new Date(minutes(0).getTime() + 3_999))).toMatchObject({ entries: 0 });
    expect(await bench.seal(new Date(minutes(0).getTime() + 4_000))).toMatchObject({ entries: 1 });
    expect(await bench.seal(minutes(1))).toMatchObject({ entries: 0 });
    expect((await seals()).map((s) => s.entry_ids)).toEqual([[1, 2], [3]]);
    expect((await verifyAudit(bench.database.db)).findings).toEqual([]);
  });

  it('publishes the newest head each hour, with an empty seal when nothing happened', async () => {
    const told: unknown[] = [];
    const seal = (at: Date) => sealEntries(bench.database.db, at, async (_tx, head) => void told.push(head));
    expect((await seal(minutes(0))).publish).toMatchObject({ seal: 1 });
    expect((await seal(minutes(59))).publish).toBeUndefined();
    expect((await seal(minutes(60))).publish).toMatchObject({ seal: 2, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(told).toHaveLength(2);
    expect((await seals()).map((s) => s.entry_ids)).toEqual([[], []]);
  });

  it('takes entries that were committed after younger ones were sealed, and is not worried by gaps', async () => {
    const { db } = bench.database;
    let commit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written: () => void = () => undefined;
    const wrote = new Promise<void>((resolve) => {
      written = resolve;
    });
    const late = db.transaction().execute(async (tx) => {
      await audit(tx, entry('late'), minutes(0));
      written();
      await held;
    });
    await wrote;
    const gone = db.transaction().execute(async (tx) => {
      await audit(tx, entry('gone'), minutes(0));
      throw new Error('rolled back');
    });
    await expect(gone).rejects.toThrow('rolled back');
    await bench.write(minutes(0));
    expect(await bench.seal(minutes(0))).toMatchObject({ entries: 1 });
    commit();
    await late;
    expect(await bench.seal(minutes(1))).toMatchObject({ entries: 1 });
    expect((await seals()).map((s) => s.entry_ids)).toEqual([[3], [1]]);
    expect((await verifyAudit(db)).findings).toEqual([]);
  });

  it('finds one that hung for longer at the hourly look', async () => {
    const { db } = bench.database;
    await bench.write(minutes(0));
    await bench.seal(minutes(0));
    const drawn = await sql<{ id: number }>`select nextval(pg_get_serial_sequence('audit', 'id')) as id`.execute(db);
    const gap = drawn.rows[0]!.id;
    await bench.write(minutes(4));
    await bench.seal(minutes(4));
    await sql`insert into audit (id, at, stage, verb, principal, outcome) overriding system value
      values (${gap}, ${minutes(4)}, 'asked', 'hung', '{}', 'ok')`.execute(db);
    expect(await bench.seal(minutes(30))).toMatchObject({ entries: 0 });
    expect((await verifyAudit(db)).waiting).toMatchObject({ entries: 1 });
    expect(await bench.seal(minutes(61))).toMatchObject({ entries: 1 });
  });

  it('goes on in portions after a pause, without a false alarm', async () => {
    const { db } = bench.database;
    await bench.write(minutes(0));
    await bench.seal(minutes(0));
    await sql`insert into audit (at, stage, verb, principal, outcome)
      select ${minutes(1)}::timestamptz + n * interval '100 ms', 'asked', 'x', '{}', 'ok' from generate_series(1, 2500) n`.execute(
      db,
    );
    const portions = [];
    for (let more = true; more; ) {
      const sealed = await bench.seal(minutes(180));
      portions.push(sealed.entries);
      more = sealed.more;
    }
    expect(portions).toEqual([1000, 1000, 500]);
    const verified = await verifyAudit(db);
    expect(verified.findings).toEqual([]);
    expect(verified.entries).toBe(2501);
  });

  it('is done by one of many at a time', async () => {
    for (let i = 0; i < 20; i++) await bench.write(minutes(0));
    const all = await Promise.all(Array.from({ length: 5 }, () => bench.seal(minutes(0))));
    expect(all.map((s) => s.entries).sort((a, b) => b - a)).toEqual([20, 0, 0, 0, 0]);
    expect(await seals()).toHaveLength(1);
  });

  it.each([
    'update audit_seals set complete = true',
    'delete from audit_seals',
    'truncate audit_seals',
    'delete from audit_sealer',
    "begin; set local hikeshi.audit_retire = 'on'; delete from audit; commit",
  ])('refuses to the app role: %s', async (statement) => {
    await bench.write(minutes(0));
    await bench.seal(minutes(0));
    await expect(sql.raw(statement).execute(bench.database.db)).rejects.toMatchObject({ code: '42501' });
  });
});
