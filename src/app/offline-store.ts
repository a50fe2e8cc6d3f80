import { openDatabase } from '../adapters/postgres/database.ts';
import { attachEmbedded } from '../adapters/postgres/embedded.ts';
import type { RuntimeEnv } from '../config/config.ts';
import { sentences } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';
import { createCleanups } from './cleanups.ts';
import { databaseTroubleInWords } from './database-words.ts';
import { type Asked, languageFor, loadFromEnvironment, printProblems } from './load.ts';
import { createLog } from './log.ts';
import { wrong } from './stderr.ts';

/** Reading everything takes as long as it takes. */
const STATEMENT_MS = 30 * 60_000;

/**
 * For the program's words that look at the store without serving: opens it, works, closes. With `--embedded` it is that of
 * the process that runs on the same data directory.
 * @returns the exit code of `work`, or 2 when it could not be done at all: 1 is for what `work` found
 */
export async function withDatabase(
  options: { readonly embedded?: boolean; readonly asked?: Asked; readonly as: 'app' | 'owner' },
  work: (db: Db) => Promise<number>,
): Promise<number> {
  const { asked = {}, embedded = false } = options;
  const loaded = loadFromEnvironment({ env: process.env, asked, embedded, needs: ['database'] });
  if (!loaded.config) return printProblems(loaded, process.env, asked, 2);
  const { env } = loaded.config;
  const log = createLog('warn');
  const cleanups = createCleanups(log);
  const store = storeOf(env, options.as);
  try {
    const url = await store.url();
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
    return wrong(
      databaseTroubleInWords(error, store.variable, sentences(languageFor(loaded, process.env, asked)).found),
    );
  } finally {
    await cleanups.run(5_000);
  }
}

interface NamedStore {
  /** What names it, for words about trouble with it. */
  readonly variable: string;
  readonly url: () => Promise<string>;
}

/** The loader has made sure that there is one. */
function storeOf(env: RuntimeEnv, as: 'app' | 'owner'): NamedStore {
  if (env.embedded) {
    const url = async () => (await attachEmbedded(env.dataDir))[as === 'owner' ? 'ownerUrl' : 'appUrl'];
    return { variable: 'HIKESHI_DATA_DIR', url };
  }
  const { databaseUrl, databaseMigrateUrl } = env;
  if (databaseMigrateUrl && (as === 'owner' || !databaseUrl))
    return { variable: 'DATABASE_MIGRATE_URL', url: async () => databaseMigrateUrl.reveal() };
  return { variable: 'DATABASE_URL', url: async () => databaseUrl!.reveal() };
}
