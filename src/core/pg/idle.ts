import type { Button } from '../../domain/content.ts';
import type { Session } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { ageOf } from '../age.ts';
import { sayButton } from '../ask/say.ts';
import type { Answered } from '../define.ts';
import { answerOf, hiddenNote, type Looking, tableOf } from './look.ts';

/** Sessions that hold a transaction open and do nothing, longest first. */
export async function idleLook({ postgres, where, words: typed, signal, m, whole }: Looking): Promise<Answered> {
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
  return answerOf(
    words,
    table,
    { kind: 'text', text: m.pg.lastStatement(longest) },
    { kind: 'buttons', buttons: idleButtons(longest, typed, m) },
    ...hiddenNote(m, seen),
  );
}

/** The manuals' limit. */
const TOO_LONG_MS = 10 * 60_000;

/** Ends the one that has sat for longest, some, or all that have for long. */
export function idleButtons(
  { pid, stateMs }: Pick<Session, 'pid' | 'stateMs'>,
  words: string,
  m: Catalog,
): readonly Button[] {
  const some = [
    sayButton(m.pg.act.terminateOne({ pid }), `pg-terminate ${pid} ${words}`),
    sayButton(m.pg.act.terminateSome, `pg-terminate ${words}`),
  ];
  return stateMs < TOO_LONG_MS ? some : [sayButton(m.pg.act.overTen, `pg-terminate --idle 10m ${words}`), ...some];
}

function cells({ pid, state, stateMs, transactionMs, application, user, database }: Session): readonly string[] {
  const aborted = state.endsWith('(aborted)') ? ' aborted' : '';
  return [String(pid), ageOf(stateMs) + aborted, ageOf(transactionMs ?? 0), application || '-', user, database];
}
