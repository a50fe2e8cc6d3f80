import type { Target } from '../../domain/workload.ts';
import type { Db } from '../../ports/database.ts';

/** The incident in whose thread something was said. */
export interface ThreadIncident {
  readonly id: number;
  /** INC-<number> */
  readonly number: number;
  readonly environment?: string;
  readonly target?: Target;
}

/** `undefined`: not a thread, or not an incident's. */
export async function incidentOfThread(
  db: Db,
  at: { readonly channelId: string; readonly threadTs?: string },
): Promise<ThreadIncident | undefined> {
  if (at.threadTs === undefined) return undefined;
  const post = await db
    .selectFrom('posts')
    .select('subject')
    .where('channel_id', '=', at.channelId)
    .where('ts', '=', at.threadTs)
    .executeTakeFirst();
  const id = /^incident:([0-9]+)$/.exec(post?.subject ?? '')?.[1];
  if (id === undefined) return undefined;
  const row = await db
    .selectFrom('incidents')
    .select(['id', 'number', 'environment', 'target'])
    .where('id', '=', Number(id))
    .executeTakeFirst();
  if (!row) return undefined;
  const { number, environment, target } = row;
  return { id: row.id, number, ...(environment !== null && { environment }), ...(target !== null && { target }) };
}
