import type { Button } from '../../domain/content.ts';
import type { PreparedTransaction, Session } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { ageOf } from '../age.ts';
import { sayButton } from '../ask/say.ts';
import type { Answered } from '../define.ts';
import { answerOf, endButton, hiddenNote, type Looking, tableOf } from './look.ts';

/** Transactions by age: while one is open, VACUUM keeps what it might still read. */
export async function longLook({ postgres, where, words: typed, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.longTransactions({ signal });
  const [longest] = seen.sessions;
  const rows = [
    ...seen.prepared.map((one) => ({ ms: one.ageMs, cells: preparedCells(one) })),
    ...seen.sessions.map((one) => ({ ms: one.transactionMs ?? 0, cells: sessionCells(one) })),
  ].toSorted((a, b) => b.ms - a.ms);
  const [first] = rows;
  if (!first) return answerOf(m.pg.long.none({ where }), ...hiddenNote(m, seen));
  const words = m.pg.long.found({ where, transactions: rows.length + seen.more, age: ageOf(first.ms) });
  const table = tableOf(
    whole,
    ['pid', 'tx', 'state', 'application', 'user', 'database'],
    rows.map(({ cells }) => cells),
    seen.more,
  );
  const last = longest ? [{ kind: 'text' as const, text: m.pg.lastStatement(longest) }] : [];
  const prepared =
    seen.prepared.length > 0 ? [{ kind: 'text' as const, text: m.pg.long.prepared(seen.prepared[0]!) }] : [];
  return answerOf(
    words,
    table,
    ...last,
    ...prepared,
    ...(longest ? [{ kind: 'buttons' as const, buttons: buttonsOf(longest, typed, m) }] : []),
    ...hiddenNote(m, seen),
  );
}

/** Ends what the longest does, or some of those that do the same. */
function buttonsOf(longest: Session, typed: string, m: Catalog): readonly Button[] {
  const verb = longest.state === 'active' ? 'pg-cancel' : 'pg-terminate';
  return [endButton(longest, typed, m), sayButton(m.pg.act.terminateSome, `${verb} ${typed}`)];
}

function sessionCells({ pid, transactionMs, state, application, user, database }: Session): readonly string[] {
  return [String(pid), ageOf(transactionMs ?? 0), state, application || '-', user, database];
}

function preparedCells({ ageMs, name, user, database }: PreparedTransaction): readonly string[] {
  return ['prepared', ageOf(ageMs), name, '-', user, database];
}
