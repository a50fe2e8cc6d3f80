import { sql } from 'kysely';
import type { Db } from '../ports/database.ts';

/** Alertmanagers that did not answer reconcile's last look, with why. */
export async function silentAlertmanagers(
  db: Db,
  names: readonly string[],
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const { rows } = await sql<{ name: string; why: string }>`
    select name, api_error as why from sources where api_error is not null and name = any(${names}) order by name`.execute(
    db,
  );
  return rows;
}
