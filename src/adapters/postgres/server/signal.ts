import type { FoundSession, FoundSessions, SessionId, SessionSignal, Untouchable } from '../../../domain/postgres.ts';
import { PostgresError } from '../../../ports/postgres.ts';
import type { Ask } from './look.ts';
import { SESSION, type SessionRow, sessionOf } from './sessions.ts';

/**
 * Why `a` is left alone; null: it is not. Who may signal is PostgreSQL's own rule: members of its role, and of
 * pg_signal_backend, which reaches no superuser.
 */
const UNTOUCHABLE = `
  case
    when a.backend_type is null then 'not-seen'
    when a.backend_type <> 'client backend' then 'not-client'
    when a.pid = pg_backend_pid() or a.application_name = 'hikeshi' or a.application_name like 'hikeshi-%' then 'own'
    when coalesce((select r.rolsuper from pg_roles r where r.oid = a.usesysid), true) then 'superuser'
    when not pg_has_role('pg_signal_backend', 'usage') and not pg_has_role(a.usesysid, 'usage') then 'no-grant'
  end`;

const FOUND = `select a.pid, ${SESSION}, ${UNTOUCHABLE} as untouchable from pg_stat_activity a`;

const GRANTEE = 'select quote_ident(current_user) as grantee';

const STARTED = '(extract(epoch from a.backend_start) * 1000000)::bigint';

const OF_IDS = `${FOUND} join unnest($1::int[], $2::bigint[]) as w(pid, started)
  on w.pid = a.pid and w.started = ${STARTED} order by a.state_change`;

const OF_PIDS = `${FOUND} where a.pid = any($1::int[]) order by a.state_change`;

type FoundRow = SessionRow & { readonly untouchable: Untouchable | null };

export async function sessionsOf(ask: Ask, wanted: readonly SessionId[]): Promise<FoundSessions> {
  const [pids, starts] = [wanted.map(({ pid }) => pid), wanted.map(({ startedUs }) => startedUs)];
  return found(ask, await ask<FoundRow>(OF_IDS, [pids, starts]));
}

export async function byPids(ask: Ask, pids: readonly number[]): Promise<FoundSessions> {
  return found(ask, await ask<FoundRow>(OF_PIDS, [pids]));
}

async function found(ask: Ask, rows: readonly FoundRow[]): Promise<FoundSessions> {
  const [us] = await ask<{ grantee: string }>(GRANTEE);
  return { sessions: rows.map(foundSession), grantee: us!.grantee };
}

function foundSession({ untouchable, ...row }: FoundRow): FoundSession {
  return { ...sessionOf(row), ...(untouchable !== null && { untouchable }) };
}

/** What they are is read in the statement that signals, and nothing before it in its transaction reads sessions: it would be kept. */
const signalling = (call: string): string => `
  with meant as materialized (
    select a.pid from pg_stat_activity a
      join unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[]) as w(pid, started, state, query)
        on w.pid = a.pid and w.started = ${STARTED}
    where (${UNTOUCHABLE}) is null
      and (w.state is null or (a.state like 'idle in transaction%'
        and w.state = (extract(epoch from a.state_change) * 1000000)::bigint))
      and (w.query is null or (a.state = 'active'
        and w.query = (extract(epoch from a.query_start) * 1000000)::bigint)))
  select m.pid, ${call}(m.pid) as told from meant m`;

const SIGNALS: Readonly<Record<SessionSignal, string>> = {
  terminate: signalling('pg_terminate_backend'),
  cancel: signalling('pg_cancel_backend'),
};

/** @param name the server's, in config */
export async function signal(
  ask: Ask,
  name: string,
  how: SessionSignal,
  wanted: readonly SessionId[],
): Promise<readonly number[]> {
  const rows = await ask<{ pid: number; told: boolean }>(SIGNALS[how], [
    wanted.map(({ pid }) => pid),
    wanted.map(({ startedUs }) => startedUs),
    wanted.map(({ stateUs }) => stateUs ?? null),
    wanted.map(({ queryUs }) => queryUs ?? null),
  ]);
  const told = rows.filter((row) => row.told).map(({ pid }) => pid);
  if (told.length === 0) throw new PostgresError('changed', name, 'none of these sessions is there any more as it was');
  return told;
}
