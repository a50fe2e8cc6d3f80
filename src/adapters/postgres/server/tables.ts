import type { Cache, CachedTable, Sizes, TableSize } from '../../../domain/postgres.ts';
import type { Ask } from './look.ts';

const LARGEST = 20;
/** Measuring asks the file system for each: those that were largest when they were last counted. */
const MEASURED = 500;

/** Measuring takes a lock, and would wait behind an exclusive one: those are counted instead. */
const LOCKED = `exists (
  select 1 from pg_locks l
  where l.relation = c.oid and l.mode = 'AccessExclusiveLock' and l.granted
    and l.database = (select d.oid from pg_database d where d.datname = current_database()))`;

const TABLES = `
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'`;

/**
 * Bloat: how many pages the rows would need at the average width of their columns (header and line pointer included, by the
 * table's fill factor), beside how many they have. `pg_stats` shows columns that one may read; without all of them there is
 * no estimate.
 */
const SIZES = `
  with candidates as (
      select c.oid, n.nspname, c.relname, c.relpages, c.reltuples,
        coalesce((select o.option_value from pg_options_to_table(c.reloptions) o where o.option_name = 'fillfactor'), '100')::int as fill
      ${TABLES} and not ${LOCKED} order by c.relpages desc, c.oid desc limit ${MEASURED}),
    measured as (
      select t.*, pg_total_relation_size(t.oid) as total, pg_table_size(t.oid) as heap, pg_indexes_size(t.oid) as indexes
      from candidates t order by total desc nulls last limit ${LARGEST})
  select format('%I.%I', m.nspname, m.relname) as "table", m.total, m.heap, m.indexes,
    case when s.n_live_tup + s.n_dead_tup > 0 then s.n_dead_tup::float8 / (s.n_live_tup + s.n_dead_tup) end as "deadShare",
    case when m.reltuples > 0 and m.relpages > 0 and w.known = w.columns then
      greatest(0, 1 - ceil(m.reltuples / greatest(1, floor((b.size - 24) * m.fill / 100 / w.row))) / m.relpages)::float8
    end as bloat
  from measured m
    cross join (select current_setting('block_size')::int as size) b
    left join pg_stat_user_tables s on s.relid = m.oid
    left join lateral (
      select count(*) as columns, count(st.attname) as known,
        28 + ceil(coalesce(sum((1 - st.null_frac) * st.avg_width), 0) / 8) * 8 as row
      from pg_attribute a left join pg_stats st
        on st.schemaname = m.nspname and st.tablename = m.relname and st.attname = a.attname and not st.inherited
      where a.attrelid = m.oid and a.attnum > 0 and not a.attisdropped
    ) w on true
  where m.total is not null
  order by m.total desc`;

const DATABASE = `
  select current_database() as database, pg_database_size(current_database()) as "databaseBytes",
    (select count(*)::int ${TABLES} and ${LOCKED}) as locked`;

type SizeRow = Omit<TableSize, 'deadShare' | 'bloat'> & {
  readonly deadShare: number | null;
  readonly bloat: number | null;
};

export async function sizes(ask: Ask): Promise<Sizes> {
  const [database] = await ask<Omit<Sizes, 'tables'>>(DATABASE);
  const tables = await ask<SizeRow>(SIZES);
  return {
    ...database!,
    tables: tables.map(({ deadShare, bloat, ...row }) => ({
      ...row,
      ...(deadShare !== null && { deadShare }),
      ...(bloat !== null && { bloat }),
    })),
  };
}

const HITS = `
  select d.datname as database, d.stats_reset as since, d.temp_bytes::float8 as "temporaryBytes",
    case when d.blks_hit + d.blks_read > 0 then d.blks_hit::float8 / (d.blks_hit + d.blks_read) end as hits,
    (select pg_size_pretty(s.setting::bigint * current_setting('block_size')::bigint) from pg_settings s
      where s.name = 'shared_buffers') as "sharedBuffers"
  from pg_stat_database d where d.datname = current_database()`;

const READ = `
  select format('%I.%I', t.schemaname, t.relname) as "table",
    coalesce(t.heap_blks_hit + coalesce(t.idx_blks_hit, 0), 0)::float8
      / (t.heap_blks_hit + t.heap_blks_read + coalesce(t.idx_blks_hit + t.idx_blks_read, 0)) as hits,
    (t.heap_blks_read + coalesce(t.idx_blks_read, 0))::float8 * current_setting('block_size')::int as "readBytes"
  from pg_statio_user_tables t
  where t.heap_blks_hit + t.heap_blks_read + coalesce(t.idx_blks_hit + t.idx_blks_read, 0) > 0
  order by "readBytes" desc, "table" limit ${LARGEST}`;

type HitsRow = Omit<Cache, 'tables' | 'hits' | 'since'> & { readonly hits: number | null; readonly since: Date | null };

export async function cache(ask: Ask): Promise<Cache> {
  const [row] = await ask<HitsRow>(HITS);
  const tables = await ask<CachedTable & Record<string, unknown>>(READ);
  const { hits, since, ...rest } = row!;
  return { ...rest, tables, ...(hits !== null && { hits }), ...(since !== null && { since }) };
}
