import { sql } from 'kysely';
import type { Tx } from '../../ports/database.ts';
import { audit } from '../audit.ts';
import { RETIRE_VERB, type Verified, verifyAudit } from './verify.ts';

export type Retired =
  | { readonly kind: 'nothing' }
  /** Nothing is dropped from a chain that does not hold. */
  | { readonly kind: 'not-sound'; readonly verified: Verified }
  | { readonly kind: 'retired'; readonly entries: number; readonly seal: number };

/**
 * Drops the entries of whole seals from before a time; the seals, and so the heads, stay. Needs the role that owns the table:
 * the app's own may not. The chain is verified first, and what was dropped becomes an entry of its own.
 * @param tx of one snapshot (repeatable read)
 */
export async function retireAudit(tx: Tx, before: Date, now: Date): Promise<Retired> {
  const verified = await verifyAudit(tx);
  if (verified.findings.length > 0) return { kind: 'not-sound', verified };
  const from = verified.retired?.seal ?? 0;
  const { rows } = await sql<{ seal: number | null; head: Buffer | null }>`
    select s.id as seal, s.head from audit_seals s
    where s.id > ${from} and s.sealed_at < ${before}
      and not exists (select from audit_seals o where o.id < s.id and o.sealed_at >= ${before})
    order by s.id desc limit 1`.execute(tx);
  const newest = rows[0];
  if (!newest?.seal || !newest.head) return { kind: 'nothing' };
  await sql`select set_config('hikeshi.audit_retire', 'on', true)`.execute(tx);
  const dropped = await sql`delete from audit where id in (
    select unnest(entry_ids) from audit_seals where id > ${from} and id <= ${newest.seal})`.execute(tx);
  await sql`select set_config('hikeshi.audit_retire', '', true)`.execute(tx);
  const entries = Number(dropped.numAffectedRows ?? 0);
  const { rows: who } = await sql<{ name: string }>`select session_user as name`.execute(tx);
  await audit(
    tx,
    {
      stage: 'executed',
      verb: RETIRE_VERB,
      principal: { kind: 'hikeshi', id: `database:${who[0]!.name}` },
      target: `audit before ${before.toISOString()}`,
      after: { seal: newest.seal, head: newest.head.toString('hex'), entries },
      outcome: 'ok',
    },
    now,
  );
  return { kind: 'retired', entries, seal: newest.seal };
}
