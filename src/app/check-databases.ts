import { createPostgres } from '../adapters/postgres/server.ts';
import type { Config, DatabaseConfig } from '../config/config.ts';
import { grantOf } from '../core/pg/look.ts';
import { OLDEST_MAJOR, type ServerState } from '../domain/postgres.ts';
import { PostgresError, type PostgresErrorKind } from '../ports/postgres.ts';
import type { Around, Finding, Tell, Words } from './check.ts';
import { waitsFor } from './gaps.ts';
import { wordsOf } from './stderr.ts';

const LIMIT_MS = 8_000;

/** Where they are named, or what stands above them. */
const DATABASES = /^environments(\.[^.]+(\.databases\b.*)?)?$/;

/** Other people's servers: reachable, which version, and the grants that Hikeshi's role lacks. */
export async function lookAtDatabases(config: Config, note: Tell, { words, gaps }: Around): Promise<void> {
  waitsFor(gaps.like(DATABASES), words.what.databases, note, words);
  for (const environment of Object.values(config.environments)) {
    for (const database of environment.databases) {
      const what = words.what.database({ database: `${environment.name}/${database.name}` });
      for (const finding of await findingsOf(database, words.database)) note({ what, ...finding });
    }
  }
}

type Found = Omit<Finding, 'what'>;
type Said = Words['database'];

async function findingsOf({ name, url, variable }: DatabaseConfig, said: Said): Promise<readonly Found[]> {
  const postgres = createPostgres({ name, url: url.reveal() });
  try {
    const state = await postgres.state({ signal: AbortSignal.timeout(LIMIT_MS) });
    return [{ ok: true, detail: said.answers(state) }, ...warnings(state, variable, said)];
  } catch (error) {
    const remedy = error instanceof PostgresError ? REMEDY[error.kind] : 'away';
    return [{ ok: false, detail: wordsOf(error), remedy: said.remedies[remedy]({ variable }) }];
  } finally {
    await postgres.close();
  }
}

function warnings(state: ServerState, variable: string, said: Said): readonly Found[] {
  const { missing, grantee, superuser, major, version } = state;
  const all: Found[] = missing.map((grant) => ({
    ok: 'warning',
    detail: said.lacks[grant],
    remedy: said.lacks.remedy({ grant: grantOf(grant, grantee) }),
  }));
  if (superuser) {
    const { detail, remedy } = said.superuser;
    all.push({ ok: 'warning', detail: detail({ role: grantee }), remedy: remedy({ variable }) });
  }
  if (major < OLDEST_MAJOR) {
    const { detail, remedy } = said.old;
    const oldest = OLDEST_MAJOR;
    all.push({ ok: 'warning', detail: detail({ version, oldest }), remedy: remedy({ oldest }) });
  }
  return all;
}

const REMEDY: Readonly<Record<PostgresErrorKind, keyof Said['remedies']>> = {
  away: 'away',
  full: 'full',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  slow: 'slow',
  misconfigured: 'misconfigured',
  invalid: 'look',
  changed: 'look',
};
