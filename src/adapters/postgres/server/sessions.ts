import type {
  Connections,
  LongTransactions,
  PreparedTransaction,
  Session,
  Sessions,
  Waits,
} from '../../../domain/postgres.ts';
import { sqlText } from '../../../domain/sql-text.ts';
import type { Ask } from './look.ts';

/** More than people read; a look stays bounded on a server with thousands of sessions. */
const MOST = 200;
const QUERY_MAX = 300;

/**
 * Client sessions. Of one that we may not see, PostgreSQL gives pid, database, role and application only: it counts
 * where it belongs to a database and a role, which background processes do not.
 */
const CLIENTS = `
  from pg_stat_activity a
  where (a.backend_type = 'client backend'
    or (a.backend_type is null and a.datid is not null and a.usesysid is not null))`;

export const HIDDEN = `(select count(*) filter (where a.backend_type is null)::int ${CLIENTS}) as hidden, quote_ident(current_user) as grantee`;

const GROUPS = `
  select coalesce(a.application_name, '') as application,
    count(*)::int as "all",
    count(*) filter (where a.state in ('active', 'fastpath function call'))::int as active,
    count(*) filter (where a.state like 'idle in transaction%')::int as "idleInTransaction",
    count(*) filter (where a.state = 'idle')::int as idle
  ${CLIENTS}
  group by 1 order by "all" desc, application`;

/** Since 16 some connections may be reserved for a role besides. */
const ROOM = `
  select current_setting('max_connections')::int as max,
    current_setting('superuser_reserved_connections')::int
      + coalesce(current_setting('reserved_connections', true), '0')::int as reserved,
    ${HIDDEN}`;

export async function connections(ask: Ask): Promise<Connections> {
  const groups = await ask<Connections['groups'][number]>(GROUPS);
  const [room] = await ask<Omit<Connections, 'groups'>>(ROOM);
  return { ...room!, groups };
}

/** Looks, which are over in a moment, do not see each other: two people may ask at once. */
const OTHERS = `${CLIENTS} and a.pid <> pg_backend_pid() and a.application_name is distinct from 'hikeshi-look'`;

/** Of `pg_stat_activity a`; the pid comes before. */
export const SESSION = `
  coalesce((extract(epoch from a.backend_start) * 1000000)::bigint, 0) as "startedUs",
  coalesce(a.usename, '') as "user", coalesce(a.datname, '') as database,
  coalesce(a.application_name, '') as application, coalesce(a.state, '') as state,
  coalesce((extract(epoch from a.state_change) * 1000000)::bigint, 0) as "stateUs",
  coalesce((extract(epoch from a.query_start) * 1000000)::bigint, 0) as "queryUs",
  coalesce(extract(epoch from clock_timestamp() - a.state_change) * 1000, 0)::float8 as "stateMs",
  (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::float8 as "transactionMs",
  case when a.wait_event_type is not null then a.wait_event_type || ': ' || a.wait_event end as wait,
  coalesce(a.query, '') as query`;

const IDLE = `
  select a.pid, ${SESSION} ${OTHERS} and a.state like 'idle in transaction%'
  order by a.state_change limit ${MOST + 1}`;

export type SessionRow = Omit<Session, 'transactionMs' | 'wait'> & {
  readonly transactionMs: number | null;
  readonly wait: string | null;
};

export async function idleInTransaction(ask: Ask): Promise<Sessions> {
  return sessions(ask, IDLE);
}

async function sessions(ask: Ask, statement: string): Promise<Sessions> {
  const rows = await ask<SessionRow>(statement);
  const [hidden] = await ask<{ hidden: number; grantee: string }>(`select ${HIDDEN}`);
  return { sessions: rows.slice(0, MOST).map(sessionOf), more: Math.max(0, rows.length - MOST), ...hidden! };
}

export function sessionOf({ transactionMs, wait, query, ...row }: SessionRow): Session {
  return {
    ...row,
    query: sqlText(query, QUERY_MAX),
    ...(transactionMs !== null && { transactionMs }),
    ...(wait !== null && { wait }),
  };
}

/** One that begins, or is over in a moment, keeps nothing from VACUUM. */
const LONG = `
  select a.pid, ${SESSION} ${OTHERS} and a.state is distinct from 'starting'
    and clock_timestamp() - a.xact_start >= interval '1 second'
  order by a.xact_start limit ${MOST + 1}`;

const PREPARED = `
  select gid as name, (extract(epoch from clock_timestamp() - prepared) * 1000)::float8 as "ageMs",
    owner as "user", database
  from pg_prepared_xacts order by prepared limit ${MOST}`;

export async function longTransactions(ask: Ask): Promise<LongTransactions> {
  return { ...(await sessions(ask, LONG)), prepared: await ask<PreparedTransaction>(PREPARED) };
}

const WAITS = `
  select coalesce(a.wait_event_type || ': ' || a.wait_event, '') as wait, count(*)::int as sessions,
    coalesce(max(extract(epoch from clock_timestamp() - a.query_start)) * 1000, 0)::float8 as "longestMs"
  ${OTHERS} and a.state = 'active'
  group by 1 order by sessions desc, "longestMs" desc`;

export async function waits(ask: Ask): Promise<Waits> {
  const groups = await ask<Waits['groups'][number]>(WAITS);
  const [hidden] = await ask<{ hidden: number; grantee: string }>(`select ${HIDDEN}`);
  return { groups, ...hidden! };
}
