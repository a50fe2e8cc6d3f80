import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../support/scenario.ts';
import type { Site } from '../support/site.ts';
import { startStore } from '../support/store.ts';

/** PostgreSQL stops, starts, is slow, takes nobody, or is at the end of a bad line. */
export const postgresFaults: readonly Scenario[] = [
  {
    fault: 'PostgreSQL stopped, started again',
    options: async (site) => ({ ...site, store: await startStore() }),
    begin: ({ store }) => store.halt(),
    end: ({ store }) => store.revive(),
  },
  {
    fault: 'PostgreSQL killed, recovers',
    options: async (site) => ({ ...site, store: await startStore() }),
    begin: ({ store }) => store.crash(),
    end: ({ store }) => store.revive(),
    lastsMs: 1_000,
  },
  {
    fault: 'PostgreSQL restarted three times',
    options: async (site) => ({ ...site, store: await startStore() }),
    during: ({ store }) => restarts(store),
  },
  {
    fault: 'PostgreSQL out of connections',
    begin: async (site) => {
      await limitConnections(site, 0);
      await site.database.endSessions();
    },
    end: (site) => limitConnections(site, -1),
  },
  {
    fault: 'PostgreSQL read-only (demoted)',
    begin: async (site) => {
      await site.store.root.query(`alter database ${site.database.name} set default_transaction_read_only = on`);
      await site.database.endSessions();
    },
    end: async (site) => {
      await site.store.root.query(`alter database ${site.database.name} reset default_transaction_read_only`);
      await site.database.endSessions();
    },
  },
  {
    fault: 'PostgreSQL 60 ms away each way',
    begin: ({ lines }) => lines.postgres.delay(60),
    end: ({ lines }) => lines.postgres.heal(),
    lastsMs: 5_000,
  },
  {
    fault: 'PostgreSQL behind 48 KB/s',
    begin: ({ lines }) => lines.postgres.throttle(48_000),
    end: ({ lines }) => lines.postgres.heal(),
    lastsMs: 5_000,
  },
  {
    fault: 'PostgreSQL hangs 4 s, answers late',
    begin: ({ lines }) => lines.postgres.hang(),
    end: ({ lines }) => lines.postgres.heal(),
    lastsMs: 4_000,
  },
  {
    fault: 'PostgreSQL hangs 7 s, sessions lost',
    begin: ({ lines }) => lines.postgres.hang(),
    end: async ({ lines }) => {
      await lines.postgres.cut();
      await lines.postgres.heal();
    },
    lastsMs: 7_000,
  },
  {
    fault: 'PostgreSQL refuses connections',
    begin: ({ lines }) => lines.postgres.cut(),
    end: ({ lines }) => lines.postgres.heal(),
  },
  {
    fault: 'PostgreSQL resets every 150 ms',
    during: resets,
  },
];

async function restarts(store: Site['store']): Promise<void> {
  for (let times = 0; times < 3; times++) {
    await store.halt();
    await store.revive();
    await pause(400);
  }
}

async function resets({ lines }: Site): Promise<void> {
  for (let times = 0; times < 28; times++) {
    lines.postgres.reset();
    await pause(150);
  }
}

async function limitConnections({ store, database }: Site, limit: number): Promise<void> {
  await store.root.query(`alter database ${database.name} connection limit ${limit}`);
}
