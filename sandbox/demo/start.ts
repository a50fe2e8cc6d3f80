import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLog } from '../../src/app/log.ts';
import { type App, startApp } from '../../src/app/start.ts';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { maskSecrets } from '../../src/domain/secrets.ts';
import { type SimulatedCluster, startCluster } from '../cluster/index.ts';
import { type FakeSlack, startSlack } from '../slack/index.ts';
import { Alertmanager } from './alertmanager.ts';
import { buildShop, configYaml, type Lang, WEBHOOK_TOKEN, workspace } from './scenario.ts';
import { watchCluster } from './watcher.ts';

export interface DemoOptions {
  readonly lang: Lang;
  /** Keeps config, database and log here; else they are in a temporary folder that goes at the end. */
  readonly keep?: string;
  /** Real milliseconds between two looks of the cluster's controllers. */
  readonly stepMs?: number;
}

/** Everything the demo consists of, running. */
export interface Demo {
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly alertmanager: Alertmanager;
  readonly app: App;
  readonly lang: Lang;
  /** Where Hikeshi's log is. */
  readonly logFile: string;
  /** By how much the clock was moved. */
  readonly movedMs: () => number;
  /** Moves the clock of all of them, and lets what becomes due happen. */
  advance(ms: number): Promise<void>;
  /** Calls the listener when the cluster, an alert or the clock has changed; the answer ends it. */
  listen(listener: () => void): () => void;
  /** Stops in reverse order, within seconds; repeatable. */
  stop(): Promise<void>;
}

const FIRST_LOOK_MS = 5_000;

type Cleanup = () => Promise<void> | void;

/** Starts a workspace, a cluster, an Alertmanager and the real app on loopback, on free ports and in a folder of their own. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const cleanups: Cleanup[] = [];
  const stop = async (): Promise<void> => {
    for (let last = cleanups.pop(); last; last = cleanups.pop()) await last();
  };
  try {
    return await build(options, cleanups, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(options: DemoOptions, cleanups: Cleanup[], stop: () => Promise<void>): Promise<Demo> {
  const { lang } = options;
  const folder = await openFolder(options.keep, cleanups);
  let movedMs = 0;
  const now = (): number => Date.now() + movedMs;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const slack = await startSlack({ ...workspace(lang), now, limits: 'slack', delivery: { kind: 'socket' } });
  cleanups.push(() => slack.close());
  const cluster = await startCluster({ now: () => new Date(now()), stepMs: options.stepMs ?? 700 });
  cleanups.push(() => cluster.close());
  buildShop(cluster.world);

  const { app, logFile } = await startHikeshi({ folder, lang, slack, cluster, cleanups });
  movedMs = (await app.database.db.selectFrom('clock_offset').select('ms').executeTakeFirst())?.ms ?? 0;
  const url = `http://127.0.0.1:${app.port}/webhooks/alertmanager`;
  const alertmanager = new Alertmanager({ url, token: WEBHOOK_TOKEN, now, changed });
  const watcher = watchCluster(cluster.world, alertmanager, changed);
  cleanups.push(
    () => alertmanager.stop(),
    () => watcher.stop(),
  );

  return {
    slack,
    cluster,
    alertmanager,
    app,
    lang,
    logFile,
    movedMs: () => movedMs,
    async advance(ms) {
      movedMs += ms;
      await app.database.db.updateTable('clock_offset').set({ ms: movedMs }).execute();
      await app.clock.refresh();
      slack.tick();
      alertmanager.look();
      changed();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
}

async function openFolder(keep: string | undefined, cleanups: Cleanup[]): Promise<string> {
  if (keep !== undefined) {
    await mkdir(resolve(keep), { recursive: true });
    return resolve(keep);
  }
  const folder = await mkdtemp(join(tmpdir(), 'hikeshi-demo-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  // As root, PostgreSQL runs as somebody else, who has to get at its own folder inside.
  await chmod(folder, 0o711);
  return folder;
}

interface HikeshiParts {
  readonly folder: string;
  readonly lang: Lang;
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly cleanups: Cleanup[];
}

/** The app as `serve --embedded` starts it, with an environment of its own: nothing of the shell's reaches it. */
async function startHikeshi(parts: HikeshiParts): Promise<{ app: App; logFile: string }> {
  const { folder, slack, cleanups } = parts;
  const [path, kubeconfig, logFile] = ['hikeshi.yaml', 'kubeconfig', 'hikeshi.log'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(kubeconfig, parts.cluster.kubeconfig, { mode: 0o600 });
  await writeFile(path, configYaml(parts.lang, kubeconfig));
  const text = await readFile(path, 'utf8');
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    HIKESHI_DATA_DIR: join(folder, 'data'),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    ALERTMANAGER_WEBHOOK_TOKEN: WEBHOOK_TOKEN,
  };
  const load = () => loadConfig({ path, env, readFile: () => text, embedded: true });
  const loaded = load();
  if (!loaded.config) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const output = createWriteStream(logFile, { flags: 'a' });
  cleanups.push(() => new Promise<void>((done) => void output.end(done)));
  const app = await startApp({
    config: loaded.config,
    load,
    log: createLog('info', maskSecrets, output),
    roles: ['web', 'worker'],
    env,
  });
  cleanups.push(() => app.stop());
  // Until it has read who is in which channel, the first alert would wait; a demo had better not begin with that.
  await slack.until(() => slack.calls('conversations.members').length > 0, FIRST_LOOK_MS).catch(() => undefined);
  return { app, logFile };
}
