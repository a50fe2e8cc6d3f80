import { setTimeout as sleep } from 'node:timers/promises';
import { answeredWell, isStored, openLoop } from '../lib/load.ts';
import { ms, perCent, type Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';
import { measureMemory, memoryWords } from './memory.ts';

const BURST = 5_000;
const WITHIN_MS = 250;
const STORED_WITHIN_MS = 5_000;
const MEMORY_BYTES = 200 * 1024 * 1024;
const AFTER_MS = 60_000;

/** So many new groups at once, and what the program takes a minute later, when all of them are open. */
export async function measureBurst(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const hikeshi = await startHikeshi(run, slack, run.dataDir('burst'));
  const count = run.count(BURST);
  const burst = await burstOf(run, hikeshi, count);
  await sleep(AFTER_MS);
  const memory = await measureMemory(hikeshi);
  await hikeshi.stop();
  const met = memory.node === undefined ? {} : { met: memory.node < MEMORY_BYTES };
  const what = `Memory a minute after, with ${count} open incidents`;
  return [burst, { what, target: '< 200 MiB', ours: memoryWords(memory), ...met }];
}

/** All at once, by as many connections as the load has. */
async function burstOf(run: Run, hikeshi: Hikeshi, count: number): Promise<Row> {
  const bodies = Array.from({ length: count }, (_, n) => webhookBody('Burst', n));
  const rate = (count * 1_000) / WITHIN_MS;
  const send = (n: number): Promise<number> => hikeshi.webhook(bodies[n]!);
  const shots = await openLoop({ rate, seconds: WITHIN_MS / 1_000, from: 0, send, now: run.now });
  const well = answeredWell(shots);
  const took = Math.max(...shots.map((s) => s.answered)) - Math.min(...shots.map((s) => s.due));
  const stored = shots.filter(isStored).length;
  return {
    what: `Burst of ${count} new groups within ${WITHIN_MS} ms`,
    target: 'no 5xx, answered in ≤ 5 s',
    ours: `${perCent(well)}, all stored after ${ms(took)}, ${Math.round((stored * 1_000) / took)}/s`,
    met: well === 100 && took <= STORED_WITHIN_MS,
  };
}
