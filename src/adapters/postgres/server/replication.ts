import type { Following, Replication, Slot, Standby } from '../../../domain/postgres.ts';
import type { Ask } from './look.ts';

/** How far this server itself has come; a standby has no position of its own to write at. */
const HERE = `case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end`;

const STANDBYS = `
  select coalesce(r.application_name, '') as application,
    coalesce(r.client_hostname, host(r.client_addr), 'local') as client,
    r.state, coalesce(r.sync_state, '') as sync,
    coalesce(pg_wal_lsn_diff(${HERE}, r.replay_lsn), 0)::float8 as "lagBytes",
    (extract(epoch from r.replay_lag) * 1000)::float8 as "lagMs"
  from pg_stat_replication r order by "lagBytes" desc, application`;

const SLOTS = `
  select s.slot_name as name, s.active, coalesce(s.wal_status, '') as "walStatus",
    coalesce(pg_wal_lsn_diff(${HERE}, s.restart_lsn), 0)::float8 as "retainedBytes"
  from pg_replication_slots s order by s.active, "retainedBytes" desc`;

const SELF = `
  select pg_is_in_recovery() as standby, quote_ident(current_user) as grantee,
    coalesce(w.status, '') as status, coalesce(w.sender_host, '') as from,
    w.pid is not null and w.status is null as unseen,
    case when pg_is_in_recovery()
      then coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0) else 0 end::float8 as "lagBytes",
    (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 as "replayedMs",
    pg_is_in_recovery() and pg_is_wal_replay_paused() as paused
  from (select 1) one left join pg_stat_wal_receiver w on true`;

interface SelfRow extends Pick<Following, 'status' | 'from' | 'lagBytes' | 'paused'> {
  readonly standby: boolean;
  readonly grantee: string;
  /** There is a receiver, and we may not see what it does. */
  readonly unseen: boolean;
  readonly replayedMs: number | null;
}

type StandbyRow = Omit<Standby, 'lagMs' | 'state'> & { readonly lagMs: number | null; readonly state: string | null };

export async function replication(ask: Ask): Promise<Replication> {
  const [self] = await ask<SelfRow & Record<string, unknown>>(SELF);
  const standbys = await ask<StandbyRow>(STANDBYS);
  const slots = await ask<Slot & Record<string, unknown>>(SLOTS);
  const hidden = standbys.filter(({ state }) => state === null).length + (self!.unseen ? 1 : 0);
  return {
    ...(self!.standby && { following: followingOf(self!) }),
    standbys: standbys.flatMap(standbyOf),
    slots,
    hidden,
    grantee: self!.grantee,
  };
}

/** Without a primary, what has come is all replayed sooner or later, and says nothing of what is missing. */
function followingOf({ status, from, lagBytes, paused, replayedMs }: SelfRow): Following {
  const caughtUp = status !== '' && lagBytes === 0;
  return { status, from, lagBytes, paused, ...(replayedMs !== null && !caughtUp && { lagMs: replayedMs }) };
}

function standbyOf({ lagMs, state, ...row }: StandbyRow): readonly Standby[] {
  return state === null ? [] : [{ ...row, state, ...(lagMs !== null && { lagMs }) }];
}
