import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigFor, type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { TOKENS } from '../../../sandbox/cluster/server.ts';
import { type FakeSlack, type SlackOptions, startSlack } from '../../../sandbox/slack/index.ts';
import { BOT_USER_ID, DEFAULT_CHANNELS, PEOPLE } from '../../../sandbox/slack/seed.ts';
import type { Running } from '../../e2e/programs.ts';
import type { Pooler } from '../../support/pgbouncer.ts';
import { lastingPort } from '../../support/ports.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { type Gate, startGate } from './cluster.gate.ts';
import { type HoldingProxy, startHoldingProxy } from './postgres.proxy.ts';
import { serve } from './program.ts';
import { letLeasesRunOut, openWork } from './rows.ts';
import type { Store, StoreDatabase } from './store.ts';
import { soon, untilNone } from './waits.ts';

const TOKEN = 'faults-webhook-token';

export interface Site {
  /** For files of the case; removed with the site. */
  readonly dir: string;
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly gate: Gate;
  readonly postgres: HoldingProxy;
  readonly redis: TestRedis;
  /** What lies between the program and each of these; PostgreSQL's is behind the one that holds COMMITs. */
  readonly lines: { readonly postgres: TcpProxy; readonly redis: TcpProxy; readonly slack: TcpProxy };
  readonly store: Store;
  readonly database: StoreDatabase;
  /** Where the first program listens; Slack delivers there. */
  readonly port: number;
  /** Starts the program, or one more; resolves when it is up and knows who is in the workspace. */
  start(options?: StartOptions): Promise<Running>;
  /** SIGKILL. Its sessions end; of what it held, the leases run out. */
  kill(program: Running): Promise<void>;
  /** SIGKILL, and its leases run their time: for one of several. */
  crash(program: Running): Promise<void>;
  /** SIGTERM; resolves with the exit code when it has gone. */
  terminate(program: Running): Promise<number | NodeJS.Signals>;
  /** Where webhooks are taken now, as a Service would know it. */
  readonly ports: readonly number[];
  /** One POST, as Alertmanager does it: the status, or undefined without an answer. */
  post(body: string, port?: number): Promise<number | undefined>;
  /** Waits until nothing is due and nothing is on its way. */
  atRest(): Promise<void>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Another version's; default ours. */
  readonly bundle?: string;
}

export interface SiteOptions {
  readonly slack?: SlackOptions;
  /** A server of the case's own; stopped with the site. */
  readonly store?: Store;
  /** Where its database lies. */
  readonly tablespace?: string;
  /** What else the case has set up, and is to be taken down last. */
  readonly standing?: readonly (() => Promise<unknown>)[];
  /** Slack delivers over sockets. */
  readonly socketMode?: boolean;
  /** More lines of `hikeshi.yaml`. */
  readonly config?: string;
  /** What a second person has to approve: sato may. */
  readonly approval?: string;
  /** Milliseconds between two looks of the cluster's controllers. */
  readonly stepMs?: number;
  /** Stands between the programs and PostgreSQL, behind what holds commits. */
  readonly pooler?: (url: string) => Promise<Pooler>;
  /** Default: one that is started. */
  readonly redis?: { readonly url: string };
}

/** Criticals call taro at once and hana ten minutes later; mika, hana and sato may act. */
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
roles: {operator: ['@mika', '@hana', '@sato']}
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

function approving(verb: string | undefined): string {
  if (verb === undefined) return CONFIG;
  return CONFIG.replace('KUBECONFIG_FILE}}}', `KUBECONFIG_FILE}}, approval: [${verb}]}`).replace(
    "'@sato']}",
    "'@sato'], approver: ['@sato']}",
  );
}

/** Everything around the program, which the program's death leaves standing. */
export async function openSite(shared: Store, options: SiteOptions = {}): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-site-'));
  const store = options.store ?? shared;
  const [slack, database, redis, cluster, port] = await Promise.all([
    startSlack({ limits: 'off', ...options.slack }),
    store.open(options.tablespace),
    options.redis ? foreign(options.redis.url) : startRedis(),
    startCluster({ stepMs: options.stepMs ?? 50 }),
    lastingPort(),
  ]);
  const pooler = await options.pooler?.(database.appUrl);
  const behind = pooler?.url ?? database.appUrl;
  const lines = {
    postgres: await lineTo(behind),
    redis: await lineTo(redis.url.split(',')[0]!),
    slack: await lineTo(slack.apiUrl),
  };
  const [postgres, gate] = await Promise.all([
    startHoldingProxy(lines.postgres.through(behind)),
    startGate(cluster.url),
  ]);
  cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  const kubeconfig = join(dir, 'kubeconfig.yaml');
  const config = join(dir, 'hikeshi.yaml');
  await writeFile(kubeconfig, kubeconfigFor(gate.url, TOKENS.operator));
  await writeFile(
    config,
    `${approving(options.approval)}${options.config ?? ''}`.replace('KUBECONFIG_FILE', kubeconfig),
  );
  slack.reachedAt(lines.slack.through(slack.url));
  if (options.socketMode) slack.deliverBySocket();
  else slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  const env = {
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    HIKESHI_CONFIG: config,
    DATABASE_URL: postgres.url,
    REDIS_URL: options.redis?.url ?? lines.redis.through(redis.url),
    SLACK_API_URL: lines.slack.through(slack.apiUrl),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
    ...(options.socketMode && { SLACK_APP_TOKEN: slack.appToken }),
  };
  const running = new Map<Running, number | undefined>();
  let closed = false;

  return {
    dir,
    slack,
    cluster,
    gate,
    postgres,
    redis,
    lines,
    store,
    database,
    port,
    get ports() {
      return [...running.values()].filter((one) => one !== undefined);
    },
    async start({ args = [], port: own = port, env: more = {}, bundle } = {}) {
      const program = await serve(args, { ...env, ...more, PORT: String(own) }, bundle);
      if (closed) {
        await program.stop('SIGKILL');
        throw new Error('the site was closed meanwhile');
      }
      running.set(program, args.includes('worker') ? undefined : own);
      if (!args.includes('web')) await untilNone(() => strangers(database), KNOWN_WITHIN_MS);
      return program;
    },
    async kill(program) {
      program.child.kill('SIGKILL');
      await soon(program.ended, 'the killed program is gone');
      running.delete(program);
      postgres.resume();
      await database.endSessions();
      await letLeasesRunOut(database);
    },
    async crash(program) {
      running.delete(program);
      await soon(program.stop('SIGKILL'), 'the killed program is gone');
    },
    async terminate(program) {
      running.set(program, undefined);
      const code = await soon(program.stop('SIGTERM'), 'the program ends', TERMINATED_WITHIN_MS);
      running.delete(program);
      return code;
    },
    post: (body, to = port) => post(to, body),
    atRest: () => untilNone(() => openWork(database)),
    async close() {
      closed = true;
      await Promise.all([...running.keys()].map((program) => program.stop('SIGKILL')));
      await Promise.all([slack.close(), cluster.close(), gate.close(), postgres.close(), redis.stop()]);
      await Promise.all(Object.values(lines).map((line) => line.close()));
      await pooler?.close();
      await database.drop();
      await options.store?.stop();
      for (const down of options.standing ?? []) await down();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** More than the ten seconds in which it has to be gone, so that this is told from hanging. */
const TERMINATED_WITHIN_MS = 15_000;

/** Somebody else's, which is theirs to stop. */
async function foreign(url: string): Promise<TestRedis> {
  const refuse = async (): Promise<void> => {
    throw new Error("this Redis is not the case's own");
  };
  return { url, kill: refuse, restart: refuse, stop: async () => undefined };
}

function lineTo(url: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(url);
  return startTcpProxy(hostname, Number(port));
}

/** What could not be read of the workspace at once is read again after a minute. */
const KNOWN_WITHIN_MS = 90_000;

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
