import { sql } from 'kysely';
import type { Origin, Principal } from '../../../domain/principal.ts';
import type { ActionTarget } from '../../../domain/workload.ts';
import type { Db } from '../../../ports/database.ts';
import { resolvedPlace } from '../../outbox/places.ts';
import type { PipelineDeps } from '../deps.ts';
import type { PlaceFacts } from './authorize.ts';

/** Where an action was asked for, and where it may be. A channel's name that no row knows is no channel. */
export async function placeFacts(
  db: Db,
  deps: Pick<PipelineDeps, 'rules'>,
  asked: { readonly target: ActionTarget; readonly principal: Principal; readonly origin: Origin },
): Promise<PlaceFacts> {
  const { target, principal, origin } = asked;
  const names = deps.rules(target.environment).actionsIn;
  const actionsIn = names && { names, ids: principal.kind === 'slack' ? await channelIds(db, names) : [] };
  return { target, principal, askedIn: origin.channel, actionsIn };
}

async function channelIds(db: Db, names: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select ${resolvedPlace(sql`n`)} as id from unnest(${names}::text[]) n`.execute(db);
  return rows.map(({ id }) => id);
}
