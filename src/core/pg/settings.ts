import type { Block } from '../../domain/content.ts';
import type { SettingException } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Answered } from '../define.ts';
import { answerOf, type Looking, tableOf } from './look.ts';

/** What fits a phone below the settings themselves. */
const EXCEPTIONS_SHOWN = 8;

/** Settings that wait for a restart, then those one looks at first. */
export async function settingsLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const { settings, exceptions } = await postgres.settings({ signal });
  const pending = settings.filter((one) => one.pending).map(({ name }) => name);
  const words = pending.length > 0 ? m.pg.settings.pending({ where, names: pending }) : m.pg.settings.none({ where });
  const rows = settings.map(({ name, value, next, pending: waits }) => [name, value, waits ? (next ?? '?') : '']);
  const table = tableOf(whole, ['setting', 'value', 'after restart'], rows);
  const unknown = settings.filter(({ value }) => value === '?').map(({ name }) => name);
  return answerOf(
    words,
    table,
    ...(unknown.length > 0 ? [{ kind: 'text' as const, text: m.pg.settings.unknown({ names: unknown }) }] : []),
    ...exceptionBlocks(exceptions, whole, m),
  );
}

function exceptionBlocks(exceptions: readonly SettingException[], whole: boolean, m: Catalog): readonly Block[] {
  if (exceptions.length === 0) return [];
  const rows = exceptions.map(({ name, value, role, database }) => [name, value, role ?? 'all', database ?? 'all']);
  return [
    { kind: 'text', text: m.pg.settings.exceptions() },
    tableOf(whole, ['setting', 'value', 'role', 'database'], rows, 0, EXCEPTIONS_SHOWN),
  ];
}
