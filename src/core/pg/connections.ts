import type { Button } from '../../domain/content.ts';
import type { Connections } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { sayButton } from '../ask/say.ts';
import type { Answered } from '../define.ts';
import { answerOf, hiddenNote, type Looking, tableOf } from './look.ts';

/** By application and state, and how many are left. */
export async function connectionsLook({ postgres, where, words: typed, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.connections({ signal });
  const { max, reserved, hidden, groups } = seen;
  const words = m.pg.connections.found({ where, used: takenOf(seen, 'all'), free: max - reserved, max, reserved });
  const states = m.pg.connections.states({
    active: takenOf(seen, 'active'),
    idleInTransaction: takenOf(seen, 'idleInTransaction'),
    idle: takenOf(seen, 'idle'),
    hidden,
  });
  const rows = groups.map((group) => [
    group.application || '-',
    ...[group.all, group.active, group.idleInTransaction, group.idle].map(String),
  ]);
  const table = tableOf(whole, ['application', 'all', 'active', 'in tx', 'idle'], rows);
  const next =
    takenOf(seen, 'idleInTransaction') > 0 ? [{ kind: 'buttons' as const, buttons: nextButtons(typed, m) }] : [];
  return answerOf(words, { kind: 'text', text: states }, table, ...next, ...hiddenNote(m, seen));
}

/** Of what is idle in transaction: who these are, or to end some. */
function nextButtons(words: string, m: Catalog): readonly Button[] {
  return [
    sayButton(m.pg.connections.idleOnes, `pg idle ${words}`),
    sayButton(m.pg.act.terminateSome, `pg-terminate ${words}`),
  ];
}

/** Connections of all applications in this state. */
export function takenOf({ groups }: Connections, of: 'all' | 'active' | 'idleInTransaction' | 'idle'): number {
  return groups.reduce((all, group) => all + group[of], 0);
}
