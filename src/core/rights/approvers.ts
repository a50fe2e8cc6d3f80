import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { plain } from './decide.ts';
import type { RoleMember } from './types.ts';

/** More people than this are not written to one by one: they see it in the channel. */
const AT_MOST = 10;

/**
 * Slack ids of the people whom config names as approvers, for a direct message. Members of groups are called by the mention
 * in the channel, and a name that several bear means nobody.
 */
export async function approversOf(db: Db, members: readonly RoleMember[]): Promise<readonly string[]> {
  const ids = members.flatMap((m) => (m.kind === 'user' ? [m.id] : []));
  const names = members.flatMap((m) => (m.kind === 'name' ? [plain(m.name)] : []));
  const { rows } = await sql<{ id: string }>`
    select min(id) as id from people
    where lower(name) = any(${names}) and not deactivated and not is_bot and not is_guest
      and team = (select team from workspace limit 1)
    group by lower(name) having count(*) = 1`.execute(db);
  return [...new Set([...ids, ...rows.map((r) => r.id)])].slice(0, AT_MOST);
}
