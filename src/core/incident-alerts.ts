import { type RawBuilder, sql } from 'kysely';
import type { Labels } from '../domain/alert.ts';
import { type DatabaseNames, databaseOf } from '../domain/database-labels.ts';
import type { DatabaseTarget } from '../domain/workload.ts';
import type { Db } from '../ports/database.ts';

/** So many alerts of an incident are shown, and say what it is about. */
const SHOWN = 8;

/** The most telling ones first: firing, most severe, oldest. */
export function tellingAlerts(incident: number): RawBuilder<unknown> {
  return sql`from alerts where incident_id = ${incident}
    order by status, held, array_position(array['critical', 'high', 'medium', 'low'], severity), starts_at, fingerprint
    limit ${SHOWN}`;
}

/** The database that an incident is about, by what its post shows. */
export async function databaseOfIncident(
  db: Db,
  { id, environment }: { readonly id: number; readonly environment?: string | null },
  databases: DatabaseNames,
): Promise<DatabaseTarget | undefined> {
  if (typeof environment !== 'string' || (databases.get(environment) ?? []).length === 0) return undefined;
  const { rows } = await sql<{ labels: Labels }>`select labels ${tellingAlerts(id)}`.execute(db);
  return databaseOf(
    environment,
    rows.map(({ labels }) => labels),
    databases,
  );
}
