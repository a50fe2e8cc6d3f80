import { type Dialect, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Db } from '../../src/ports/database.ts';
import type { Schema } from '../../src/ports/schema.ts';

/** What statements with these words in them are answered. */
export type Fixed = readonly [
  words: RegExp,
  rows: readonly object[] | ((parameters: readonly unknown[]) => readonly object[]),
];

/** A store that always says the same, whatever was written to it. The first that fits answers; @throws Error when none does */
export function fixedDatabase(answers: readonly Fixed[]): Db {
  const rowsOf = (statement: string, parameters: readonly unknown[]): object[] => {
    const found = answers.find(([words]) => words.test(statement));
    if (!found) throw new Error(`scripts/examples/rows.ts has no answer to: ${statement}`);
    const [, rows] = found;
    return [...(typeof rows === 'function' ? rows(parameters) : rows)];
  };
  return new Kysely<Schema>({ dialect: dialectOf(rowsOf) });
}

const nothing = async (): Promise<void> => undefined;

function dialectOf(rowsOf: (statement: string, parameters: readonly unknown[]) => object[]): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => ({
      init: nothing,
      acquireConnection: async () => ({
        // What a statement gives is the caller's word with every driver.
        executeQuery: async <R>({
          sql,
          parameters,
        }: {
          readonly sql: string;
          readonly parameters: readonly unknown[];
        }) => ({
          rows: rowsOf(sql, parameters) as R[],
        }),
        streamQuery: () => {
          throw new Error('an example streams nothing');
        },
      }),
      beginTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing,
      releaseConnection: nothing,
      destroy: nothing,
    }),
  };
}
