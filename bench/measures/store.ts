import { join } from 'node:path';
import { cpuDuring, cpuOf, cpuOfFamily } from '../lib/cpu.ts';
import { type Endpoint, endpoint } from '../lib/http.ts';
import { answeredWell, latencies, openLoop, type Shot } from '../lib/load.ts';
import { cpuWords, perCent, type Row, spreadWords } from '../lib/result.ts';
import { ROOT, type Run } from '../lib/run.ts';
import { spreadOf } from '../lib/stats.ts';
import { webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { startHikeshi } from '../parts/hikeshi.ts';
import { withClient } from './commit.ts';

const RATE = 500;
const WARM_UP_S = 3;
const SECONDS = 10;

/** Webhooks of new groups at a fixed rate, each answered after its commit, beside a server that only inserts the body. */
export async function measureStore(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const hikeshi = await startHikeshi(run, slack, run.dataDir('store'));
  const bodies = Array.from({ length: RATE * (WARM_UP_S + SECONDS) }, (_, n) => webhookBody('Store', n));
  const server = await hikeshi.postgresPid();
  const shoot = async (pid: number, send: (body: string) => Promise<number>) => {
    const load = { rate: RATE, send: (n: number) => send(bodies[n]!), now: run.now };
    const cold = await openLoop({ ...load, from: 0, seconds: WARM_UP_S });
    const from = RATE * WARM_UP_S;
    const { done, used } = await cpuDuring([() => cpuOf(pid), () => cpuOfFamily(server)], () =>
      openLoop({ ...load, from, seconds: SECONDS }),
    );
    return { cold, warm: done, cpu: cpuWords(used, ['Node', 'PostgreSQL'], done.length) };
  };
  const ours = await shoot(hikeshi.pid, (body) => hikeshi.webhook(body));
  const bare = await startBareInsert(run, await hikeshi.databaseUrl());
  const peer = await shoot(bare.pid, (body) => bare.door.post('/', body, { 'content-type': 'application/json' }));
  await bare.stop();
  await hikeshi.stop();
  const well = answeredWell([...ours.cold, ...ours.warm]);
  const what = `Webhook stored and answered, ${RATE} new groups/s`;
  return [
    {
      what,
      target: 'p99 < 50 ms',
      ours: `${words(ours.warm)}, ${perCent(well)}`,
      cold: words(ours.cold),
      peer: `bare insert of the body: ${words(peer.warm)}`,
      met: well === 100 && spreadOf(latencies(ours.warm)).p99 < 50,
    },
    { what: `${what}: CPU for one`, ours: ours.cpu, peer: `bare insert: ${peer.cpu}` },
  ];
}

function words(shots: readonly Shot[]): string {
  return spreadWords(spreadOf(latencies(shots)));
}

interface BareInsert {
  readonly pid: number;
  readonly door: Endpoint;
  readonly stop: () => Promise<void>;
}

async function startBareInsert(run: Run, ownerUrl: string): Promise<BareInsert> {
  await withClient(ownerUrl, (client) =>
    client.query(`create schema bench;
      create table bench.bodies (id bigint generated always as identity primary key, body text not null,
        at timestamptz not null default now())`),
  );
  const args = ['--import', 'tsx', join('bench', 'bare-insert.ts'), ownerUrl];
  const child = run.children.start(process.execPath, args, {}, ROOT);
  const { url } = (await child.firstJson(20_000)) as { readonly url: string };
  const door = endpoint(url);
  return {
    pid: child.pid,
    door,
    async stop() {
      await door.close();
      await child.stop();
    },
  };
}
