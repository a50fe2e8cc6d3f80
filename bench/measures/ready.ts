import { ms, type Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { median } from '../lib/stats.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';

const FIRST_STARTS = 3;
const RESTARTS = 5;

export interface Starts {
  readonly rows: readonly Row[];
  /** Made by the first starts, and free. */
  readonly dataDirs: readonly string[];
  /** The last one started, still running. */
  readonly hikeshi: Hikeshi;
}

/** From spawning the process to the first 200 of `/ready`, its own database server's start included. */
export async function measureReady(run: Run, slack: FakeSlack): Promise<Starts> {
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
  const rows: Row[] = [
    {
      what: 'Ready after a restart, embedded PostgreSQL included',
      target: '< 1 s',
      ours: words(again),
      met: median(again) < 1_000,
    },
    { what: 'Ready on an empty directory: initdb, roles, migrations', ours: words(first) },
  ];
  return { rows, dataDirs: dataDirs.slice(1), hikeshi: hikeshi! };
}
