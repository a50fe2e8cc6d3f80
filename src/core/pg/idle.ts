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
    { kind: 'buttons', buttons: idleButtons(seen.sessions, typed, m) },
    ...hiddenNote(m, seen),
  );
}

const MINUTE_MS = 60_000;
/** The manuals' limit, and what is long where nobody has come to that. */
const TOO_LONG = [10, 1];

/** Ends the one that has sat for longest, some, or all that have for long; below the manuals' limit only where that is more than the one. */
export function idleButtons(
  sessions: readonly Pick<Session, 'pid' | 'stateMs'>[],
  words: string,
  m: Catalog,
): readonly Button[] {
  const [longest] = sessions;
  const some = [
    ...(longest
      ? [sayButton(m.pg.act.terminateOne({ pid: longest.pid }), `pg-terminate ${longest.pid} ${words}`)]
      : []),
    sayButton(m.pg.act.terminateSome, `pg-terminate ${words}`),
  ];
  const over = TOO_LONG.find(
    (minutes, i) => sessions.filter(({ stateMs }) => stateMs >= minutes * MINUTE_MS).length > i,
  );
  return over === undefined
    ? some
    : [sayButton(m.pg.act.over({ minutes: over }), `pg-terminate --idle ${over}m ${words}`), ...some];
}

function cells({ pid, state, stateMs, transactionMs, application, user, database }: Session): readonly string[] {
  const aborted = state.endsWith('(aborted)') ? ' aborted' : '';
  return [String(pid), ageOf(stateMs) + aborted, ageOf(transactionMs ?? 0), application || '-', user, database];
}
