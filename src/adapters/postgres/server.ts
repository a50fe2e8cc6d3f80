import type { Postgres } from '../../ports/postgres.ts';
import { openLooks } from './server/look.ts';
import { connections, idleInTransaction } from './server/sessions.ts';
import { serverState } from './server/state.ts';

/** Opens no connection before the first look. @param options.name as config names it */
export function createPostgres({ name, url }: { readonly name: string; readonly url: string }): Postgres {
  const looks = openLooks(name, url);
  return {
    name,
    state: (options) => looks.look(options, serverState),
    connections: (options) => looks.look(options, connections),
    idleInTransaction: (options) => looks.look(options, idleInTransaction),
    close: () => looks.close(),
  };
}
