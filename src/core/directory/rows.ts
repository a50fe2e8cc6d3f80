import { type RawBuilder, sql } from 'kysely';
import type { Channel, Person, UserGroup } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import { insertRows, type Row } from '../records.ts';

/** Writing down what the workspace says. A row is only ever changed by news of it: an empty answer empties nothing. */

export async function savePeople(db: Db, people: readonly Person[], now: Date): Promise<void> {
  await upsert(
    db,
    'people',
    people.map((p) => ({
      id: p.id,
      team: p.team,
      name: p.name,
      display_name: p.displayName,
      is_bot: p.isBot,
      is_guest: p.isGuest,
      deactivated: p.deactivated,
      locale: p.locale ?? null,
      tz: p.tz ?? null,
      refreshed_at: now,
    })),
  );
}

/** All groups there are. One that is no longer among them counts as disabled; no groups at all says nothing. */
export async function saveGroups(db: Db, groups: readonly UserGroup[], now: Date): Promise<void> {
  const rows = groups.map((g) => ({
    id: g.id,
    handle: g.handle,
    name: g.name,
    members: g.members,
    disabled: g.disabled,
    refreshed_at: now,
  }));
  if (rows.length === 0) return;
  await upsert(db, 'user_groups', rows);
  await sql`update user_groups set disabled = true where id <> all(${groups.map((g) => g.id)})`.execute(db);
}

/**
 * All channels that we can see. One that is no longer among them (a private one that we were removed from) is none of ours any
 * more; its members are not known.
 */
export async function saveChannels(db: Db, channels: readonly Channel[], now: Date): Promise<void> {
  const rows = channels.map((c) => ({
    id: c.id,
    name: c.name,
    is_private: c.isPrivate,
    is_archived: c.isArchived,
    is_member: c.isMember,
    refreshed_at: now,
  }));
  if (rows.length === 0) return;
  await upsert(db, 'channels', rows);
  await sql`update channels set is_member = false, members = null
    where id <> all(${channels.map((c) => c.id)})`.execute(db);
}

export async function saveMembers(db: Db, channelId: string, members: readonly string[]): Promise<void> {
  await sql`update channels set members = ${[...members]} where id = ${channelId}`.execute(db);
}

type Kept = 'people' | 'user_groups' | 'channels';

/** The last of two with one id wins, as in a listing whose pages moved while they were read. */
async function upsert(db: Db, table: Kept, rows: readonly (Row & { readonly id: string })[]): Promise<void> {
  if (rows.length === 0) return;
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await insertRows(db, table, unique, sql`(id) do update set ${assignments(unique[0]!)}`);
}

function assignments(row: Row): RawBuilder<unknown> {
  const columns = Object.keys(row).filter((column) => column !== 'id');
  return sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`));
}
