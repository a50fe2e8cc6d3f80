/** What a look at somebody's PostgreSQL shows. Ages are by the server's own clock, in ms. */

/** The oldest major version that looks are tried with: those before are no longer mended by their makers. */
export const OLDEST_MAJOR = 14;

/** The predefined roles that Hikeshi's own role lacks. */
export type MissingGrant = 'pg_monitor' | 'pg_signal_backend';

export interface ServerState {
  /** As the server says it: `15.17 (Debian 15.17-0+deb12u1)`. */
  readonly version: string;
  readonly major: number;
  readonly standby: boolean;
  readonly upSince: Date;
  readonly upMs: number;
  readonly database: string;
  /** Our role, quoted as SQL wants it. */
  readonly grantee: string;
  readonly superuser: boolean;
  readonly missing: readonly MissingGrant[];
  /** How long `SELECT 1` took, ms. */
  readonly answerMs: number;
}

/** What of a look other people's sessions kept to themselves. */
export interface Hidden {
  /** Sessions of which only the beginning is seen, for want of `pg_monitor`. */
  readonly hidden: number;
  readonly grantee: string;
}

export interface ConnectionGroup {
  /** Empty: it gave no name. */
  readonly application: string;
  readonly all: number;
  readonly active: number;
  /** Aborted ones too. */
  readonly idleInTransaction: number;
  readonly idle: number;
}

export interface Connections extends Hidden {
  /** Most connections first. */
  readonly groups: readonly ConnectionGroup[];
  readonly max: number;
  /** Of `max`, kept for superusers and the like. */
  readonly reserved: number;
}

/** One client backend. */
export interface Session {
  readonly pid: number;
  /** `backend_start` in µs since 1970: with the pid it is this session and no later one. 0: not seen. */
  readonly startedUs: number;
  readonly user: string;
  readonly database: string;
  readonly application: string;
  /** `state_change` in µs since 1970: as long as it is the same, the session has done nothing. */
  readonly stateUs: number;
  /** `query_start`, likewise: the statement. */
  readonly queryUs: number;
  /** `active`, `idle`, `idle in transaction`, `idle in transaction (aborted)`... Empty where we may not see it. */
  readonly state: string;
  /** In this state. */
  readonly stateMs: number;
  /** In this transaction; absent: in none. */
  readonly transactionMs?: number;
  /** `Lock: transactionid`; absent: it waits for nothing. */
  readonly wait?: string;
  /** The present statement, or the last one. */
  readonly query: string;
}

export interface Sessions extends Hidden {
  readonly sessions: readonly Session[];
  /** Left out: the look is bounded. */
  readonly more: number;
}

/** A session that waits for a lock, or that others wait for. */
export interface LockSession extends Session {
  /** Pids; 0: a prepared transaction. Empty: it waits for nobody. */
  readonly blockedBy: readonly number[];
  /** `public.orders RowExclusiveLock`, `transactionid ShareLock`; absent: it waits for no lock. */
  readonly wants?: string;
}

export interface Locks extends Hidden {
  readonly sessions: readonly LockSession[];
  /** So many of them wait, and whom for was not looked at: the look is bounded. */
  readonly unasked: number;
}

export interface WaitGroup {
  /** `Lock: transactionid`; empty: it waits for nothing, it computes. */
  readonly wait: string;
  readonly sessions: number;
  readonly longestMs: number;
}

export interface Waits extends Hidden {
  /** Most sessions first. */
  readonly groups: readonly WaitGroup[];
}

/** Belongs to no session, and holds what it holds until somebody commits it or rolls it back. */
export interface PreparedTransaction {
  readonly name: string;
  readonly ageMs: number;
  readonly user: string;
  readonly database: string;
}

export interface LongTransactions extends Sessions {
  readonly prepared: readonly PreparedTransaction[];
}

/** Bytes. */
export interface TableSize {
  /** With its schema, quoted as SQL wants it. */
  readonly table: string;
  readonly total: number;
  readonly heap: number;
  readonly indexes: number;
  /** Of all rows, 0 to 1; absent: nothing was counted yet. */
  readonly deadShare?: number;
  /** Estimated from statistics, 0 to 1 of the heap; absent: there are none, or our role may not read them. */
  readonly bloat?: number;
}

export interface Sizes {
  readonly database: string;
  readonly databaseBytes: number;
  /** Largest first. */
  readonly tables: readonly TableSize[];
  /** Tables that could not be measured, for somebody has locked them exclusively. */
  readonly locked: number;
}

export interface Standby {
  readonly application: string;
  readonly client: string;
  /** `streaming`, `catchup`, `startup`... */
  readonly state: string;
  /** `sync`, `async`, `quorum`, `potential` */
  readonly sync: string;
  /** Written here and not replayed there. */
  readonly lagBytes: number;
  /** Absent: nothing has been written for a while. */
  readonly lagMs?: number;
}

export interface Slot {
  readonly name: string;
  readonly active: boolean;
  /** Kept for it; 0 where there is nothing to keep. */
  readonly retainedBytes: number;
  /** `reserved`, `extended`, `unreserved`, `lost` */
  readonly walStatus: string;
}

/** A standby about itself. */
export interface Following {
  /** Empty: it is not connected to a primary. */
  readonly status: string;
  readonly from: string;
  /** Received and not replayed. */
  readonly lagBytes: number;
  /** Since the last transaction that it replayed; absent: all that came is replayed, or nothing ever was. */
  readonly lagMs?: number;
  readonly paused: boolean;
}

export interface Replication extends Hidden {
  /** Absent: it is a primary. */
  readonly following?: Following;
  readonly standbys: readonly Standby[];
  readonly slots: readonly Slot[];
}

export interface CachedTable {
  readonly table: string;
  /** 0 to 1. */
  readonly hits: number;
  readonly readBytes: number;
}

export interface Cache {
  readonly database: string;
  /** 0 to 1; absent: nothing was read yet. */
  readonly hits?: number;
  readonly sharedBuffers: string;
  /** What was counted began then; absent: with the server. */
  readonly since?: Date;
  /** Spilt to disk since then. */
  readonly temporaryBytes: number;
  /** Most read from disk first. */
  readonly tables: readonly CachedTable[];
}

export interface Setting {
  readonly name: string;
  /** What the server gives to sessions, as in `128 MB`, `-1` or `on`; `?`: our own session has another, and it is not known. */
  readonly value: string;
  /** In its files, and counting only after a restart; `undefined` with `pending`: our role may not read them. */
  readonly next?: string;
  readonly pending: boolean;
}

/** What `ALTER ROLE` or `ALTER DATABASE` gives to some sessions instead. */
export interface SettingException {
  readonly name: string;
  /** As it was written: `30s`, `5000`. */
  readonly value: string;
  /** Absent: of all. */
  readonly role?: string;
  /** Absent: in all. */
  readonly database?: string;
}

export interface Settings {
  readonly settings: readonly Setting[];
  /** Of these settings; 100 at most. */
  readonly exceptions: readonly SettingException[];
}

export type SessionSignal = 'terminate' | 'cancel';

/** One session, and optionally what it must still be at: a pid is given to others in time. */
export interface SessionId {
  readonly pid: number;
  readonly startedUs: number;
  /** It must have sat idle in its transaction since then. */
  readonly stateUs?: number;
  /** This statement must still run. */
  readonly queryUs?: number;
}

/** Why a session is left alone, whoever asks. */
export type Untouchable = 'superuser' | 'own' | 'not-client' | 'no-grant' | 'not-seen';

export interface FoundSession extends Session {
  readonly untouchable?: Untouchable;
}

export interface FoundSessions {
  readonly sessions: readonly FoundSession[];
  readonly grantee: string;
}
