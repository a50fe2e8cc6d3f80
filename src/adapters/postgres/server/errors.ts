import pg from 'pg';
import { PostgresError, type PostgresErrorKind } from '../../../ports/postgres.ts';
import { isStorageFault } from '../faults.ts';

/** By SQLSTATE (PostgreSQL's appendix "Error Codes"), or its first two characters. */
const KINDS: Readonly<Record<string, PostgresErrorKind>> = {
  '25006': 'invalid',
  '53300': 'full',
  '28': 'unauthorized',
  '3D000': 'misconfigured',
  '42501': 'forbidden',
  '55P03': 'slow',
  '57014': 'slow',
};

/** @param database as config names it */
export function postgresError(error: unknown, database: string): unknown {
  if (!(error instanceof Error) || error instanceof PostgresError) return error;
  return new PostgresError(kindOf(error), database, wordsOf(error), { cause: error });
}

function kindOf(error: Error): PostgresErrorKind {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = KINDS[code] ?? KINDS[code.slice(0, 2)];
  if (known && error instanceof pg.DatabaseError) return known;
  if (error.message.startsWith('Query read timeout')) return 'slow';
  if (isStorageFault(error)) return 'away';
  return error instanceof pg.DatabaseError ? 'invalid' : 'misconfigured';
}

function wordsOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map((one: unknown) => String(one)).join(', ') : error.message;
}
