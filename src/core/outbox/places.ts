import { type RawBuilder, sql } from 'kysely';

/**
 * `#name` becomes the id of the channel that has exactly this name and is not archived; anything else stays as it is.
 * `channel` is an SQL expression of type text.
 */
export function resolvedPlace(channel: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`coalesce((
    select c.id from channels c
    where ${channel} like '#%' and c.name = substr(${channel}, 2) and not c.is_archived
    order by c.is_member desc, c.id limit 1), ${channel})`;
}
