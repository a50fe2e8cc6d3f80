import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigFor, type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { TOKENS } from '../../../sandbox/cluster/server.ts';
import { type FakeSlack, type SlackOptions, startSlack } from '../../../sandbox/slack/index.ts';
import { BOT_USER_ID, DEFAULT_CHANNELS, PEOPLE } from '../../../sandbox/slack/seed.ts';
import { freePort } from '../../../src/adapters/postgres/embedded/server.ts';
import type { Running } from '../../e2e/programs.ts';
import type { Pooler } from '../../support/pgbouncer.ts';
import { startRedis } from '../../support/redis.ts';
import { type Gate, startGate } from './cluster.gate.ts';
import { type HoldingProxy, startHoldingProxy } from './postgres.proxy.ts';
import { serve } from './program.ts';
import { letLeasesRunOut, openWork } from './rows.ts';
import type { Store, StoreDatabase } from './store.ts';
import { soon, untilNone } from './waits.ts';

const TOKEN = 'faults-webhook-token';

export interface Site {
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly gate: Gate;
  readonly postgres: HoldingProxy;
  readonly database: StoreDatabase;
  /** Where the first program listens; Slack delivers there. */
  readonly port: number;
  /** Starts the program, or one more; resolves when it is up and knows who is in the workspace. */
  start(options?: StartOptions): Promise<Running>;
  /** SIGKILL. Its sessions end; of what it held, the leases run out. */
  kill(program: Running): Promise<void>;
  /** One POST, as Alertmanager does it: the status, or undefined without an answer. */
  post(body: string, port?: number): Promise<number | undefined>;
  /** Waits until nothing is due and nothing is on its way. */
  atRest(): Promise<void>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly port?: number;
  /** Another version's; default ours. */
  readonly bundle?: string;
}

export interface SiteOptions {
  readonly slack?: SlackOptions;
  /** More lines of `hikeshi.yaml`. */
  readonly config?: string;
  /** Milliseconds between two looks of the cluster's controllers. */
  readonly stepMs?: number;
  /** Stands between the programs and PostgreSQL, behind what holds commits. */
  readonly pooler?: (url: string) => Promise<Pooler>;
  /** Default: one that is started. */
  readonly redis?: { readonly url: string };
}

/** Criticals call taro at once and hana ten minutes later; mika may act. */
const CONFIG = `
slack: {channel: alerts, oncall: ['@taro']}
environments:
  production: {clusters: {main: {kubeconfig: KUBECONFIG_FILE}}}
routes:
  - {match: ['severity="critical"'], policy: urgent, runbook: checkout}
policies:
  urgent: [{after: 0s, page: ['@taro']}, {after: 10m, page: ['@hana']}]
runbooks:
  checkout: {target: production/shop/deployment/checkout, actions: [restart]}
roles: {operator: ['@mika']}
`;

/** A workspace with these channels, which alerts may choose for themselves. */
export function team(channels: readonly string[]): SiteOptions {
  const seeds = channels.map((name, i) => ({ id: `C0TEAM${String(i).padStart(4, '0')}`, name, members: MEMBERS }));
  return {
    slack: { channels: [...DEFAULT_CHANNELS, ...seeds] },
    config: `channels: {allowed: [${channels.join(', ')}]}\n`,
  };
}

const MEMBERS = [BOT_USER_ID, PEOPLE.hana, PEOPLE.mika, PEOPLE.taro];

/** Everything around the program, which the program's death leaves standing. */
export async function openSite(store: Store, options: SiteOptions = {}): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-site-'));
  const [slack, database, redis, cluster, port] = await Promise.all([
    startSlack({ limits: 'off', ...options.slack }),
    store.open(),
    options.redis ? { url: options.redis.url, stop: async () => undefined } : startRedis(),
    startCluster({ stepMs: options.stepMs ?? 50 }),
    freePort(),
  ]);
  const pooler = await options.pooler?.(database.appUrl);
  const [postgres, gate] = await Promise.all([
    startHoldingProxy(pooler?.url ?? database.appUrl),
    startGate(cluster.url),
  ]);
  cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  const kubeconfig = join(dir, 'kubeconfig.yaml');
  const config = join(dir, 'hikeshi.yaml');
  await writeFile(kubeconfig, kubeconfigFor(gate.url, TOKENS.operator));
  await writeFile(config, `${CONFIG}${options.config ?? ''}`.replace('KUBECONFIG_FILE', kubeconfig));
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  const env = {
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    HIKESHI_CONFIG: config,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
  };
  const running = new Set<Running>();

  return {
    slack,
    cluster,
    gate,
    postgres,
    database,
    port,
    async start({ args = [], port: own = port, bundle } = {}) {
      const program = await serve(args, { ...env, PORT: String(own) }, bundle);
      running.add(program);
      if (!args.includes('web')) await untilNone(() => strangers(database));
      return program;
    },
    async kill(program) {
      program.child.kill('SIGKILL');
      await soon(program.ended, 'the killed program is gone');
      running.delete(program);
      postgres.resume();
      await letLeasesRunOut(database);
    },
    post: (body, to = port) => post(to, body),
    atRest: () => untilNone(() => openWork(database)),
    async close() {
      await Promise.all([...running].map((program) => program.stop('SIGKILL')));
      await Promise.all([slack.close(), cluster.close(), gate.close(), postgres.close(), redis.stop()]);
      await pooler?.close();
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What the program has not read of the workspace yet. */
async function strangers({ admin }: StoreDatabase): Promise<readonly string[]> {
  const { rows } = await admin.query<{ what: string }>(`
    select 'people' as what where not exists (select from people)
    union all select 'channels' where not exists (select from channels)`);
  return rows.map((row) => row.what);
}

const ANSWER_WITHIN_MS = 20_000;

async function post(port: number, body: string): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const url = `http://127.0.0.1:${port}/webhooks/alertmanager`;
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return undefined;
  }
}
