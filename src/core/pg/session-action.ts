import type { Block } from '../../domain/content.ts';
import type { Plan } from '../../domain/plan.ts';
import type { FoundSession, SessionId, SessionSignal } from '../../domain/postgres.ts';
import type { DatabaseTarget } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { userError } from '../../messages/user-error.ts';
import type { Postgres } from '../../ports/postgres.ts';
import { ageOf } from '../age.ts';
import type { DatabaseAction } from '../define.ts';
import { grantOf, tableOf } from './look.ts';
import type { SessionArgs } from './session-args.ts';

/** What one preview can name; the longest ones, and the rest is a second time. */
export const MOST_SESSIONS = 30;
const WATCH_MS = 30_000;

type SessionPlan = Plan<DatabaseTarget>;

/** What terminating sessions and cancelling their statements share. */
export function sessionAction(
  how: SessionSignal,
): Pick<
  DatabaseAction<SessionArgs>,
  'needs' | 'replacesPods' | 'target' | 'plan' | 'preview' | 'execute' | 'probe' | 'watch' | 'watchMs'
> {
  return {
    needs: ['databases'],
    replacesPods: 'none',
    target: ({ database }) => ({ ...(database !== undefined && { text: database }) }),
    plan: (target, args, { postgres, signal }) => plan(how, target, args, postgres, signal),
    preview,
    async execute({ target, args }, { postgres, signal }) {
      const told = await postgres.signal(how, idsOf({ target, args }), { signal });
      return { told: told.join(', ') };
    },
    async probe(of, { postgres, signal }) {
      const { total, there, present } = await look(how, of, postgres, signal);
      if (present === 0) return 'done';
      return there === total ? 'not-done' : 'unknown';
    },
    async watch(of, { postgres, signal }) {
      const { total, there, present } = await look(how, of, postgres, signal);
      return { state: there === 0 ? 'healthy' : 'progressing', done: total - present, of: total };
    },
    watchMs: () => WATCH_MS,
  };
}

async function plan(
  how: SessionSignal,
  target: DatabaseTarget,
  args: SessionArgs,
  postgres: Postgres,
  signal: AbortSignal,
): Promise<SessionPlan> {
  const { sessions, left, more, gone } = await sessionsMeant(how, args, postgres, signal);
  const idle = args.idleMs !== undefined || args.chosen !== undefined;
  const ids = args.sessions ?? sessions.map((one) => idOf(how, one, idle));
  return {
    target,
    facts: { labels: {}, pods: 0 },
    touches: Object.fromEntries(ids.map((id) => [id.pid, touched(id)])),
    effect: { list: JSON.stringify(sessions.map(rowOf)), left, more, gone },
    warnings: [],
    args: { ...args, sessions: ids },
  };
}

interface Meant {
  readonly sessions: readonly FoundSession[];
  /** Left alone: superusers', our own. */
  readonly left: number;
  /** Beyond what one preview can name. */
  readonly more: number;
  /** Chosen, and not as they were any more. */
  readonly gone: number;
}

/** @throws UserError when there is none, or one that was named is not to be touched */
async function sessionsMeant(
  how: SessionSignal,
  { sessions: ids, chosen, pids, idleMs, database = '' }: SessionArgs,
  postgres: Postgres,
  signal: AbortSignal,
): Promise<Meant> {
  if (ids) {
    const { same } = await asMeant(how, ids, postgres, signal);
    return { sessions: same, left: 0, more: 0, gone: 0 };
  }
  if (chosen) return stillChosen(how, chosen, postgres, signal);
  if (pids) return named(how, pids, postgres, signal);
  if (idleMs === undefined) throw userError('which-sessions');
  const { touchable, others } = await idleSessions(idleMs, postgres, signal, database);
  const shown = touchable.slice(0, MOST_SESSIONS);
  return { sessions: shown, left: others, more: touchable.length - shown.length, gone: 0 };
}

/** @throws UserError when there is none any more */
async function asMeant(
  how: SessionSignal,
  ids: readonly SessionId[],
  postgres: Postgres,
  signal: AbortSignal,
): Promise<{ readonly same: readonly FoundSession[]; readonly grantee: string }> {
  const { sessions, grantee } = await postgres.sessions(ids, { signal });
  const same = sessions.filter((one) => isAsMeant(how, one, ids));
  if (same.length === 0) throw userError('sessions-gone', { database: postgres.name });
  return { same, grantee };
}

/** The list offers only those that may be ended; what has become of one since is looked at anew. */
async function stillChosen(
  how: SessionSignal,
  chosen: readonly SessionId[],
  postgres: Postgres,
  signal: AbortSignal,
): Promise<Meant> {
  const { same, grantee } = await asMeant(how, chosen, postgres, signal);
  const touchable = same.filter((one) => one.untouchable === undefined);
  if (touchable.length === 0) throw untouchable(same[0]!, grantee);
  return { sessions: touchable, left: same.length - touchable.length, more: 0, gone: chosen.length - same.length };
}

/**
 * Those that have sat idle in a transaction for so long and may be ended, the longest first.
 * @throws UserError when there is none
 */
export async function idleSessions(
  idleMs: number,
  postgres: Postgres,
  signal: AbortSignal,
  database = '',
): Promise<{ readonly touchable: readonly FoundSession[]; readonly others: number }> {
  const idle = await postgres.idleInTransaction({ signal });
  const old = idle.sessions.filter(({ stateMs }) => stateMs >= idleMs);
  const found = old.length === 0 ? undefined : await postgres.sessions(old, { signal });
  const still = found?.sessions.filter(({ state }) => state.startsWith('idle in transaction')) ?? [];
  const touchable = still.filter((one) => one.untouchable === undefined);
  const [refused] = still.filter((one) => one.untouchable === 'no-grant');
  if (refused && touchable.length === 0) throw untouchable(refused, found!.grantee);
  if (touchable.length === 0) {
    const grant = idle.hidden > 0 ? grantOf('pg_monitor', idle.grantee) : undefined;
    const [first] = idle.sessions;
    const longest = first && first.stateMs < idleMs ? ageOf(first.stateMs) : undefined;
    throw userError('no-idle-sessions', { database: database || postgres.name, age: ageOf(idleMs), longest, grant });
  }
  return { touchable, others: still.length - touchable.length };
}

/**
 * Those that run a statement in a transaction of a second or longer and may be told to stop, the longest first.
 * @throws UserError when there is none
 */
export async function activeSessions(
  postgres: Postgres,
  signal: AbortSignal,
  database: string,
): Promise<readonly FoundSession[]> {
  const long = await postgres.longTransactions({ signal });
  const active = long.sessions.filter(({ state }) => state === 'active');
  const found = active.length === 0 ? undefined : await postgres.sessions(active, { signal });
  const still = found?.sessions.filter(({ state }) => state === 'active') ?? [];
  const touchable = still.filter((one) => one.untouchable === undefined);
  const [refused] = still.filter((one) => one.untouchable === 'no-grant');
  if (refused && touchable.length === 0) throw untouchable(refused, found!.grantee);
  if (touchable.length > 0) return touchable.toSorted((a, b) => b.stateMs - a.stateMs);
  const grant = long.hidden > 0 ? grantOf('pg_monitor', long.grantee) : undefined;
  throw userError('nothing-runs', { database: database || postgres.name, grant });
}

async function named(
  how: SessionSignal,
  pids: readonly number[],
  postgres: Postgres,
  signal: AbortSignal,
): Promise<Meant> {
  if (pids.length > MOST_SESSIONS) throw userError('too-many-sessions', { most: MOST_SESSIONS });
  const { sessions, grantee } = await postgres.byPids(pids, { signal });
  const missing = pids.filter((pid) => !sessions.some((one) => one.pid === pid));
  if (missing.length > 0) throw userError('no-such-session', { pids: missing.map(String), database: postgres.name });
  const [refused] = sessions.filter((one) => one.untouchable !== undefined);
  if (refused) throw untouchable(refused, grantee);
  const quiet = sessions.filter(({ state }) => how === 'cancel' && state !== 'active').map(({ pid }) => String(pid));
  if (quiet.length > 0) throw userError('nothing-to-cancel', { pids: quiet, database: postgres.name });
  return { sessions, left: 0, more: 0, gone: 0 };
}

function untouchable({ pid, untouchable: why = 'not-seen', user }: FoundSession, grantee: string): Error {
  const grant = why === 'not-seen' ? 'pg_monitor' : why === 'no-grant' ? 'pg_signal_backend' : undefined;
  return userError('untouchable-session', { pid: String(pid), why, user, grant: grant && grantOf(grant, grantee) });
}

// ------------------------------------------------------------------------------------------------ which session it is

function idOf(how: SessionSignal, { pid, startedUs, stateUs, queryUs }: FoundSession, idle: boolean): SessionId {
  if (how === 'cancel') return { pid, startedUs, queryUs };
  return { pid, startedUs, ...(idle && { stateUs }) };
}

function touched({ startedUs, stateUs, queryUs }: SessionId): string {
  return [startedUs, stateUs ?? queryUs].filter((us) => us !== undefined).join('/');
}

/** The plan keeps what its arguments came to. */
function idsOf({ args }: Pick<SessionPlan, 'target' | 'args'>): readonly SessionId[] {
  // As `plan` of this module wrote it.
  return (args as Required<Pick<SessionArgs, 'sessions'>>).sessions;
}

function isAsMeant(how: SessionSignal, session: FoundSession, ids: readonly SessionId[]): boolean {
  const id = ids.find(({ pid, startedUs }) => pid === session.pid && startedUs === session.startedUs);
  if (!id) return false;
  if (id.stateUs !== undefined && id.stateUs !== session.stateUs) return false;
  return how !== 'cancel' || (session.state === 'active' && id.queryUs === session.queryUs);
}

/** How many were meant, how many are still as they were, and how many have not ended. */
async function look(how: SessionSignal, of: SessionPlan, postgres: Postgres, signal: AbortSignal) {
  const ids = idsOf(of);
  const { sessions } = await postgres.sessions(ids, { signal });
  const there = sessions.filter((one) => isAsMeant(how, one, ids)).length;
  return { total: ids.length, there, present: how === 'cancel' ? there : sessions.length };
}

// ------------------------------------------------------------------------------------------------ how it is shown

type Row = readonly string[];

function rowOf({ pid, state, stateMs, transactionMs, application, user, database, query }: FoundSession): Row {
  const age = ageOf(state === 'idle' ? stateMs : (transactionMs ?? stateMs));
  return [String(pid), age, state, application || '-', user, database, query];
}

/** Of the longest ones; the form that they are chosen from has all. */
const STATEMENTS_SHOWN = 5;

const COLUMNS = ['pid', 'for', 'state', 'application', 'user', 'database'];

function preview(m: Catalog, { effect }: SessionPlan): readonly Block[] {
  const rows = JSON.parse(String(effect['list'])) as readonly Row[];
  const [left, more, gone] = [Number(effect['left']), Number(effect['more']), Number(effect['gone'] ?? 0)];
  const lines = [
    ...(gone > 0 ? [m.pg.act.gone({ gone })] : []),
    ...(left > 0 ? [m.pg.act.left({ left })] : []),
    ...(more > 0 ? [m.pg.act.more({ more })] : []),
  ];
  const table = tableOf(
    true,
    COLUMNS,
    rows.map((row) => row.slice(0, COLUMNS.length)),
  );
  const others = rows.length - STATEMENTS_SHOWN;
  return [
    table,
    ...rows.slice(0, STATEMENTS_SHOWN).map((row) => ({
      kind: 'text' as const,
      text: m.pg.lastStatement({ pid: Number(row[0]), query: row[6] ?? '' }),
    })),
    ...(others > 0 ? [{ kind: 'context' as const, lines: [m.pg.act.otherStatements(others)] }] : []),
    ...lines.map((text) => ({ kind: 'text' as const, text })),
  ];
}

/** Of what was typed, or of what it came to. */
export function sessionsTitle(
  m: Catalog,
  how: SessionSignal,
  { name }: DatabaseTarget,
  { sessions, chosen, pids, idleMs }: SessionArgs,
): string {
  const all = (sessions ?? chosen)?.map(({ pid }) => pid) ?? pids;
  const words = m.pg.act[how];
  if (!all) return words.idle({ name, age: ageOf(idleMs ?? 0) });
  const [only, second] = all;
  return only === undefined || second !== undefined
    ? words.several({ name, sessions: all.length })
    : words.one({ name, pid: only });
}
