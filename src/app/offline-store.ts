import { openDatabase } from '../adapters/postgres/database.ts';
import { attachEmbedded } from '../adapters/postgres/embedded.ts';
import type { Db } from '../ports/database.ts';
import { createCleanups } from './cleanups.ts';
import { loadFromEnvironment, printProblems } from './load.ts';
import { createLog } from './log.ts';
import { wordsOf, wrong } from './stderr.ts';

/** Reading everything takes as long as it takes. */
const STATEMENT_MS = 30 * 60_000;

/**
 * For the program's words that look at the store without serving: opens it, works, closes. With `--embedded` it is that of
 * the process that runs on the same data directory.
 * @returns the exit code of `work`, or 1 when there is no store
 */
export async function withDatabase(
  options: { readonly embedded?: boolean; readonly as: 'app' | 'owner' },
  work: (db: Db) => Promise<number>,
): Promise<number> {
  const loaded = loadFromEnvironment({ env: process.env, embedded: options.embedded ?? false, needs: ['database'] });
  if (!loaded.config) return printProblems(loaded.problems);
  const { env } = loaded.config;
  const log = createLog('warn');
  const cleanups = createCleanups(log);
  try {
    const urls = env.embedded
      ? await attachEmbedded(env.dataDir)
      : { appUrl: env.databaseUrl?.reveal(), ownerUrl: env.databaseMigrateUrl?.reveal() ?? env.databaseUrl?.reveal() };
    const url = options.as === 'owner' ? urls.ownerUrl : (urls.appUrl ?? urls.ownerUrl);
    if (url === undefined) throw new Error('DATABASE_URL: is not set');
    const database = openDatabase({
      url,
      applicationName: 'hikeshi-audit',
      poolMax: 1,
      receivingMax: 1,
      statementTimeoutMs: STATEMENT_MS,
      connectTimeoutMs: 10_000,
      onIdleError: () => undefined,
    });
    cleanups.add('database', () => database.close());
    return await work(database.db);
  } catch (error) {
    return wrong(wordsOf(error), 1);
  } finally {
    await cleanups.run(5_000);
  }
}
