import type { TableSize } from '../../domain/postgres.ts';
import { bytesText } from '../bytes.ts';
import type { Answered } from '../define.ts';
import { answerOf, type Looking, percentText, tableOf } from './look.ts';

/** The manuals' top 20. */
const ROWS = 20;

/** The largest tables, with what is dead or empty in them. */
export async function sizesLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.sizes({ signal });
  const words = m.pg.sizes.found({
    where,
    database: seen.database,
    size: bytesText(seen.databaseBytes),
    tables: seen.tables.length,
  });
  const lines = [
    ...(seen.tables.some(({ bloat }) => bloat === undefined) ? [m.pg.sizes.noEstimate()] : []),
    ...(seen.locked > 0 ? [m.pg.sizes.locked({ locked: seen.locked })] : []),
  ];
  const table = tableOf(whole, ['table', 'total', 'heap', 'indexes', 'dead', 'bloat'], seen.tables.map(cells), 0, ROWS);
  return answerOf(
    words,
    ...(seen.tables.length > 0 ? [table] : []),
    ...(lines.length > 0 ? [{ kind: 'context' as const, lines }] : []),
  );
}

function cells({ table, total, heap, indexes, deadShare, bloat }: TableSize): readonly string[] {
  const [of, inHeap, inIndexes] = [total, heap, indexes].map(bytesText);
  return [
    table,
    of!,
    inHeap!,
    inIndexes!,
    percentText(deadShare),
    bloat === undefined ? '?' : `~${percentText(bloat)}`,
  ];
}
