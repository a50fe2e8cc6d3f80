import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '../../src/app/log.ts';
import { type App, startApp } from '../../src/app/start.ts';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { maskSecrets } from '../../src/domain/secrets.ts';
import { type FakeAlertmanager, startAlertmanager } from '../alertmanager/api.ts';
import { type SimulatedCluster, startCluster } from '../cluster/index.ts';
import { type FakeSlack, startSlack } from '../slack/index.ts';
import { Alertmanager } from './alertmanager.ts';
import { buildNeighbours } from './neighbours.ts';
import { type Orders, prepareOrders } from './orders.ts';
import { ruleWatches } from './rules.ts';
import { buildShop, configYaml, type Lang, ORDERS_URL, WEBHOOK_TOKEN, workspace } from './scenario.ts';
import { workloads } from './states.ts';
import { startWatcher, type Watcher } from './watcher.ts';
import { keepWorkspace, readWorkspace } from './workspace-file.ts';

/** One world: everything that runs together and ends together. */
export interface Parts {
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly alertmanager: Alertmanager;
  readonly watcher: Watcher;
  readonly orders: Orders;
  readonly app: App;
  /** Of the embedded PostgreSQL. */
  readonly dataDir: string;
  /** Where Hikeshi's log is: one file for all worlds. */
  readonly logFile: string;
  /** Nothing of it is still being made ready: what is broken from now on has no wait before it. */
  readonly settled: Promise<void>;
  /** By how much the clock was moved. */
  readonly movedMs: () => number;
  /** Moves the clock of all of them, and lets what becomes due happen. */
  advance(ms: number): Promise<void>;
  /** Stops in reverse order, within seconds; repeatable. */
  stop(): Promise<void>;
}

const FIRST_LOOK_MS = 5_000;

type Cleanup = () => Promise<void> | void;

export interface Starting {
  readonly lang: Lang;
  /** Real milliseconds between two looks of the cluster's controllers. */
  readonly stepMs?: number;
  readonly folder: string;
  /** Of the embedded PostgreSQL. */
  readonly dataDir: string;
  /** What was said in the workspace is there, and kept there; absent: it goes with the world. */
  readonly workspaceFile?: string;
  readonly changed: () => void;
}

/** Starts a workspace, a cluster, an Alertmanager and the real app, on free ports of loopback. */
export async function startParts(starting: Starting): Promise<Parts> {
  const cleanups: Cleanup[] = [];
  const stop = async (): Promise<void> => {
    for (let last = cleanups.pop(); last; last = cleanups.pop()) await last();
  };
  try {
    return await build(starting, cleanups, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(starting: Starting, cleanups: Cleanup[], stop: () => Promise<void>): Promise<Parts> {
  const { lang, stepMs = 700, dataDir, changed } = starting;
  let movedMs = 0;
  const now = (): number => Date.now() + movedMs;

  const said = await readWorkspace(starting.workspaceFile);
  const seed = { ...workspace(lang), ...(said && { kept: said }) };
  const slack = await startSlack({ ...seed, now, limits: 'slack', delivery: { kind: 'socket' } });
  cleanups.push(() => slack.close());
  const cluster = await startCluster({ now: () => new Date(now()), stepMs });
  cleanups.push(() => cluster.close());
  buildShop(cluster.world);
  buildNeighbours(cluster.world);
  const api = await startAlertmanager();
  api.now = () => new Date(now());
  cleanups.push(() => api.close());
  const orders = await prepareOrders();
  cleanups.push(() => orders.stop());

  if (starting.workspaceFile !== undefined) cleanups.push(keepWorkspace(slack, starting.workspaceFile));
  const { app, logFile, settled } = await startHikeshi({ ...starting, slack, cluster, api, orders, cleanups });
  movedMs = (await app.database.db.selectFrom('clock_offset').select('ms').executeTakeFirst())?.ms ?? 0;
  const url = `http://127.0.0.1:${app.port}/webhooks/alertmanager`;
  const alertmanager = new Alertmanager({ url, token: WEBHOOK_TOKEN, now, api, changed });
  cleanups.push(() => alertmanager.stop());
  const watches = new Map([...ruleWatches(cluster.world), ['orders', orders.watch]]);
  const watcher = startWatcher(watches, alertmanager);
  cleanups.push(() => watcher.stop());
  cleanups.push(whenPodsChange(cluster, changed));

  return {
    slack,
    cluster,
    alertmanager,
    watcher,
    orders,
    app,
    dataDir,
    logFile,
    settled,
    movedMs: () => movedMs,
    async advance(ms) {
      movedMs += ms;
      await app.database.db.updateTable('clock_offset').set({ ms: movedMs }).execute();
      await app.clock.refresh();
      app.wake();
      slack.tick();
      alertmanager.look();
      changed();
    },
    stop,
  };
}

const PODS_EACH_MS = 500;

function whenPodsChange({ world }: SimulatedCluster, changed: () => void): Cleanup {
  let before = '';
  const timer = setInterval(() => {
    const now = JSON.stringify(workloads(world).map(({ desired, pods }) => [desired, pods]));
    if (now !== before) changed();
    before = now;
  }, PODS_EACH_MS).unref();
  return () => clearInterval(timer);
}

interface HikeshiParts extends Starting {
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly api: FakeAlertmanager;
  readonly orders: Orders;
  readonly cleanups: Cleanup[];
}

/** The app as `serve --embedded` starts it, with an environment of its own: nothing of the shell's reaches it. */
async function startHikeshi(parts: HikeshiParts): Promise<Pick<Parts, 'app' | 'logFile' | 'settled'>> {
  const { folder, dataDir, slack, orders, cleanups } = parts;
  const [path, logFile] = [join(folder, 'hikeshi.yaml'), join(folder, 'hikeshi.log')];
  // What still ends of another world must not find this one's cluster.
  const kubeconfig = `${dataDir}.kubeconfig`;
  await writeFile(kubeconfig, parts.cluster.kubeconfig, { mode: 0o600 });
  await writeFile(path, configYaml(parts.lang, { kubeconfig, alertmanager: parts.api.url }));
  const text = await readFile(path, 'utf8');
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    HIKESHI_DATA_DIR: dataDir,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    ALERTMANAGER_WEBHOOK_TOKEN: WEBHOOK_TOKEN,
    [ORDERS_URL]: orders.url,
  };
  const load = () => loadConfig({ path, env, readFile: () => text, embedded: true });
  const loaded = load();
  if (!loaded.config) throw new Error(formatProblems(loaded.problems, 'en').join('\n'));
  const output = createWriteStream(logFile, { flags: 'a' });
  cleanups.push(() => new Promise<void>((done) => void output.end(done)));
  const app = await startApp({
    config: loaded.config,
    load,
    log: createLog('info', maskSecrets, output),
    roles: ['web', 'worker'],
    env,
  });
  const opened = orders.open(dataDir);
  const settled = settle(slack, opened);
  settled.catch(() => undefined); // who waits for it hears of it
  cleanups.push(async () => {
    await app.stop();
    await opened.catch(() => undefined); // without its database it ends, too
  });
  return { app, logFile, settled };
}

/** Until the app has read who is in which channel, the first alert would wait; a demo had better not begin with that. */
async function settle(slack: FakeSlack, opened: Promise<void>): Promise<void> {
  const looked = slack.until(() => slack.calls('conversations.members').length > 0, FIRST_LOOK_MS);
  await Promise.all([looked.catch(() => undefined), opened]);
}
