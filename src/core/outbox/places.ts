import { type RawBuilder, sql } from 'kysely';

/**
 * `#name` becomes the id of the channel that has exactly this name, an archived one only when there is no other (so that Slack
 * says why it takes nothing); anything else stays as it is.
 * `channel` is an SQL expression of type text.
 */
export function resolvedPlace(channel: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`coalesce((
    select c.id from channels c
    where ${channel} like '#%' and c.name = substr(${channel}, 2)
    order by c.is_archived, c.is_member desc, c.id limit 1), ${channel})`;
}
