import { type RawBuilder, sql } from 'kysely';
import { type Inline, person } from '../../domain/content.ts';

/** A place as it is shown: channels and people by their ids, everything else as it stands. */
export function placeInWords(place: string): Inline {
  if (/^[CG][A-Z0-9]+$/.test(place)) return { channel: place };
  return isPerson(place) ? person(place) : { code: place };
}

/** A person's id: messages to it are direct ones. */
export function isPerson(place: string): boolean {
  return /^[UW][A-Z0-9]+$/.test(place);
}

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
