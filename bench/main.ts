import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from './lib/result.ts';
import { openRun, ROOT, type Run } from './lib/run.ts';
import { machineWords, tableOf, writeBetweenMarks } from './lib/table.ts';
import { measureAcks } from './measures/acks.ts';
import { liftPace, measureCommit } from './measures/commit.ts';
import { measureHistory } from './measures/history.ts';
import { measureLost } from './measures/lost.ts';
import { measureMemory, memoryWords } from './measures/memory.ts';
import { measureNotify } from './measures/notify.ts';
import { measureReady } from './measures/ready.ts';
import { measureReplicas } from './measures/replicas.ts';
import { measureBurst, measureStore } from './measures/store.ts';
import { measureStorm } from './measures/storm.ts';
import { startAlertmanager } from './parts/alertmanager.ts';
import { type FakeSlack, startFakeSlack } from './parts/fake-slack.ts';
import { startHikeshi } from './parts/hikeshi.ts';

/**
 * `npm run bench [-- --write] [-- --long]`: the figures of the design, with their peers, in one run of about eight minutes. Long,
 * by a quarter of an hour more: 300 groups into one channel at Slack's pace.
 */
const LONG = process.argv.includes('--long');
const PAGE = join(ROOT, 'docs', 'benchmarks.md');
const AT_REST_MS = 10_000;
const AFTER_BURST_MS = 60_000;
const LONGEST_MS = (LONG ? 40 : 20) * 60_000;

async function measure(run: Run): Promise<string> {
  const began = performance.now();
  const slack = await startFakeSlack(run);
  run.say('starting and restarting ...');
  const { rows: ready, dataDirs, hikeshi } = await measureReady(run, slack);
  run.say('memory at rest ...');
  await sleep(AT_REST_MS);
  const atRest: Row = { what: 'Memory at rest, 10 s after the start', ours: memoryWords(await measureMemory(hikeshi)) };
  const admin = await hikeshi.databaseUrl('admin');
  const commit = await measureCommit(admin);
  await liftPace(admin);

  run.say('webhook to Slack call, and Alertmanager beside it ...');
  const alertmanager = await startAlertmanager(run, slack);
  if (!alertmanager) run.say('peer missing: no prometheus-alertmanager or alertmanager on the PATH');
  const commitMs = commit.spread.p50;
  const notified = await measureNotify({ run, slack, hikeshi, alertmanager, commitMs });
  await alertmanager?.stop();
  run.say('clicks and commands, and Bolt beside them ...');
  const acked = await measureAcks({ run, slack, hikeshi });
  await hikeshi.stop();

  run.say('webhooks at a fixed rate, and a bare insert beside them ...');
  const storing = await startHikeshi(run, slack, dataDirs[0]!);
  const stored = await measureStore(run, storing);
  await storing.stop();
  run.say('a burst, and a minute of rest ...');
  const burst = await measureBurstAndRest(run, slack, dataDirs[1]!);

  run.say('a storm and the pace, with what somebody presses meanwhile ...');
  const storm = await orSaid('A storm and the pace', measureStorm(run, slack, LONG));
  run.say('over 100,000 past incidents ...');
  const history = await orSaid('Over past incidents', measureHistory(run, slack));
  run.say('one worker and two ...');
  const replicas = await orSaid('Two workers beside one', measureReplicas(run, slack));
  run.say('under faults, and Alertmanager beside it ...');
  const lost = await orSaid('Lost under faults', measureLost(run, slack));

  const rows = [
    ...stored,
    ...notified,
    ...acked,
    ...storm,
    ...history,
    ...replicas,
    ...lost,
    ...burst,
    ...ready,
    atRest,
  ];
  const about = {
    commit: commit.spread,
    postgres: commit.serverVersion,
    inMemory: run.inMemory,
    loadBefore: run.loadBefore,
  };
  const seconds = Math.round((performance.now() - began) / 1000);
  return `${await machineWords({ ...about, seconds })}\n\n${tableOf(rows)}`;
}

/** A measure that could not be taken on this machine stays in the table as such, and the others are taken all the same. */
async function orSaid(what: string, measured: Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await measured;
  } catch (error) {
    return [{ what, ours: `not measured: ${error instanceof Error ? error.message : String(error)}`, met: false }];
  }
}

async function measureBurstAndRest(run: Run, slack: FakeSlack, dataDir: string): Promise<readonly Row[]> {
  const hikeshi = await startHikeshi(run, slack, dataDir);
  const burst = await measureBurst(run, hikeshi);
  await sleep(AFTER_BURST_MS);
  const memory = await measureMemory(hikeshi);
  await hikeshi.stop();
  const target = { target: '< 200 MiB', ...(memory.node !== undefined && { met: memory.node < 200 * 1024 * 1024 }) };
  return [burst, { what: 'Memory a minute after, with 5000 open incidents', ...target, ours: memoryWords(memory) }];
}

const run = await openRun();
let closing: Promise<void> | undefined;
const end = async (code: number): Promise<void> => {
  closing ??= run.close();
  await closing;
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(130));
setTimeout(() => {
  console.error(`not finished after ${LONGEST_MS / 1000} s: given up`);
  void end(1);
}, LONGEST_MS).unref();

try {
  const text = await measure(run);
  console.log(text);
  if (process.argv.includes('--write')) await writeBetweenMarks(PAGE, text);
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}
