import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorsIn, formatAnchor, headOf, parseAnchor } from '../../../src/core/audit/head.ts';
import { sealIn } from '../../../src/core/audit/seal.ts';
import { type Verified, verifyAudit } from '../../../src/core/audit/verify.ts';
import { digestOf, entriesByIds, instantText } from '../../../src/core/audit/written.ts';
import type { Tx } from '../../../src/ports/database.ts';
import type { Schema } from '../../../src/ports/schema.ts';
import { type AuditBench, minutes, openAuditBench } from './bench.ts';

let bench: AuditBench;
let clean: Verified;
beforeAll(async () => {
  bench = await openAuditBench();
  // Nine seals a quarter of an hour apart, with gaps in the ids where transactions were rolled back.
  for (let seal = 0; seal < 9; seal++) {
    for (let i = 0; i < 3; i++) {
      if (i === 1) await sql`select nextval(pg_get_serial_sequence('audit', 'id'))`.execute(bench.database.db);
      await bench.write(minutes(seal * 15), {
        target: `production/main/shop/deployment/d${i}`,
        reason: 'it leaks',
        rule: 'role',
        incidentId: 4,
        actionId: '0b5a4b0c-3a55-4f0e-9d52-0a9c7a9e7b11',
        jobId: 7,
        approvalId: 3,
        before: { replicas: 2 },
        after: { replicas: 3, list: [1, { a: 'x' }] },
      });
    }
    await bench.seal(minutes(seal * 15));
  }
  clean = await verifyAudit(bench.database.db);
});
afterAll(() => bench.close());

const newest = () => clean.newest!;
const kinds = ({ findings }: Verified): readonly string[] => [...new Set(findings.map((f) => f.kind))];
const look = (db: Kysely<Schema>): Promise<Verified> => verifyAudit(db, [newest()]);

describe('verify', () => {
  it('finds nothing where nothing was touched', () => {
    expect(clean).toMatchObject({ seals: 9, entries: 27, waiting: { entries: 0 }, findings: [], more: 0 });
  });

  it('counts anchors that hold', async () => {
    expect(await verifyAudit(bench.database.db, [newest(), newest()])).toMatchObject({ anchored: 2, findings: [] });
  });

  const COLUMNS: Readonly<Record<string, string>> = {
    at: "at + interval '1 microsecond'",
    v: 'v + 1',
    stage: "stage || ' '",
    verb: "'other'",
    principal: `jsonb_set(principal, '{name}', '"ben"')`,
    origin: `'{"kind":"api"}'`,
    target: 'null',
    incident_id: '0',
    action_id: 'null',
    job_id: 'job_id + 1',
    approval_id: 'null',
    reason: "''",
    rule: "'lock-held'",
    before: `'{"replicas": 2.0}'`,
    after: "after - 'list'",
    outcome: "'OK'",
  };

  it('finds any one column of any one entry that was changed', async () => {
    const ids = (await bench.database.db.selectFrom('audit').select('id').execute()).map(({ id }) => id);
    const tries = fc.asyncProperty(
      fc.constantFrom(...ids),
      fc.constantFrom(...Object.keys(COLUMNS)),
      async (id, column) => {
        const change = sql`update audit set ${sql.ref(column)} = ${sql.raw(COLUMNS[column]!)} where id = ${id}`;
        const { findings } = await bench.tampered((db) => change.execute(db), look);
        expect(findings).toEqual([{ kind: 'changed', entry: id, seal: expect.any(Number) }]);
      },
    );
    await fc.assert(tries, { numRuns: 60 });
  });

  it('finds any entry that was removed, and any entries that changed places', async () => {
    const ids = (await bench.database.db.selectFrom('audit').select('id').execute()).map(({ id }) => id);
    const tries = fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...ids), { minLength: 2, maxLength: 2 }),
      async (two) => {
        const [a, b] = two as [number, number];
        const removed = await bench.tampered((db) => sql`delete from audit where id = ${a}`.execute(db), look);
        expect(removed.findings).toEqual([{ kind: 'missing', entry: a, seal: expect.any(Number) }]);
        const swap = async (db: Kysely<Schema>): Promise<void> => {
          await sql`update audit x set verb = y.verb, at = y.at, target = y.target from audit y
          where x.id in (${a}, ${b}) and y.id in (${a}, ${b}) and x.id <> y.id`.execute(db);
        };
        expect(kinds(await bench.tampered(swap, look))).toEqual(['changed']);
      },
    );
    await fc.assert(tries, { numRuns: 25 });
  });

  it('finds an entry that was put in afterwards, before it is sealed and after', async () => {
    const max = (await bench.database.db.selectFrom('audit').select('id').execute()).length * 2;
    const tries = fc.asyncProperty(
      fc.integer({ min: 0, max }),
      fc.integer({ min: 0, max: 100 }),
      fc.boolean(),
      async (below, at, sealedToo) => {
        const insert = async (db: Kysely<Schema>): Promise<void> => {
          // An id of a gap, or a new one: with a time of long ago both are too late.
          await sql`insert into audit (id, at, stage, verb, principal, outcome) overriding system value
            select n, ${minutes(at)}, 'approved', 'restart', '{}', 'ok' from generate_series(${below}::bigint, 1000) n
            where n not in (select id from audit) limit 1`.execute(db);
          if (sealedToo) await sealIn(db as Tx, minutes(125), async () => undefined);
        };
        const { findings } = await bench.tampered(insert, look);
        expect(findings).toEqual([expect.objectContaining({ kind: 'inserted' })]);
      },
    );
    await fc.assert(tries, { numRuns: 40 });
  });

  it('finds any one change, removal or repetition of a seal', async () => {
    const changes: Readonly<Record<string, string>> = {
      sealed_at: "sealed_at + interval '1 microsecond'",
      complete: 'not complete',
      last_id: 'last_id + 1',
      entry_ids: 'entry_ids[2:]',
      digests: 'set_byte(digests, 3, 255 - get_byte(digests, 3))',
      previous: 'set_byte(previous, 3, 255 - get_byte(previous, 3))',
      head: 'set_byte(head, 3, 255 - get_byte(head, 3))',
      id: 'id + 100',
    };
    const tries = fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(...Object.keys(changes)),
      async (seal, column) => {
        const change = sql`update audit_seals set ${sql.ref(column)} = ${sql.raw(changes[column]!)} where id = ${seal}`;
        expect(kinds(await bench.tampered((db) => change.execute(db), look))).not.toEqual([]);
        const removed = await bench.tampered((db) => sql`delete from audit_seals where id = ${seal}`.execute(db), look);
        expect(kinds(removed)).toContain(seal === 9 ? 'anchor-missing' : 'seal-missing');
        const twice = sql`insert into audit_seals (id, sealed_at, complete, last_id, entry_ids, digests, previous, head)
        select 10, sealed_at, complete, last_id, entry_ids, digests, previous, head from audit_seals where id = ${seal}`;
        expect(kinds(await bench.tampered((db) => twice.execute(db), look))).toContain('seal-broken');
      },
    );
    await fc.assert(tries, { numRuns: 40 });
  });

  it('finds a cut-off tail, and a chain that was written anew, by a head that is known outside; without one it cannot', async () => {
    const cut = async (db: Kysely<Schema>): Promise<void> => {
      await sql`delete from audit where id in (select unnest(entry_ids) from audit_seals where id > 6)`.execute(db);
      await sql`delete from audit_seals where id > 6`.execute(db);
    };
    expect(await bench.tampered(cut, look)).toMatchObject({
      seals: 6,
      findings: [{ kind: 'anchor-missing', seal: 9 }],
    });
    expect((await bench.tampered(cut, (db) => verifyAudit(db))).findings).toEqual([]);

    const rewrite = async (db: Kysely<Schema>): Promise<void> => {
      await sql`update audit set reason = 'none' where id = (select min(id) from audit)`.execute(db);
      await resealAll(db);
    };
    expect(await bench.tampered(rewrite, look)).toMatchObject({ findings: [{ kind: 'anchor-differs', seal: 9 }] });
    expect((await bench.tampered(rewrite, (db) => verifyAudit(db))).findings).toEqual([]);
  });

  it('finds an action whose entries are gone, seals and all', async () => {
    const cut = async (db: Kysely<Schema>): Promise<void> => {
      await sql`insert into actions (id, verb, state, principal, origin, target, target_key, digest, created_at, expires_at)
        values (gen_random_uuid(), 'restart', 'done', '{}', '{}', '{}', 'x', 'd', ${minutes(1)}, ${minutes(2)})`.execute(
        db,
      );
    };
    expect(kinds(await bench.tampered(cut, look))).toEqual(['action-without-entry']);
  });

  it('names many findings by their number', async () => {
    const { findings, more } = await bench.tampered(async (db) => {
      await sql`insert into audit (at, stage, verb, principal, outcome)
        select ${minutes(0)}, 'asked', 'x', '{}', 'ok' from generate_series(1, 130)`.execute(db);
    }, look);
    expect([findings.length, more]).toEqual([100, 30]);
  });
});

describe('anchors', () => {
  it('are read from wherever they were written', () => {
    const anchor = { seal: 412, head: 'ab'.repeat(32) };
    expect(parseAnchor(` ${formatAnchor(anchor).toUpperCase()} `)).toEqual(anchor);
    expect(anchorsIn(`{"message":"audit sealed","anchor":"${formatAnchor(anchor)}"}\nnonsense 12:zz`)).toEqual([
      anchor,
    ]);
    for (const bad of ['', '1', '0:ab', `1:${'a'.repeat(63)}`, `x:${'a'.repeat(64)}`])
      expect(parseAnchor(bad)).toBeUndefined();
  });
});

/** What somebody does who owns the database and knows how the chain is made. */
async function resealAll(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{
    id: number;
    at: string;
    complete: boolean;
    last_id: number;
    entry_ids: number[];
    previous: Buffer;
  }>`
    select s.id, ${instantText(sql`s.sealed_at`)} as at, complete, last_id, entry_ids, previous from audit_seals s order by id`.execute(
    db,
  );
  let previous = rows[0]!.previous;
  for (const { id, at, complete, last_id: lastId, entry_ids: entryIds } of rows) {
    const entries = new Map((await entriesByIds(db, entryIds)).map((e) => [e.id, e]));
    const digests = Buffer.concat(entryIds.map((entry) => digestOf(entries.get(entry)!)));
    const head = headOf({ id, sealedAt: at, complete, lastId, entryIds, digests, previous });
    await sql`update audit_seals set digests = ${digests}, previous = ${previous}, head = ${head} where id = ${id}`.execute(
      db,
    );
    previous = head;
  }
}
