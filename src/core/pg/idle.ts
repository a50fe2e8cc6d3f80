import type { Session } from '../../domain/postgres.ts';
import { ageOf } from '../age.ts';
import type { Answered } from '../define.ts';
import { answerOf, hiddenNote, type Looking, tableOf } from './look.ts';

/** Sessions that hold a transaction open and do nothing, longest first. */
export async function idleLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.idleInTransaction({ signal });
  const [longest] = seen.sessions;
  if (!longest) return answerOf(m.pg.idle.none({ where }), ...hiddenNote(m, seen));
  const words = m.pg.idle.found({
    where,
    sessions: seen.sessions.length + seen.more,
    pid: longest.pid,
    application: longest.application,
    age: ageOf(longest.stateMs),
  });
  const table = tableOf(
    whole,
    ['pid', 'idle', 'tx', 'application', 'user', 'database'],
    seen.sessions.map(cells),
    seen.more,
  );
  return answerOf(words, table, { kind: 'text', text: m.pg.lastStatement(longest) }, ...hiddenNote(m, seen));
}

function cells({ pid, state, stateMs, transactionMs, application, user, database }: Session): readonly string[] {
  const aborted = state.endsWith('(aborted)') ? ' aborted' : '';
  return [String(pid), ageOf(stateMs) + aborted, ageOf(transactionMs ?? 0), application || '-', user, database];
}
