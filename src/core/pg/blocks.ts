import type { Block } from '../../domain/content.ts';
import { type LockNode, lockTree } from '../../domain/lock-tree.ts';
import type { LockSession, Locks } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { ageOf } from '../age.ts';
import type { Answered } from '../define.ts';
import { answerOf, endButton, hiddenNote, type Looking, tableOf } from './look.ts';

/** Who waits for a lock, as a tree under whom they wait for. */
export async function blocksLook({ postgres, where, words: typed, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.locks({ signal });
  const tree = lockTree(seen.sessions);
  const [first] = tree;
  if (!first) return answerOf(m.pg.blocks.none({ where }), ...hiddenNote(m, seen));
  const { session, holdsUp } = first;
  const words = m.pg.blocks.found({
    where,
    waiting: seen.sessions.filter(({ wants }) => wants !== undefined).length,
    pid: session.pid,
    application: session.application,
    state: session.state,
    age: ageOf(session.transactionMs ?? session.stateMs),
    holdsUp,
  });
  const table = tableOf(whole, ['pid', 'for', 'doing', 'application', 'user'], tree.map(cells));
  const last = session.pid === 0 ? m.pg.blocks.prepared() : m.pg.lastStatement(session);
  return answerOf(
    words,
    table,
    { kind: 'text', text: last },
    ...unaskedNote(m, seen),
    ...(session.pid === 0 ? [] : [{ kind: 'buttons' as const, buttons: [endButton(session, typed, m)] }]),
    ...hiddenNote(m, seen),
  );
}

/** Says that the tree was looked at only in part. */
export function unaskedNote(m: Catalog, { unasked }: Pick<Locks, 'unasked'>): readonly Block[] {
  return unasked === 0 ? [] : [{ kind: 'context', lines: [m.pg.blocks.unasked({ unasked })] }];
}

function cells({ session, depth }: LockNode<LockSession>): readonly string[] {
  const { pid, wants, state, stateMs, transactionMs, application, user } = session;
  const indent = depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `;
  const age = pid === 0 ? '-' : ageOf((wants === undefined ? transactionMs : undefined) ?? stateMs);
  return [
    indent + (pid === 0 ? 'prepared' : String(pid)),
    age,
    wants === undefined ? state || '-' : `waits for ${wants}`,
    application || '-',
    user || '-',
  ];
}
