import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigFor, startCluster } from '../../sandbox/cluster/index.ts';
import { TOKENS } from '../../sandbox/cluster/server.ts';
import type { World } from '../../sandbox/cluster/world.ts';
import { endpoint } from '../lib/http.ts';
import { ms, type Row, spreadWords } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { median, spreadOf } from '../lib/stats.ts';
import { type ApiClock, startApiClock } from '../parts/api-clock.ts';
import { type Call, type FakeSlack, until } from '../parts/fake-slack.ts';
import { startProgram } from '../parts/hikeshi.ts';
import { boundOf, boundWords, type Histogram, readHistogram, since } from '../parts/histogram.ts';
import { type Presser, presser } from '../parts/presses.ts';

const PRESSES = 300;
const WARM_UP = 20;
/** More than there are yeses: to each target one. */
const WORKLOADS = 120;
const YESES = 100;
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
  /** What the program's checks have taken so far. */
  checked(step: 'asked' | 'confirmed'): Promise<Histogram>;
  stop(): Promise<void>;
}

/**
 * What the program says that rights, guardrails, approval and audit took of an action that somebody asks for, and of the yes to it, which
 * asks a second person. Beside it the same program without a rule but who may, pair by pair: also for the whole of what is asked for,
 * until the preview stands before them, less what the API server took.
 */
export async function measureGuards(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const cluster = await startCluster({ stepMs: 0 });
  fill(cluster.world);
  const [strict, bare] = [
    await open(run, slack, cluster.url, { name: 'strict', rules: STRICT, production: ', approval: [restart]' }),
    await open(run, slack, cluster.url, { name: 'bare', rules: BARE, production: '' }),
  ];
  const cold = await pressed(run, slack, [strict, bare], WARM_UP);
  const before = await Promise.all([strict, bare].map((side) => side.checked('asked')));
  const warm = await pressed(run, slack, [strict, bare], run.count(PRESSES));
  const after = await Promise.all([strict, bare].map((side) => side.checked('asked')));
  const asked = after.map((histogram, i) => since(histogram, before[i]!));
  await saidYes(strict, warm.previews.slice(-run.count(YESES)));
  const confirmed = await strict.checked('confirmed');
  await Promise.all([strict.stop(), bare.stop(), cluster.close()]);
  const [ours, peer] = warm.times;
  const apart = median(ours!.map((time, i) => time - peer![i]!));
  return [
    checksRow('Rights, guardrails and audit of an action asked for: 101 permissions, 5 guardrails', asked[0]!, {
      cold: boundWords(before[0]!),
      peer: `the same without rules: ${boundWords(asked[1]!)}`,
    }),
    checksRow('Guardrails, approval and audit of the yes to it, rights included', confirmed, {}),
    {
      what: 'An action asked for, until its preview, besides the API server',
      ours: `${spreadWords(spreadOf(ours!))}, pair by pair ${apart < 0 ? '' : '+'}${ms(apart)}`,
      cold: spreadWords(spreadOf(cold.times[0]!)),
      peer: `the same without rules: ${spreadWords(spreadOf(peer!))}`,
    },
  ];
}

function checksRow(what: string, taken: Histogram, beside: Pick<Row, 'cold' | 'peer'>): Row {
  const met = taken.count > 0 && boundOf(taken, 0.99) <= TARGET_MS;
  return { what, target: `p99 < ${TARGET_MS} ms`, ours: boundWords(taken), ...beside, met };
}

function fill(world: World): void {
  for (let i = 0; i < WORKLOADS; i++) world.create({ namespace: 'shop', name: `w${i}`, replicas: 2 });
}

async function open(
  run: Run,
  slack: FakeSlack,
  cluster: string,
  { name, rules, production }: { readonly name: string; readonly rules: string; readonly production: string },
): Promise<Side> {
  const api = await startApiClock(cluster, run.now);
  const kubeconfig = join(run.dir, `${name}.kubeconfig`);
  await writeFile(kubeconfig, kubeconfigFor(api.url, TOKENS.operator));
  const config = `slack: {channel: alerts}\nenvironments: {production: {clusters: {main: {kubeconfig: ${kubeconfig}}}${production}}}\n${rules}`;
  const store = { HIKESHI_DATA_DIR: run.dataDir(`guards-${name}`) };
  const { child, door, url } = await startProgram(run, slack, ['--embedded'], store, { config });
  const at = endpoint(url);
  return {
    press: presser(slack, at),
    api,
    checked: (step) => readHistogram(url, `hikeshi_action_checks_seconds{step="${step}"}`),
    async stop() {
      await Promise.all([at.close(), door.close()]);
      await child.stop('SIGINT', 12_000);
      await api.close();
    },
  };
}

interface Pressed {
  /** How long each took besides the API server, in ms; by side. */
  readonly times: readonly (readonly number[])[];
  /** What the first side showed. */
  readonly previews: readonly Call[];
}

/** One after the other, the sides in turn. */
async function pressed(run: Run, slack: FakeSlack, sides: readonly Side[], count: number): Promise<Pressed> {
  const times: number[][] = sides.map(() => []);
  const previews: Call[] = [];
  let begun = 0;
  for (let n = 0; n < count; n++)
    for (const [i, { press, api }] of sides.entries()) {
      begun = await slack.length(begun);
      const from = run.now();
      await press.mention(`restart shop/w${n % WORKLOADS}`);
      const preview = await until(WITHIN_MS, () => previewIn(slack, begun), 5);
      times[i]!.push(preview.at - from - api.busy(from, preview.at));
      if (i === 0) previews.push(preview);
    }
  return { times, previews };
}

async function previewIn(slack: FakeSlack, begun: number): Promise<Call | undefined> {
  const calls = await slack.calls('chat.postEphemeral', begun);
  return calls.find((call) => !call.refused && JSON.stringify(call.args).includes('action-continue'));
}

/** To what was previewed, with a reason. */
async function saidYes({ press }: Side, previews: readonly Call[]): Promise<void> {
  for (const { args } of previews) {
    const action = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(String(args['blocks']))?.[0];
    await press.submit('action-confirm', { v: 1, action }, { reason: 'measured' });
  }
}
