import { lockTree } from '../../domain/lock-tree.ts';
import type { Hidden, Session } from '../../domain/postgres.ts';
import { type Postgres, PostgresError } from '../../ports/postgres.ts';
import { takenOf } from './connections.ts';

/** A session that stands in the way, as it is kept. `ageMs`: since its transaction began, else in its state. */
export type Culprit = Pick<Session, 'pid' | 'application' | 'state' | 'stateMs' | 'query'> & { readonly ageMs: number };

/** What was found out of one PostgreSQL server, plain values alone: it is kept until it is told. */
export type DatabaseFinding =
  | (Hidden & {
      readonly connections: {
        readonly used: number;
        /** Those that anybody may have. */
        readonly free: number;
        readonly max: number;
        readonly reserved: number;
      };
      /** Who holds up most of those that wait for a lock. */
      readonly blocks?: {
        readonly waiting: number;
        readonly holdsUp: number;
        readonly first: Culprit;
        /** Of those that wait, whom so many wait for was not looked at; absent: of all it was. */
        readonly unasked?: number;
      };
      /** Who has sat idle in a transaction for longest. */
      readonly idle?: { readonly sessions: number; readonly first: Culprit };
    })
  /** Not even this look had a connection; in the server's words. */
  | { readonly full: string };

/** Who sits in a transaction for longer has forgotten it. */
const FORGOTTEN_MS = 10_000;
/** From here on the next ones may be refused. */
const NEARLY_FULL = 0.9;

/** Looks at what keeps a server's clients waiting. @throws PostgresError, but of a server without a connection left */
export async function diagnoseDatabase(postgres: Postgres, signal: AbortSignal): Promise<DatabaseFinding> {
  try {
    return await lookedAt(postgres, signal);
  } catch (error) {
    if (error instanceof PostgresError && error.kind === 'full') return { full: error.message };
    throw error;
  }
}

async function lookedAt(postgres: Postgres, signal: AbortSignal): Promise<DatabaseFinding> {
  // One after the other: what may be short of connections is asked by one.
  const connections = await postgres.connections({ signal });
  const idle = await postgres.idleInTransaction({ signal });
  const locks = await postgres.locks({ signal });
  const { max, reserved, hidden, grantee } = connections;
  const [longest] = idle.sessions;
  const [root] = lockTree(locks.sessions);
  const { unasked } = locks;
  const waiting = locks.sessions.filter(({ wants }) => wants !== undefined).length;
  return {
    hidden,
    grantee,
    connections: { used: takenOf(connections, 'all'), free: max - reserved, max, reserved },
    ...(root && { blocks: { waiting, unasked, holdsUp: root.holdsUp, first: culprit(root.session) } }),
    ...(longest && { idle: { sessions: idle.sessions.length + idle.more, first: culprit(longest) } }),
  };
}

function culprit({ pid, application, state, stateMs, transactionMs, query }: Session): Culprit {
  return { pid, application, state, stateMs, query, ageMs: transactionMs ?? stateMs };
}

/** Whether it says what is wrong: of a server at work there is always somebody in a transaction for a moment. */
export function namesCause(finding: DatabaseFinding): boolean {
  if ('full' in finding) return true;
  const { connections, blocks, idle } = finding;
  return blocks !== undefined || (idle?.first.stateMs ?? 0) >= FORGOTTEN_MS || isNearlyFull(connections);
}

function isNearlyFull({ used, free }: { readonly used: number; readonly free: number }): boolean {
  return used >= free * NEARLY_FULL;
}
