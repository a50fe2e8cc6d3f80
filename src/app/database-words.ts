import { isStorageFault } from '../adapters/postgres/faults.ts';
import { UserError } from '../domain/errors.ts';
import type { Words } from './check.ts';
import { wordsOf } from './stderr.ts';

/** What is wrong with a store, and what to do; the variable that led there is in the remedy or before it. */
export interface DatabaseTrouble {
  readonly detail: string;
  readonly remedy: string;
}

/** By PostgreSQL's SQLSTATE (appendix "Error Codes"), or its first two characters. */
const REMEDIES: Readonly<Record<string, keyof Words['store']['remedies']>> = {
  '28': 'credentials',
  '3D000': 'absent',
  '42501': 'role',
  '42P01': 'tables',
};

/** @param variable what named the store: `DATABASE_URL`, or `HIKESHI_DATA_DIR` when it is the embedded one */
export function databaseTrouble(error: unknown, variable: string, { store }: Words): DatabaseTrouble {
  const say = (which: keyof typeof store.remedies): string => store.remedies[which]({ variable });
  if (error instanceof UserError) {
    const { remedy, ...rest } = error.params;
    const what = Object.values(rest).filter((value) => value !== undefined);
    return { detail: [error.code, ...what].join(' '), remedy: String(remedy ?? say('look')) };
  }
  const code = codeOf(error);
  const known = REMEDIES[code] ?? REMEDIES[code.slice(0, 2)];
  if (known) return { detail: wordsOf(error), remedy: say(known) };
  const detail = error instanceof AggregateError ? error.errors.map(wordsOf).join(', ') : wordsOf(error);
  return { detail, remedy: say(isStorageFault(error) ? 'away' : 'look') };
}

/** `DATABASE_URL: connect ECONNREFUSED 127.0.0.1:5432; check host and port in DATABASE_URL, …`. */
export function databaseTroubleInWords(error: unknown, variable: string, words: Words): string {
  const { detail, remedy } = databaseTrouble(error, variable, words);
  return `${variable}: ${detail}; ${remedy}`;
}

/** Of the error, or of what caused it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}
