import type { Answered } from '../define.ts';
import { answerOf, type Looking, tableOf } from './look.ts';

/** Settings that wait for a restart, then those one looks at first. */
export async function settingsLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const { settings } = await postgres.settings({ signal });
  const pending = settings.filter((one) => one.pending).map(({ name }) => name);
  const words = pending.length > 0 ? m.pg.settings.pending({ where, names: pending }) : m.pg.settings.none({ where });
  const rows = settings.map(({ name, value, next, pending: waits }) => [name, value, waits ? (next ?? '?') : '']);
  return answerOf(words, tableOf(whole, ['setting', 'value', 'after restart'], rows));
}
