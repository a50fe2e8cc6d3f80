import { bytesText } from '../bytes.ts';
import type { Answered } from '../define.ts';
import { answerOf, type Looking, percentText, tableOf } from './look.ts';

/** How much was found in memory, and which tables were read from disk. */
export async function cacheLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const { database, hits, sharedBuffers, since, temporaryBytes, tables } = await postgres.cache({ signal });
  const temporary = bytesText(temporaryBytes);
  const words = m.pg.cache.found({ where, database, hits: percentText(hits), sharedBuffers, since, temporary });
  const rows = tables.map((one) => [one.table, percentText(one.hits), bytesText(one.readBytes)]);
  return answerOf(words, ...(rows.length > 0 ? [tableOf(whole, ['table', 'hits', 'read'], rows)] : []));
}
