import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigFor, startCluster } from '../../sandbox/cluster/index.ts';
import { TOKENS } from '../../sandbox/cluster/server.ts';
import type { World } from '../../sandbox/cluster/world.ts';
import { endpoint } from '../lib/http.ts';
import { type Row, spreadWords } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { spreadOf } from '../lib/stats.ts';
import { type ApiClock, startApiClock } from '../parts/api-clock.ts';
import { type FakeSlack, until } from '../parts/fake-slack.ts';
import { startProgram } from '../parts/hikeshi.ts';
import { type Presser, presser } from '../parts/presses.ts';

const PRESSES = 300;
const WARM_UP = 20;
const WORKLOADS = 20;
const TURNS = 3;
const WITHIN_MS = 10_000;
const TARGET_MS = 15;

/** Many lines of each, of which the last one decides. */
const PERMISSIONS = Array.from(
  { length: 100 },
  (_, i) => `  - {who: ['@mika'], verbs: [scale], on: ['production/team${i}/*']}`,
);
const STRICT = `guardrails:
  protectedNamespaces: [kube-system, default]
  coolDown: 1s
  blastRadius: {actions: 5000, within: 10m}
  freezes: [{name: weekend, from: '2099-01-01', to: '2099-01-02'}]
permissions:
${PERMISSIONS.join('\n')}
  - {who: ['@hana'], verbs: [restart], on: ['production/shop/*']}
`;
const BARE = "roles: {operator: ['@hana']}\n";

interface Side {
  readonly press: Presser;
  readonly api: ApiClock;
  stop(): Promise<void>;
}

/**
 * An action that somebody asks for, until its preview stands before them, less what the API server took: rights, guardrails, audit, two
 * commits and the call that shows it are all that is left. Beside it the same program without a rule but who may.
 */
export async function measureGuards(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const cluster = await startCluster({ stepMs: 0 });
  fill(cluster.world);
  const [strict, bare] = [
    await open(run, slack, cluster.url, { name: 'strict', rules: STRICT }),
    await open(run, slack, cluster.url, { name: 'bare', rules: BARE }),
  ];
  const cold = await pressed(run, slack, strict, WARM_UP);
  await pressed(run, slack, bare, WARM_UP);
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(...(await pressed(run, slack, strict, run.count(PRESSES) / TURNS)));
    peer.push(...(await pressed(run, slack, bare, run.count(PRESSES) / TURNS)));
  }
  await Promise.all([strict.stop(), bare.stop(), cluster.close()]);
  const spread = spreadOf(ours);
  return [
    {
      what: 'An action asked for, until its preview, besides the API server: 101 permissions, 5 guardrails, audit',
      target: `p99 < ${TARGET_MS} ms`,
      ours: spreadWords(spread),
      cold: spreadWords(spreadOf(cold)),
      peer: `the same without rules: ${spreadWords(spreadOf(peer))}`,
      met: spread.count > 0 && spread.p99 < TARGET_MS,
    },
  ];
}

function fill(world: World): void {
  for (let i = 0; i < WORKLOADS; i++) world.create({ namespace: 'shop', name: `w${i}`, replicas: 2 });
}

async function open(
  run: Run,
  slack: FakeSlack,
  cluster: string,
  { name, rules }: { readonly name: string; readonly rules: string },
): Promise<Side> {
  const api = await startApiClock(cluster, run.now);
  const kubeconfig = join(run.dir, `${name}.kubeconfig`);
  await writeFile(kubeconfig, kubeconfigFor(api.url, TOKENS.operator));
  const config = `slack: {channel: alerts}\nenvironments: {production: {clusters: {main: {kubeconfig: ${kubeconfig}}}}}\n${rules}`;
  const store = { HIKESHI_DATA_DIR: run.dataDir(`guards-${name}`) };
  const { child, door, url } = await startProgram(run, slack, ['--embedded'], store, { config });
  const at = endpoint(url);
  return {
    press: presser(slack, at),
    api,
    async stop() {
      await Promise.all([at.close(), door.close()]);
      await child.stop('SIGINT', 12_000);
      await api.close();
    },
  };
}

/** One after the other: how long each took besides the API server, in ms. */
async function pressed(run: Run, slack: FakeSlack, { press, api }: Side, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const since = await slack.length();
    const from = run.now();
    await press.mention(`restart shop/w${n % WORKLOADS}`);
    const to = await until(WITHIN_MS, () => previewedAt(slack, since), 5);
    times.push(to - from - api.busy(from, to));
  }
  return times;
}

async function previewedAt(slack: FakeSlack, since: number): Promise<number | undefined> {
  const calls = await slack.calls('chat.postEphemeral', since);
  return calls.find((call) => !call.refused && JSON.stringify(call.args).includes('action-continue'))?.at;
}
