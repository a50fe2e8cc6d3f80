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
  /** `backend_start` in µs since 1970: with the pid it is this session and no later one. */
  readonly startedUs: number;
  readonly user: string;
  readonly database: string;
  readonly application: string;
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
