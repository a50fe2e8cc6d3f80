import pg from 'pg';
import type { Secrets } from './secrets.ts';

const DATABASE = 'hikeshi';
export const ADMIN = 'postgres';
export const OWNER = 'hikeshi_owner';
export const APP = 'hikeshi_app';
const LIMIT_MS = 10_000;

export function urlOf(role: string, password: string, port: number, database = DATABASE): string {
  return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes what an administrator prepares in production: a role that owns the database and changes its schema, and one that only
 * uses what the schema grants. Repeatable; a half-made cluster is completed.
 */
export async function ensureRoles(secrets: Secrets, port: number): Promise<void> {
  await asAdmin(secrets, port, ADMIN, async (admin) => {
    await ensureRole(admin, OWNER, secrets.owner);
    await ensureRole(admin, APP, secrets.app);
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await admin.query(`create database ${DATABASE} owner ${OWNER}`);
  });
}

/** Whether the server on this port takes our administrator's password: so it is ours. */
export async function answers(secrets: Secrets, port: number): Promise<boolean> {
  return asAdmin(secrets, port, ADMIN, (admin) => admin.query('select 1')).then(
    () => true,
    () => false,
  );
}

async function ensureRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await admin.query(`create role ${role} login password ${admin.escapeLiteral(password)}`);
}

async function asAdmin<T>(
  secrets: Secrets,
  port: number,
  database: string,
  use: (admin: pg.Client) => Promise<T>,
): Promise<T> {
  const admin = new pg.Client({
    connectionString: urlOf(ADMIN, secrets.admin, port, database),
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
  });
  admin.on('error', () => undefined);
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.end();
  }
}
