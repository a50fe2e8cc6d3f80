import type { LockSession, Locks } from '../../../domain/postgres.ts';
import type { Ask } from './look.ts';
import { HIDDEN, SESSION, type SessionRow, sessionOf } from './sessions.ts';

/** Finding whom somebody waits for stops the lock table for a moment: not for every lock of a great jam. */
const ASKED = 100;

/** What is locked. */
const LOCKED = 'locktype, database, relation, page, tuple, virtualxid, transactionid::text, classid, objid, objsubid';

/**
 * `pg_locks` may be read by everybody. A relation has a name in its own database only. Pid 0 is a prepared transaction, of
 * which there is no session. Who waits for the same lock waits for those that its first waiter does, and perhaps for one who
 * came between: so one of each queue is asked, of the longest queues first.
 */
const LOCKS = `
  with waiting as (
      select l.*, dense_rank() over (order by ${LOCKED}, mode) as queue
      from pg_locks l where not l.granted and l.pid is not null),
    queues as (
      select w.queue, (array_agg(w.pid order by w.waitstart))[1] as first
      from waiting w group by w.queue order by count(*) desc, w.queue limit ${ASKED}),
    asked as materialized (select q.queue, pg_blocking_pids(q.first) as blockers from queues q),
    edges as (select w.pid, asked.blockers from waiting w left join asked using (queue)),
    involved as (select e.pid from edges e union select unnest(e.blockers) from edges e)
  select i.pid, ${SESSION}, wanted.lock as wants,
    case when e.pid is null then '{}' else array_remove(array_remove(e.blockers, i.pid), a.leader_pid) end as "blockedBy"
  from involved i
    left join edges e on e.pid = i.pid
    left join pg_stat_activity a on a.pid = i.pid
    left join lateral (
      select coalesce(
          case when w.database = (select d.oid from pg_database d where d.datname = current_database())
            then w.relation::regclass::text end,
          w.locktype) || ' ' || w.mode as lock
      from waiting w where w.pid = i.pid
    ) wanted on true
  order by i.pid`;

/** `blockedBy` null: whom it waits for was not asked. */
type LockRow = SessionRow & { readonly blockedBy: readonly number[] | null; readonly wants: string | null };

export async function locks(ask: Ask): Promise<Locks> {
  const rows = await ask<LockRow>(LOCKS);
  const [hidden] = await ask<{ hidden: number; grantee: string }>(`select ${HIDDEN}`);
  const unasked = rows.filter(({ blockedBy }) => blockedBy === null).length;
  return { sessions: rows.map(lockSession), unasked, ...hidden! };
}

function lockSession({ blockedBy, wants, ...row }: LockRow): LockSession {
  return { ...sessionOf(row), blockedBy: [...new Set(blockedBy)], ...(wants !== null && { wants }) };
}
