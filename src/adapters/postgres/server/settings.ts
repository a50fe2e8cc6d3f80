import type { Setting, Settings } from '../../../domain/postgres.ts';
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

const SETTINGS = `
  select s.name, case when s.setting = '-1' then s.setting else s.setting || coalesce(' ' || s.unit, '') end as value,
    s.pending_restart as pending
  from pg_settings s where s.pending_restart or s.name = any($1)
  order by s.pending_restart desc, array_position($1, s.name), s.name`;

/** Only superusers may read the files, and on newer servers members of pg_read_all_settings. */
const MAY_READ_FILES = `
  select has_table_privilege('pg_file_settings', 'select')
    and has_function_privilege('pg_show_all_file_settings()', 'execute') as may`;

/** A setting that stands in several places counts as in the last. */
const IN_FILES = `
  select distinct on (f.name) f.name, f.setting as next
  from pg_file_settings f where f.name = any($1) order by f.name, f.seqno desc`;

export async function settings(ask: Ask): Promise<Settings> {
  const rows = await ask<Omit<Setting, 'next'>>(SETTINGS, [TELLING]);
  const pending = rows.filter((row) => row.pending).map(({ name }) => name);
  const [files] = pending.length > 0 ? await ask<{ may: boolean }>(MAY_READ_FILES) : [];
  const found = files?.may ? await ask<{ name: string; next: string }>(IN_FILES, [pending]) : [];
  const next = new Map(found.map((row) => [row.name, row.next]));
  return {
    settings: rows.map((row) => {
      const inFiles = next.get(row.name);
      return { ...row, ...(inFiles !== undefined && { next: inFiles }) };
    }),
  };
}
