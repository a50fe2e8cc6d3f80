import type {
  Cache,
  Connections,
  FoundSessions,
  Locks,
  LongTransactions,
  Replication,
  ServerState,
  SessionId,
  SessionSignal,
  Sessions,
  Settings,
  Sizes,
  Waits,
} from '../domain/postgres.ts';

/**
 * Somebody else's PostgreSQL, from 14 on. Looks run in read-only transactions under a time limit, on few connections, which are
 * given back soon. Every call @throws PostgresError.
 */
export interface Postgres {
  /** As config names it. */
  readonly name: string;
  state(options?: LookOptions): Promise<ServerState>;
  connections(options?: LookOptions): Promise<Connections>;
  /** Sessions that sit in a transaction and do nothing, aborted ones too; longest first. */
  idleInTransaction(options?: LookOptions): Promise<Sessions>;
  /** Who waits for a lock, and whom for. */
  locks(options?: LookOptions): Promise<Locks>;
  /** What active sessions wait for, at this moment. */
  waits(options?: LookOptions): Promise<Waits>;
  /** Longest first; prepared transactions too. */
  longTransactions(options?: LookOptions): Promise<LongTransactions>;
  /** The largest tables of the database that it is seen from. */
  sizes(options?: LookOptions): Promise<Sizes>;
  replication(options?: LookOptions): Promise<Replication>;
  cache(options?: LookOptions): Promise<Cache>;
  /** Those that wait for a restart first. */
  settings(options?: LookOptions): Promise<Settings>;
  /** Those of these sessions that are there, ended or not by us: by pid and start. */
  sessions(wanted: readonly SessionId[], options?: LookOptions): Promise<FoundSessions>;
  /** The sessions behind these pids now. */
  byPids(pids: readonly number[], options?: LookOptions): Promise<FoundSessions>;
  /**
   * Ends sessions, or their present statement, in the statement that compares what they are: client sessions of others, and
   * never a superuser's, a replication's or Hikeshi's own. Answers the pids that were told.
   * @throws PostgresError `changed` when none was
   */
  signal(how: SessionSignal, wanted: readonly SessionId[], options?: LookOptions): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface LookOptions {
  /** Its abort cancels the statement on the server. */
  readonly signal?: AbortSignal;
}

/** - `away`: nobody answers there, for now
 *  - `full`: all connections are taken
 *  - `unauthorized`: user, password or pg_hba.conf
 *  - `forbidden`: a right that our role lacks
 *  - `slow`: it took longer than a look may
 *  - `misconfigured`: no such database, or TLS does not come about
 *  - `invalid`: the server refuses the statement
 *  - `changed`: what was to be ended is no more, or goes on with something else; nothing was done */
export type PostgresErrorKind =
  | 'away'
  | 'full'
  | 'unauthorized'
  | 'forbidden'
  | 'slow'
  | 'misconfigured'
  | 'invalid'
  | 'changed';

/** `message` is the server's or the system's own words. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly kind: PostgresErrorKind;
  /** As config names it. */
  readonly database: string;

  constructor(kind: PostgresErrorKind, database: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
    this.database = database;
  }
}
