import { sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import { UserError } from '../../domain/errors.ts';
import type { Db } from '../../ports/database.ts';
import type { Migration } from './migrate/files.ts';
import { bootstrap, connectOwner, holdLock } from './migrate/lock.ts';
import { splitStatements } from './migrate/statements.ts';

export { loadMigrations, type Migration } from './migrate/files.ts';

export interface MigrateOptions {
  /** The owner's, on a direct connection. */
  readonly url: string;
  /** The role that `:app_role` in the files stands for; it may be the owner itself. */
  readonly appRole: string;
  readonly migrations: readonly Migration[];
  readonly log: Logger;
  /** For another migrator to finish; default 5 min. */
  readonly waitMs?: number;
}

const WAIT_MS = 300_000;
const LOCK_REMEDY = 'Another migration is running: wait for it, or end its session (application_name hikeshi-migrate).';
/** A schema change that waits for a table holds up everyone behind it, so it gives up soon and the operator repeats it. */
const TABLE_WAIT_MS = 10_000;

/**
 * Applies what is missing, in order of number, and says what it applied. Versions without a file are a newer program's, and
 * are left alone.
 * @throws UserError `migration-changed` {file, remedy}, `migration-locked` {remedy}, `app-role-missing` {role, remedy};
 * otherwise the database's error with the file's name in front. What was applied before stays applied.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const client = await connectOwner(options.url);
  try {
    await bootstrap(client);
    await requireRole(client, options.appRole);
    const lock = await holdLock(options.url, options.waitMs ?? WAIT_MS);
    if (!lock) throw new UserError('migration-locked', { remedy: LOCK_REMEDY });
    try {
      await protectOwnTables(client, options.appRole);
      return await applyMissing(client, options);
    } finally {
      await lock.release();
    }
  } finally {
    await client.end();
  }
}

async function applyMissing(client: pg.Client, options: MigrateOptions): Promise<readonly string[]> {
  const { rows } = await client.query<{ version: number; checksum: string }>(
    'select version, checksum from schema_migrations',
  );
  const applied = new Map(rows.map((row) => [row.version, row.checksum]));
  for (const migration of options.migrations) refuseChanged(migration, applied.get(migration.version));
  const missing = options.migrations.filter(({ version }) => !applied.has(version));
  for (const migration of missing) {
    const started = performance.now();
    await apply(client, migration, options.appRole).catch((cause: unknown) => {
      throw new Error(`${migration.name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    });
    options.log.info({ migration: migration.name, ms: Math.round(performance.now() - started) }, 'migration applied');
  }
  await protectOwnTables(client, options.appRole);
  return missing.map(({ name }) => name);
}

/** A migration may grant all tables at once; the runner's own stay readable only. With one role for both there is none to limit. */
async function protectOwnTables(client: pg.Client, appRole: string): Promise<void> {
  const { rowCount } = await client.query('select 1 where current_user = $1', [appRole]);
  if (rowCount) return;
  const role = client.escapeIdentifier(appRole);
  await client.query(
    `revoke all on schema_lock, schema_migrations, schema_info from ${role};
     grant select on schema_migrations, schema_info to ${role}`,
  );
}

function refuseChanged({ name, checksum }: Migration, applied: string | undefined): void {
  if (applied === undefined || applied === checksum) return;
  const remedy = 'Put the file back as it was, and make the change in a new file.';
  throw new UserError('migration-changed', { file: name, remedy });
}

async function apply(client: pg.Client, migration: Migration, appRole: string): Promise<void> {
  const script = withRole(migration.sql, client.escapeIdentifier(appRole));
  if (migration.concurrent) {
    for (const statement of splitStatements(script)) await client.query(statement);
    await record(client, migration);
    return;
  }
  await client.query('begin');
  try {
    await client.query(`set local lock_timeout = ${TABLE_WAIT_MS}`);
    await client.query(script);
    await record(client, migration);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Replaces `:app_role`, but not the end of a cast (`::app_role`). */
function withRole(script: string, quotedRole: string): string {
  return script.replaceAll(/(?<!:):app_role\b/g, () => quotedRole);
}

async function record(client: pg.Client, { version, name, checksum, minReader }: Migration): Promise<void> {
  await client.query(
    `with done as (insert into schema_migrations (version, name, checksum) values ($1, $2, $3))
     update schema_info set version = greatest(version, $1), min_reader = greatest(min_reader, $4)`,
    [version, name, checksum, minReader ?? 0],
  );
}

async function requireRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount) return;
  const remedy = `Create it (create role "${role}" login password '...'), or name the role that DATABASE_URL logs in with.`;
  throw new UserError('app-role-missing', { role, remedy });
}

export interface SchemaState {
  /** Newest migration applied; 0 in an empty database. */
  readonly version: number;
  /** Programs whose newest migration is older may not run. */
  readonly minReader: number;
  /** Newest migration this program brings. */
  readonly ours: number;
}

/** What schema the database has and what this program wants; the app role may read it. */
export async function schemaState(db: Db, migrations: readonly Migration[]): Promise<SchemaState> {
  const ours = Math.max(0, ...migrations.map(({ version }) => version));
  const made = await sql<{ made: boolean }>`select to_regclass('schema_info') is not null as made`.execute(db);
  if (!made.rows[0]?.made) return { version: 0, minReader: 0, ours };
  const { rows } = await sql<{ version: number; min_reader: number }>`
    select version, min_reader from schema_info`.execute(db);
  return { version: rows[0]?.version ?? 0, minReader: rows[0]?.min_reader ?? 0, ours };
}

/** Whether the schema lacks what this program needs; it then starts, is not ready, and waits for `hikeshi migrate`. */
export function isBehind(state: SchemaState): boolean {
  return state.version < state.ours;
}

/** @throws UserError `schema-too-new` {minReader, ours, remedy} when a newer release has dropped what this one reads. */
export function assertReadable(state: SchemaState): void {
  if (state.minReader <= state.ours) return;
  const remedy = 'Upgrade this program to the release that migrated the database.';
  throw new UserError('schema-too-new', { minReader: state.minReader, ours: state.ours, remedy });
}
