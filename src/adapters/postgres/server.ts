import type { Postgres } from '../../ports/postgres.ts';
import { locks } from './server/locks.ts';
import { openLooks } from './server/look.ts';
import { replication } from './server/replication.ts';
import { connections, idleInTransaction, longTransactions, waits } from './server/sessions.ts';
import { settings } from './server/settings.ts';
import { byPids, sessionsOf, signal } from './server/signal.ts';
import { serverState } from './server/state.ts';
import { cache, sizes } from './server/tables.ts';

/** Opens no connection before the first look. @param options.name as config names it */
export function createPostgres({ name, url }: { readonly name: string; readonly url: string }): Postgres {
  const looks = openLooks(name, url);
  return {
    name,
    state: (options) => looks.look(options, serverState),
    connections: (options) => looks.look(options, connections),
    idleInTransaction: (options) => looks.look(options, idleInTransaction),
    locks: (options) => looks.look(options, locks),
    waits: (options) => looks.look(options, waits),
    longTransactions: (options) => looks.look(options, longTransactions),
    sizes: (options) => looks.look(options, sizes),
    replication: (options) => looks.look(options, replication),
    cache: (options) => looks.look(options, cache),
    settings: (options) => looks.look(options, settings),
    sessions: (wanted, options) => looks.look(options, (ask) => sessionsOf(ask, wanted)),
    byPids: (pids, options) => looks.look(options, (ask) => byPids(ask, pids)),
    signal: (how, wanted, options) => looks.look(options, (ask) => signal(ask, name, how, wanted)),
    close: () => looks.close(),
  };
}
