import type { Setting, SettingException, Settings } from '../../../domain/postgres.ts';
import type { Ask } from './look.ts';

/** What a DBA looks at first, beside what waits for a restart. */
const TELLING = [
  'max_connections',
  'shared_buffers',
  'work_mem',
  'maintenance_work_mem',
  'effective_cache_size',
  'max_wal_size',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'autovacuum',
  'wal_level',
  'synchronous_commit',
];

/** A look's own limits are nobody else's: what is shown is what a session begins with. */
const WITHOUT_OURS = `
  select set_config(name, null, true)
  from unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) name`;

/** `own`: a role, a database or the connection itself gives our session another value than the server does. */
const SETTINGS = `
  select s.name, regexp_replace(current_setting(s.name), '^([0-9]+)([A-Za-z]+)$', '\\1 \\2') as value,
    s.source in ('database', 'user', 'database user', 'client') as own, s.pending_restart as pending
  from pg_settings s where s.pending_restart or s.name = any($1)
  order by s.pending_restart desc, array_position($1, s.name), s.name`;

const EXCEPTIONS = `
  select split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value,
    r.rolname as role, d.datname as database
  from pg_db_role_setting s cross join lateral unnest(s.setconfig) entry
    left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
  where split_part(entry, '=', 1) = any($1) and (s.setrole = 0 or r.oid is not null) and (s.setdatabase = 0 or d.oid is not null)
  order by 1, 3 nulls first, 4 nulls first limit 100`;

/** Only superusers may read the files, and on newer servers members of pg_read_all_settings. */
const MAY_READ_FILES = `
  select has_table_privilege('pg_file_settings', 'select')
    and has_function_privilege('pg_show_all_file_settings()', 'execute') as may`;

/** A setting that stands in several places counts as in the last. */
const IN_FILES = `
  select distinct on (f.name) f.name, f.setting as next
  from pg_file_settings f where f.name = any($1) order by f.name, f.seqno desc`;

interface SettingRow extends Omit<Setting, 'next'> {
  readonly own: boolean;
}

interface ExceptionRow {
  readonly name: string;
  readonly value: string;
  readonly role: string | null;
  readonly database: string | null;
}

export async function settings(ask: Ask): Promise<Settings> {
  await ask(WITHOUT_OURS);
  const rows = await ask<SettingRow>(SETTINGS, [TELLING]);
  const files = await inFiles(ask, rows);
  const exceptions = await ask<ExceptionRow>(EXCEPTIONS, [rows.map(({ name }) => name)]);
  return { settings: rows.map((row) => settingOf(row, files.get(row.name))), exceptions: exceptions.map(exceptionOf) };
}

/** As the server's files have them, of those that our own session cannot tell. */
async function inFiles(ask: Ask, rows: readonly SettingRow[]): Promise<ReadonlyMap<string, string>> {
  const wanted = rows.filter(({ own, pending }) => own || pending).map(({ name }) => name);
  const [files] = wanted.length > 0 ? await ask<{ may: boolean }>(MAY_READ_FILES) : [];
  const found = files?.may ? await ask<{ name: string; next: string }>(IN_FILES, [wanted]) : [];
  return new Map(found.map((row) => [row.name, row.next]));
}

function settingOf({ own, ...row }: SettingRow, inFile: string | undefined): Setting {
  if (own) return { ...row, value: inFile ?? '?' };
  return { ...row, ...(row.pending && inFile !== undefined && { next: inFile }) };
}

function exceptionOf({ name, value, role, database }: ExceptionRow): SettingException {
  return { name, value, ...(role !== null && { role }), ...(database !== null && { database }) };
}
