import { isStorageFault } from '../adapters/postgres/faults.ts';
import { UserError } from '../domain/errors.ts';
import { wordsOf } from './stderr.ts';

/** What is wrong with a store, and what to do; the variable that led there is in the remedy or before it. */
export interface DatabaseTrouble {
  readonly detail: string;
  readonly remedy: string;
}

/** By PostgreSQL's SQLSTATE (appendix "Error Codes"), or its first two characters. */
const REMEDIES: Readonly<Record<string, (variable: string) => string>> = {
  '28': (variable) => `check user and password in ${variable}`,
  '3D000': (variable) => `create the database, or name another one in ${variable}`,
  '42501': (variable) =>
    `check which role ${variable} logs in with; \`hikeshi migrate\` grants rights to that of DATABASE_URL`,
  '42P01': () => 'run `hikeshi migrate`',
};

/** @param variable what named the store: `DATABASE_URL`, or `HIKESHI_DATA_DIR` when it is the embedded one */
export function databaseTrouble(error: unknown, variable: string): DatabaseTrouble {
  if (error instanceof UserError) {
    const { remedy, ...rest } = error.params;
    const what = Object.values(rest).filter((value) => value !== undefined);
    return { detail: [error.code, ...what].join(' '), remedy: String(remedy ?? `check ${variable}`) };
  }
  const code = codeOf(error);
  const known = REMEDIES[code] ?? REMEDIES[code.slice(0, 2)];
  if (known) return { detail: wordsOf(error), remedy: known(variable) };
  const away = `check host and port in ${variable}, and that the server runs and takes connections from here`;
  const detail = error instanceof AggregateError ? error.errors.map(wordsOf).join(', ') : wordsOf(error);
  return { detail, remedy: isStorageFault(error) ? away : `check ${variable}` };
}

/** `DATABASE_URL: connect ECONNREFUSED 127.0.0.1:5432; check host and port in DATABASE_URL, …`. */
export function databaseTroubleInWords(error: unknown, variable: string): string {
  const { detail, remedy } = databaseTrouble(error, variable);
  return `${variable}: ${detail}; ${remedy}`;
}

/** Of the error, or of what caused it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}
