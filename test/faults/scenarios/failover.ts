import type { Scenario } from '../support/scenario.ts';
import type { Site } from '../support/site.ts';
import { type Standby, startStandby } from '../support/standby.ts';
import { startStore } from '../support/store.ts';

/** The primary dies, and its standby takes over at the same address. */
export function failovers(): readonly Scenario[] {
  let standby: Standby;
  return [
    {
      fault: 'PostgreSQL fails over, synchronous standby',
      async options(site) {
        const store = await startStore();
        standby = await startStandby(store, { sync: true });
        return { ...site, store, standing: [() => standby.stop()] };
      },
      begin: ({ store }) => store.crash(),
      end: (site) => takeOver(site, standby),
      lastsMs: 1_000,
    },
  ];
}

async function takeOver({ lines, database }: Site, standby: Standby): Promise<void> {
  await standby.promote();
  lines.postgres.retarget(standby.port);
  await database.moveTo(standby.port);
}
