import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kubeconfigFor, startCluster } from '../../sandbox/cluster/index.ts';
import { TOKENS } from '../../sandbox/cluster/server.ts';
import { endpoint } from '../lib/http.ts';
import { ms, type Row, spreadWords } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { median, spreadOf } from '../lib/stats.ts';
import { type FakeSlack, until } from '../parts/fake-slack.ts';
import { startProgram } from '../parts/hikeshi.ts';
import { type Presser, presser } from '../parts/presses.ts';

const ASKS = 40;
const WARM_UP = 5;
const PODS = 20;
const CROWD = 1_000;
const WITHIN_MS = 15_000;
/** Of kubectl's own time. */
const SHARE = 0.3;
const WHY_MS = 2_000;

const CLUSTER = 'HIKESHI_TEST_KUBECONFIG';

/**
 * What somebody waits for an answer about a cluster: from the words to the message in Slack. Beside it kubectl, asked the same of the same
 * API server in turns. And `why`, where a namespace is crowded, on the simulated one.
 */
export async function measureAsk(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  return [...(await besideKubectl(run, slack)), await crowded(run, slack)];
}

interface Asker {
  /** From the words to the answer, ms. */
  readonly ask: (words: string) => Promise<number>;
  stop(): Promise<void>;
}

async function open(run: Run, slack: FakeSlack, name: string, cluster: string): Promise<Asker> {
  const config = `slack: {channel: alerts}\nenvironments: {production: {clusters: {main: ${cluster}}}}\n`;
  const store = { HIKESHI_DATA_DIR: run.dataDir(`ask-${name}`) };
  const { child, door, url } = await startProgram(run, slack, ['--embedded'], store, { config });
  const at = endpoint(url);
  const press = presser(slack, at);
  return {
    ask: (words) => answered(run, slack, press, words),
    async stop() {
      await Promise.all([at.close(), door.close()]);
      await child.stop('SIGINT', 12_000);
    },
  };
}

async function answered(run: Run, slack: FakeSlack, press: Presser, words: string): Promise<number> {
  const begun = await slack.length();
  const from = run.now();
  await press.mention(words);
  const answer = await until(WITHIN_MS, async () => (await slack.calls('chat.postEphemeral', begun))[0], 5);
  return answer.at - from;
}

// ------------------------------------------------------------------------------------------------ beside kubectl

async function besideKubectl(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const kubeconfig = process.env[CLUSTER];
  if (kubeconfig === undefined) return [missing('pods'), missing('logs')];
  const namespace = `hikeshi-bench-${randomBytes(4).toString('hex')}`;
  const kubectl = async (...words: readonly string[]): Promise<void> => {
    await promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, ...words], { timeout: 120_000 });
  };
  await kubectl('create', 'namespace', namespace);
  try {
    await deploy(run, kubectl, namespace);
    const ours = await open(run, slack, 'kubectl', `{kubeconfig: ${kubeconfig}}`);
    try {
      return [
        await inTurns(run, 'pods', ours, `pods -n ${namespace}`, () => kubectl('get', 'pods', '-n', namespace)),
        await inTurns(run, 'logs', ours, `logs ${namespace}/talks`, () =>
          kubectl('logs', '-n', namespace, '-l', 'app=talks', '--tail=100', '--prefix', '--max-log-requests=50'),
        ),
      ];
    } finally {
      await ours.stop();
    }
  } finally {
    await kubectl('delete', 'namespace', namespace, '--wait=false');
  }
}

const missing = (verb: string): Row => ({
  what: `\`/ops ${verb}\` until its answer`,
  target: `≤ ${SHARE} × kubectl`,
  ours: `not measured: ${CLUSTER} names no cluster`,
  met: false,
});

async function deploy(
  run: Run,
  kubectl: (...words: readonly string[]) => Promise<void>,
  namespace: string,
): Promise<void> {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i} of what it has to say`).join('\n');
  const labels = { app: 'talks' };
  const containers = [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }];
  const template = { metadata: { labels, annotations: { 'fake.kubelet/logs': lines } }, spec: { containers } };
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'talks', namespace },
    spec: { replicas: PODS, selector: { matchLabels: labels }, template },
  };
  const file = join(run.dir, 'talks.json');
  await writeFile(file, JSON.stringify(manifest));
  await kubectl('apply', '-f', file);
  await kubectl('rollout', 'status', 'deployment/talks', '-n', namespace, '--timeout=100s');
}

/** The same asked of both, in turns. */
async function inTurns(run: Run, verb: string, { ask }: Asker, words: string, peer: () => Promise<void>): Promise<Row> {
  for (let i = 0; i < WARM_UP; i++) await ask(words);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let i = 0; i < run.count(ASKS); i++) {
    ours.push(await ask(words));
    const from = run.now();
    await peer();
    theirs.push(run.now() - from);
  }
  const share = median(ours) / median(theirs);
  return {
    what: `\`/ops ${verb}\` of ${PODS} pods until its answer`,
    target: `≤ ${SHARE} × kubectl`,
    ours: `${spreadWords(spreadOf(ours))}: ${share.toFixed(2)} ×`,
    peer: `kubectl: ${spreadWords(spreadOf(theirs))}`,
    met: share <= SHARE,
  };
}

// ------------------------------------------------------------------------------------------------ why

async function crowded(run: Run, slack: FakeSlack): Promise<Row> {
  const cluster = await startCluster({ stepMs: 0 });
  const { world } = cluster;
  world.create({ namespace: 'shop', name: 'crowd', replicas: CROWD });
  world.create({ namespace: 'shop', name: 'ill', replicas: 10 });
  world.tick(60);
  world.breakImage('shop', 'ill');
  world.tick(60);
  const kubeconfig = join(run.dir, 'crowded.kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(cluster.url, TOKENS.operator));
  const ours = await open(run, slack, 'crowded', `{kubeconfig: ${kubeconfig}}`);
  try {
    for (let i = 0; i < WARM_UP; i++) await ours.ask('why shop/ill');
    const times: number[] = [];
    for (let i = 0; i < run.count(ASKS); i++)
      times.push(await ours.ask(i % 2 === 0 ? 'why shop/ill' : 'why shop/crowd'));
    const p95 = times.toSorted((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] ?? Number.NaN;
    return {
      what: `\`/ops why\` beside ${CROWD} pods in the namespace, simulated API server`,
      target: `p95 < ${WHY_MS / 1_000} s`,
      ours: `p95 ${ms(p95)}, ${spreadWords(spreadOf(times))}`,
      met: p95 < WHY_MS,
    };
  } finally {
    await ours.stop();
    await cluster.close();
  }
}
