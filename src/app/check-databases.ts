import { createPostgres } from '../adapters/postgres/server.ts';
import type { Config, DatabaseConfig } from '../config/config.ts';
import { grantOf } from '../core/pg/look.ts';
import { type MissingGrant, OLDEST_MAJOR, type ServerState } from '../domain/postgres.ts';
import { PostgresError, type PostgresErrorKind } from '../ports/postgres.ts';
import type { Finding, Tell } from './check.ts';
import { wordsOf } from './stderr.ts';

const LIMIT_MS = 8_000;

/** Other people's servers: reachable, which version, and the grants that Hikeshi's role lacks. */
export async function lookAtDatabases(config: Config, note: Tell): Promise<void> {
  for (const environment of Object.values(config.environments)) {
    for (const database of environment.databases) {
      const what = `database ${environment.name}/${database.name}`;
      for (const finding of await findingsOf(database)) note({ what, ...finding });
    }
  }
}

type Found = Omit<Finding, 'what'>;

async function findingsOf({ name, url, variable }: DatabaseConfig): Promise<readonly Found[]> {
  const postgres = createPostgres({ name, url: url.reveal() });
  try {
    const state = await postgres.state({ signal: AbortSignal.timeout(LIMIT_MS) });
    const role = state.standby ? 'standby' : 'primary';
    return [{ ok: true, detail: `PostgreSQL ${state.version}, ${role}` }, ...warnings(state, variable)];
  } catch (error) {
    const remedy = error instanceof PostgresError ? REMEDIES[error.kind](variable) : away(variable);
    return [{ ok: false, detail: wordsOf(error), remedy }];
  } finally {
    await postgres.close();
  }
}

function warnings({ missing, grantee, superuser, major, version }: ServerState, variable: string): readonly Found[] {
  const all: Found[] = missing.map((grant) => ({
    ok: 'warning',
    detail: LACKING[grant],
    remedy: `an administrator of it runs: ${grantOf(grant, grantee)}`,
  }));
  if (superuser) {
    const remedy = `use a role of its own in ${variable}, with pg_monitor and pg_signal_backend`;
    all.push({ ok: 'warning', detail: `${grantee} is a superuser`, remedy });
  }
  if (major < OLDEST_MAJOR) {
    const remedy = `upgrade it; looks are tried with PostgreSQL ${OLDEST_MAJOR} and newer`;
    all.push({ ok: 'warning', detail: `version ${version} is older than ${OLDEST_MAJOR}`, remedy });
  }
  return all;
}

const LACKING: Readonly<Record<MissingGrant, string>> = {
  pg_monitor: 'only sessions of our own role can be seen',
  pg_signal_backend: 'sessions of other roles cannot be ended',
};

const away = (variable: string): string =>
  `check host and port in ${variable}, and that the server runs and takes connections from here`;

const REMEDIES: Readonly<Record<PostgresErrorKind, (variable: string) => string>> = {
  away,
  full: () => 'raise max_connections, or keep some with reserved_connections (PostgreSQL 16)',
  unauthorized: (variable) => `check user and password in ${variable}, and pg_hba.conf of the server`,
  forbidden: (variable) => `check which role ${variable} logs in with`,
  slow: () => 'try again when the server has less to do',
  misconfigured: (variable) => `check the database's name and sslmode in ${variable}`,
  invalid: (variable) => `check ${variable}`,
  changed: (variable) => `check ${variable}`,
};
