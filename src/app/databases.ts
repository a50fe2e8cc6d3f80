import { createPostgres } from '../adapters/postgres/server.ts';
import type { Config } from '../config/config.ts';
import type { Databases } from '../core/databases.ts';
import type { Cleanups } from './cleanups.ts';

/** The configured servers of other people's, by environment; nothing is connected before the first look. */
export function openDatabases(config: Config, cleanups: Cleanups): Databases {
  return new Map(
    Object.values(config.environments)
      .filter(({ databases }) => databases.length > 0)
      .map(({ name: environment, databases }) => {
        const opened = databases.map(({ name, url }) => createPostgres({ name, url: url.reveal() }));
        for (const one of opened) cleanups.add(`database ${environment}/${one.name}`, () => one.close());
        return [environment, new Map(opened.map((one) => [one.name, one] as const))] as const;
      }),
  );
}
