import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLong } from '../support/long.ts';
import type { Scenario } from '../support/scenario.ts';
import { fullDisk, mayMount } from './disk.ts';
import { failovers } from './failover.ts';
import { postgresFaults } from './postgres.ts';
import { processFaults, socketMode, steppedClocks } from './processes.ts';
import { redisFaults } from './redis.ts';
import { slackFaults } from './slack.ts';

/** Those that wait longest come first, so that the others pass meanwhile. */
export function scenarios(): readonly Scenario[] {
  const all = [
    ...slackFaults,
    ...processFaults,
    ...failovers(),
    ...postgresFaults,
    ...redisFaults,
    ...socketMode,
    ...clocks(),
    ...disks(),
  ];
  const asked = isLong() ? all : all.filter((one) => !one.onlyLong);
  return asked.toSorted((a, b) => (b.recoversWithinMs ?? 0) - (a.recoversWithinMs ?? 0));
}

function clocks(): readonly Scenario[] {
  const library = findFaketime();
  if (library !== undefined) return steppedClocks(library);
  const why = 'libfaketime is not here (apt-get install faketime)';
  if (process.env['CI'] === 'true') throw new Error(`${why}, and with CI=true nothing is skipped`);
  console.warn(`SKIPPED: ${why}, so nothing is tested on a stepped clock`);
  return [];
}

function findFaketime(): string | undefined {
  const places = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return places
    .map((place) => join('/usr/lib', place, 'faketime', 'libfaketime.so.1'))
    .find((path) => existsSync(path));
}

function disks(): readonly Scenario[] {
  if (mayMount()) return fullDisk();
  console.warn('NOT RUN: a full disk, for no file system may be mounted here');
  return [];
}
