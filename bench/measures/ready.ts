import { setTimeout as sleep } from 'node:timers/promises';
import { ms, type Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { median } from '../lib/stats.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';
import { measureMemory, memoryWords } from './memory.ts';

const FIRST_STARTS = 3;
const RESTARTS = 5;
const AT_REST_MS = 10_000;

/** From spawning the process to the first 200 of `/ready`, its own database server's start included; then what it takes at rest. */
export async function measureReady(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const dataDirs: string[] = [];
  const first: number[] = [];
  for (let i = 0; i < FIRST_STARTS; i++) {
    const dataDir = run.dataDir(`data-${i}`);
    const hikeshi = await startHikeshi(run, slack, dataDir);
    first.push(hikeshi.readyMs);
    dataDirs.push(dataDir);
    await hikeshi.stop();
  }
  const again: number[] = [];
  let hikeshi: Hikeshi | undefined;
  for (let i = 0; i < RESTARTS; i++) {
    await hikeshi?.stop();
    hikeshi = await startHikeshi(run, slack, dataDirs[0]!);
    again.push(hikeshi.readyMs);
  }
  const words = (times: readonly number[]): string =>
    `median ${ms(median(times))}, slowest ${ms(Math.max(...times))} (n=${times.length})`;
  await sleep(AT_REST_MS);
  const atRest = await measureMemory(hikeshi!);
  await hikeshi!.stop();
  return [
    {
      what: 'Ready after a restart, embedded PostgreSQL included',
      target: '< 1 s',
      ours: words(again),
      met: median(again) < 1_000,
    },
    { what: 'Ready on an empty directory: initdb, roles, migrations', ours: words(first) },
    { what: 'Memory at rest, 10 s after the start', ours: memoryWords(atRest) },
  ];
}
