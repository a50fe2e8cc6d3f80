import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvCell, type ExportOptions, exportAudit } from '../../../src/core/audit/export.ts';
import { retireAudit } from '../../../src/core/audit/retire.ts';
import { verifyAudit } from '../../../src/core/audit/verify.ts';
import type { Tx } from '../../../src/ports/database.ts';
import { type AuditBench, minutes, openAuditBench } from './bench.ts';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
  for (let i = 0; i < 7; i++) {
    await bench.write(minutes(i), { target: 'production/main/shop/deployment/checkout' });
    await bench.seal(minutes(i));
  }
  await bench.write(minutes(7), {
    verb: '=HYPERLINK("http://evil")',
    reason: 'line\nbreak, "quoted"',
    jobId: 7,
    before: { replicas: 2 },
    outcome: '＝1+1',
  });
  await bench.seal(minutes(7));
});
afterAll(() => bench.close());

async function exported(options: ExportOptions): Promise<string> {
  let text = '';
  for await (const chunk of exportAudit(bench.database.db, options)) text += chunk;
  return text;
}

describe('export', () => {
  it('writes JSON lines with everything, the digest as the seal has it, whatever the page', async () => {
    const text = await exported({ format: 'jsonl', page: 3 });
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(JSON.parse(lines[7]!)).toMatchObject({
      id: 8,
      v: 1,
      at: '2026-03-02T03:07:00.123000Z',
      verb: '=HYPERLINK("http://evil")',
      principal: { id: 'U1', name: 'aiko' },
      reason: 'line\nbreak, "quoted"',
      job_id: 7,
      before: { replicas: 2 },
      target: null,
    });
    const { rows } = await sql<{ digests: string }>`
      select string_agg(encode(digests, 'hex'), '' order by id) as digests from audit_seals`.execute(bench.database.db);
    expect(lines.map((l) => (JSON.parse(l) as { digest: string }).digest).join('')).toBe(rows[0]!.digests);
    expect(text).toBe(await exported({ format: 'jsonl' }));
  });

  it('digests as the documents say, so that anybody can', async () => {
    const { db } = bench.database;
    const { rows } = await sql<Record<string, string | null>>`
      select id::text, v::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, stage, verb, principal::text,
        origin::text, target, incident_id::text, action_id::text, job_id::text, approval_id::text, reason, rule, before::text,
        after::text, outcome from audit where id = 8`.execute(db);
    const digest = createHash('sha256')
      .update(JSON.stringify(Object.values(rows[0]!)))
      .digest('hex');
    expect(await exported({ format: 'jsonl', since: minutes(7) })).toContain(digest);
  });

  it('takes a time from which, and one up to which', async () => {
    const ids = async (options: Partial<ExportOptions>) =>
      (await exported({ format: 'jsonl', page: 2, ...options }))
        .trimEnd()
        .split('\n')
        .map((l) => (JSON.parse(l) as { id: number }).id);
    expect(await ids({ since: minutes(2), until: minutes(5) })).toEqual([3, 4, 5]);
    expect(await ids({ since: minutes(6) })).toEqual([7, 8]);
    expect(await exported({ format: 'jsonl', since: minutes(60) })).toBe('');
  });

  it('writes CSV that a spreadsheet takes for text', async () => {
    const text = await exported({ format: 'csv', since: minutes(7) });
    expect(text.split('\r\n')[0]).toMatch(/^id,v,at,stage,verb,.*,outcome,digest$/);
    expect(text).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(text).toContain('"line\nbreak, ""quoted"""');
    expect(text).toContain(`"'＝1+1"`);
    expect(text).toContain('"{""replicas"": 2}"');
  });

  it('leaves no cell that begins a formula, and loses nothing', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((s) => `${'=+-@\t\r\n '[s.length % 8]}${s}`),
    );
    fc.assert(
      fc.property(cell, (text) => {
        const written = csvCell(text);
        const inner = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
        expect(inner).not.toMatch(/^[\s]*[=+\-@]/);
        expect([text, `'${text}`]).toContain(inner);
        if (!written.startsWith('"')) expect(written).not.toMatch(/[",\r\n]/);
      }),
    );
  });
});

describe('retire', () => {
  it('drops whole sealed stretches as the owner, keeps the chain, and says so in it', async () => {
    const own = await openAuditBench();
    try {
      for (let i = 0; i < 5; i++) {
        await own.write(minutes(i * 60));
        await own.seal(minutes(i * 60));
      }
      const outcome = await own.tampered(
        async (tx) => {
          // With triggers, as the owner has them.
          await sql`set local session_replication_role = origin`.execute(tx);
          await expect(retireAudit(tx, minutes(150), minutes(300))).resolves.toEqual({
            kind: 'retired',
            entries: 3,
            seal: 3,
          });
          await expect(retireAudit(tx, minutes(150), minutes(301))).resolves.toEqual({ kind: 'nothing' });
        },
        (tx) => verifyAudit(tx),
      );
      expect(outcome).toMatchObject({
        seals: 5,
        entries: 2,
        findings: [],
        retired: { seal: 3 },
        waiting: { entries: 1 },
      });
      const touched = (tx: Tx) => sql`delete from audit where id = 1`.execute(tx);
      expect(await own.tampered(touched, (tx) => retireAudit(tx, minutes(150), minutes(300)))).toMatchObject({
        kind: 'not-sound',
      });
    } finally {
      await own.close();
    }
  });

  it('is not for the role of the app', async () => {
    const retiring = bench.database.db.transaction().execute((tx) => retireAudit(tx, minutes(60), minutes(300)));
    await expect(retiring).rejects.toMatchObject({ code: '42501' });
  });
});
