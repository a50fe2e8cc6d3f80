import { sql } from 'kysely';
import type { Sent } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import type { Claim } from './claim.ts';
import { removeDouble } from './look-up.ts';
import type { SendContext } from './send.ts';

/**
 * A sender that stood still for longer than its lease has posted after all, and another attempt has the row. If that one
 * posted too, ours is deleted; if it is still at it, it may find ours by itself.
 */
export async function withdrawLate(context: SendContext, claim: Claim, sent: Sent): Promise<void> {
  const recorded = await recordedTs(context.db, claim);
  if (recorded === null || recorded === sent.ts) return;
  await removeDouble(context, claim, sent, { timeoutMs: Math.floor(context.leaseMs / 3) });
}

async function recordedTs(db: Db, { lead }: Claim): Promise<string | null> {
  const { rows } = await sql<{ ts: string | null }>`
    select case when o.kind = 'show' then p.ts else o.ts end as ts
    from outbox o left join posts p on p.id = o.post_id where o.id = ${lead.id}`.execute(db);
  return rows[0]?.ts ?? null;
}
