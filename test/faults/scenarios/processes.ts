import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../e2e/programs.ts';
import { lastingPort } from '../../support/ports.ts';
import type { Scenario } from '../support/scenario.ts';
import type { Site } from '../support/site.ts';

/** Programs come, go and die while alerts arrive; Slack delivers to the first port all the time. */
export const processFaults: readonly Scenario[] = [
  { fault: 'two replicas, one after the other replaced', start: pair, during: rolling },
  {
    fault: 'one of two replicas killed, leases of 60 s',
    onlyLong: true,
    start: pair,
    during: async (site, [, second]) => {
      await pause(700);
      await site.crash(second!);
    },
    recoversWithinMs: 100_000,
  },
  {
    fault: 'web and worker apart, the worker killed twice',
    start: async (site) => [await site.start({ args: ['--roles', 'web'] }), await worker(site)],
    during: async (site, [, first]) => {
      await pause(400);
      await site.kill(first!);
      const second = await worker(site);
      await pause(600);
      await site.kill(second);
      await worker(site);
    },
  },
  {
    fault: 'SIGTERM and a successor, three times',
    during: async (site, [first]) => {
      let program = first!;
      for (let times = 0; times < 3; times++) {
        await site.terminate(program);
        program = await site.start();
        await pause(300);
      }
    },
  },
];

/** The host's clock jumps; what the database says stays. Needs libfaketime. */
export function steppedClocks(faketime: string): readonly Scenario[] {
  const clockOf = (site: Site): string => join(site.dir, 'clock');
  const stepped = (fault: string, steps: readonly string[]): Scenario => ({
    fault,
    async start(site) {
      await writeFile(clockOf(site), '+0s');
      const env = {
        LD_PRELOAD: faketime,
        FAKETIME_TIMESTAMP_FILE: clockOf(site),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      };
      return [await site.start({ env })];
    },
    async during(site) {
      for (const step of steps) {
        await writeFile(clockOf(site), step);
        await pause(1_000);
      }
    },
    end: (site) => writeFile(clockOf(site), '+0s'),
  });
  return [
    stepped('the clock stepped an hour ahead', ['+3600s']),
    stepped('the clock stepped a day back', ['-86400s']),
    stepped('the clock jumping to and fro', ['+600s', '-600s', '+30d', '-30d']),
  ];
}

export const socketMode: readonly Scenario[] = [
  {
    fault: 'Socket Mode dropped six times',
    options: (site) => ({ ...site, socketMode: true }),
    async during({ slack }) {
      for (let times = 0; times < 6; times++) {
        if (times % 2 === 0) slack.sockets.dropAll();
        else slack.sockets.disconnect('refresh_requested');
        await pause(500);
      }
    },
  },
];

async function pair(site: Site): Promise<readonly Running[]> {
  const other = await lastingPort();
  return Promise.all([site.start(), site.start({ port: other })]);
}

/** As a Deployment is rolled: a new one is up before an old one is told to go. */
async function rolling(site: Site, programs: readonly Running[]): Promise<void> {
  const [first, second] = programs;
  await site.start({ port: await lastingPort() });
  await site.terminate(second!);
  await site.terminate(first!);
  await site.start();
}

async function worker(site: Site): Promise<Running> {
  return site.start({ args: ['--roles', 'worker'], port: await lastingPort() });
}
