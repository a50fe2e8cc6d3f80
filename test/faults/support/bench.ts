import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Running } from '../../e2e/programs.ts';
import { type Tally, tally } from './judge.ts';
import { createReport, type Report } from './report.ts';
import { openSite, type Site, type SiteOptions } from './site.ts';
import { type Store, startStore } from './store.ts';
import { soon } from './waits.ts';

/** What all cases share: one PostgreSQL, one table of results; each case has a site of its own. */
export interface Bench {
  readonly report: Report;
  site(options?: SiteOptions): Promise<Site>;
  /** A site that is closed when `work` is done, for cases that run at the same time. */
  within<T>(options: SiteOptions, work: (site: Site) => Promise<T>): Promise<T>;
  /** Closes the sites of the case that has ended. */
  closeSites(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A bench for the file's tests, and the table of results after them; the sites of a case are closed with it.
 * @returns it, from the first test on
 */
export function useBench(): () => Bench {
  let bench: Bench;
  beforeAll(async () => {
    // Every program and every Redis hangs on the end of this process.
    process.setMaxListeners(200);
    bench = await openBench();
  });
  afterEach(() => bench.closeSites());
  afterAll(async () => {
    console.log(`\n${bench.report.text()}\n`);
    await bench.close();
  });
  return () => bench;
}

async function openBench(): Promise<Bench> {
  const store: Store = await startStore();
  const sites = new Set<Site>();
  const closeSites = async (): Promise<void> => {
    const ending = [...sites];
    sites.clear();
    await Promise.all(ending.map((site) => site.close()));
  };
  return {
    report: createReport(),
    async site(options) {
      const site = await openSite(store, options);
      sites.add(site);
      return site;
    },
    async within(options, work) {
      const site = await openSite(store, options);
      try {
        return await work(site);
      } finally {
        await site.close();
      }
    },
    closeSites,
    async close() {
      await closeSites();
      await store.stop();
    },
  };
}

/** Killed when `reached` says so; answers when it is gone. */
export async function killAt(site: Site, program: Running, reached: Promise<unknown>): Promise<void> {
  await soon(reached, 'the point to kill at');
  await site.kill(program);
}

/** Starts a successor; answers with the time from its start until `seen` was true of the workspace. */
export async function recover(site: Site, seen: () => unknown): Promise<number> {
  const began = performance.now();
  await site.start();
  await site.slack.until(seen, 30_000);
  return performance.now() - began;
}

/** Starts a successor; answers with the time from its start until nothing is due and nothing on its way. */
export async function recoverToRest(site: Site): Promise<number> {
  const began = performance.now();
  await site.start();
  await site.atRest();
  return performance.now() - began;
}

/** Waits for rest, counts, and puts a line into the table. */
export async function settle(
  { report }: Bench,
  site: Site,
  result: { readonly fault: string; readonly names: readonly string[]; readonly recoveryMs?: number },
): Promise<Tally> {
  await site.atRest();
  const counted = tally(site.slack, result.names);
  const { fault, recoveryMs } = result;
  report.add({ fault, ...counted, ...(recoveryMs !== undefined && { recoveryMs }) });
  return counted;
}

/** Everything that was sent is there, once. */
export const whole = (sent: number): Tally => ({ sent, shown: sent, lost: 0, doubled: 0 });
