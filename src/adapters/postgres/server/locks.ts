import type { LockSession, Locks } from '../../../domain/postgres.ts';
import type { Ask } from './look.ts';
import { HIDDEN, SESSION, type SessionRow, sessionOf } from './sessions.ts';

/** Finding whom somebody waits for stops the lock table for a moment: not for everybody of a great jam. */
const WAITING = 100;

/**
 * `pg_locks` may be read by everybody. A relation has a name in its own database only. Pid 0 is a prepared transaction, of
 * which there is no session.
 */
const LOCKS = `
  with waiting as (select distinct l.pid from pg_locks l where not l.granted and l.pid is not null limit ${WAITING}),
    edges as materialized (select w.pid, pg_blocking_pids(w.pid) as blockers from waiting w),
    involved as (select e.pid from edges e union select unnest(e.blockers) from edges e)
  select i.pid, ${SESSION}, coalesce(e.blockers, '{}') as "blockedBy", wanted.lock as wants
  from involved i
    left join edges e on e.pid = i.pid
    left join pg_stat_activity a on a.pid = i.pid
    left join lateral (
      select coalesce(
          case when l.database = (select d.oid from pg_database d where d.datname = current_database())
            then l.relation::regclass::text end,
          l.locktype) || ' ' || l.mode as lock
      from pg_locks l where l.pid = i.pid and not l.granted limit 1
    ) wanted on true
  order by i.pid`;

type LockRow = SessionRow & { readonly blockedBy: readonly number[]; readonly wants: string | null };

export async function locks(ask: Ask): Promise<Locks> {
  const rows = await ask<LockRow>(LOCKS);
  const [hidden] = await ask<{ hidden: number; grantee: string }>(`select ${HIDDEN}`);
  return { sessions: rows.map(lockSession), ...hidden! };
}

function lockSession({ blockedBy, wants, ...row }: LockRow): LockSession {
  return { ...sessionOf(row), blockedBy: [...new Set(blockedBy)], ...(wants !== null && { wants }) };
}
