import { migrate } from '../adapters/postgres/migrate.ts';
import { sentences } from '../messages/catalog.ts';
import { databaseTroubleInWords } from './database-words.ts';
import { type Asked, languageFor, loadFromEnvironment, printProblems } from './load.ts';
import { createLog } from './log.ts';
import { wrong } from './stderr.ts';
import { ourMigrations } from './store.ts';

/** Applies what is missing, as the owner; answers the exit code. */
export async function runMigrate(asked: Asked): Promise<number> {
  const loaded = loadFromEnvironment({ env: process.env, asked, needs: ['database'] });
  if (!loaded.config) return printProblems(loaded, process.env, asked);
  const { cli, found } = sentences(languageFor(loaded, process.env, asked));
  const { databaseUrl, databaseMigrateUrl, logLevel } = loaded.config.env;
  const url = databaseMigrateUrl ?? databaseUrl;
  if (!url) return wrong(cli.migrate.noUrl, 1);
  const appRole = decodeURIComponent(new URL((databaseUrl ?? url).reveal()).username);
  try {
    const applied = await migrate({
      url: url.reveal(),
      appRole,
      migrations: await ourMigrations(),
      log: createLog(logLevel),
    });
    process.stdout.write(
      `${applied.length > 0 ? cli.migrate.applied({ migrations: applied }) : cli.migrate.nothing}\n`,
    );
    return 0;
  } catch (error) {
    const variable = databaseMigrateUrl ? 'DATABASE_MIGRATE_URL' : 'DATABASE_URL';
    return wrong(`migrate: ${databaseTroubleInWords(error, variable, found)}`, 1);
  }
}
