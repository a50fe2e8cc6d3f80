import { sql } from 'kysely';
import type { Db } from '../ports/database.ts';
import { resolveAll } from './resolve.ts';

/** Somebody whom the config names, as people read it: nobody is mentioned by it. */
export interface Name {
  /** `@hana`, `@sre`, `@channel`; as the config has it where nobody is found. */
  readonly shown: string;
  /** Why a call would not reach them. */
  readonly problem?: string;
}

/** Names of whom steps call, ids among them looked up in the rows that mirror the workspace. */
export async function namesOf(db: Db, whos: readonly string[]): Promise<ReadonlyMap<string, Name>> {
  const resolved = [...(await resolveAll(db, whos)).values()];
  const ids = resolved.flatMap(({ mention }) => (mention && 'id' in mention ? [mention.id] : []));
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from people where id = any(${ids})
    union all select id, handle from user_groups where id = any(${ids})`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, row.name]));
  return new Map(
    resolved.map(({ who, mention, problem }) => {
      const bare = (mention && 'id' in mention && byId.get(mention.id)) || who.replace(/^@/, '');
      return [who, { shown: `@${bare}`, ...(problem !== undefined && { problem }) }];
    }),
  );
}
