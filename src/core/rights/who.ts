import { sql } from 'kysely';
import { userError } from '../../messages/user-error.ts';
import type { Db } from '../../ports/database.ts';
import { plain } from './decide.ts';
import type { SlackPrincipal } from './standing.ts';

/**
 * Whom somebody typed: `me`, `@U0AIKO` (what a mention becomes) or `@aiko`.
 * @throws UserError when nobody, or more than one, is called so
 */
export async function personTyped(db: Db, typed: string, asker: SlackPrincipal): Promise<SlackPrincipal> {
  const name = plain(typed.trim());
  if (name === 'me') return asker;
  const id = /^@?([UW][A-Z0-9]{2,20})$/.exec(typed.trim())?.[1];
  const { team } = asker;
  if (id !== undefined) return { kind: 'slack', id, team };
  const rows = await db
    .selectFrom('people')
    .select(['id', 'name'])
    .where(sql<boolean>`lower(name) = ${name}`)
    .where('team', '=', team)
    .where('deactivated', '=', false)
    .orderBy('id')
    .limit(2)
    .execute();
  const [only, second] = rows;
  if (!only || second) throw userError('no-such-person', { typed, several: second !== undefined });
  return { kind: 'slack', id: only.id, team, name: only.name };
}
