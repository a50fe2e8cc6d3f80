import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ADMIN, OWNER, urlOf } from '../../src/adapters/postgres/embedded/roles.ts';
import { readSecrets } from '../../src/adapters/postgres/embedded/secrets.ts';
import { readPidFile } from '../../src/adapters/postgres/embedded/server.ts';
import type { Child } from '../lib/children.ts';
import { type Endpoint, endpoint } from '../lib/http.ts';
import { ROOT, type Run } from '../lib/run.ts';
import type { FakeSlack } from './fake-slack.ts';

/** The program from outside: the bundle in its own process, with its own database, web and worker in one. */
export interface Hikeshi {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** ms from spawning the process to the first 200 of `/ready`. */
  readonly readyMs: number;
  /** Posts a webhook body. Answers the status. */
  webhook(body: string): Promise<number>;
  /** The database server's main process. */
  postgresPid(): Promise<number>;
  /** As the owner of the schema, or as the cluster's superuser. */
  databaseUrl(as?: 'owner' | 'admin'): Promise<string>;
  said(): string;
  /** At once, as Ctrl-C does it. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** One channel, nobody to page: what is measured is the way, not the policies. */
const CONFIG = 'slack: { channel: alerts }\n';
const TOKEN = randomBytes(24).toString('base64url');
const BUNDLE = join(ROOT, 'dist', 'hikeshi.js');
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 5;

export async function startHikeshi(run: Run, slack: FakeSlack, dataDir: string): Promise<Hikeshi> {
  await mkdir(dataDir, { recursive: true });
  const spawned = run.now();
  const { child, door, url } = await startProgram(run, slack, ['--embedded'], { HIKESHI_DATA_DIR: dataDir });
  const readyMs = run.now() - spawned;
  return { ...handle(child, door, dataDir), url, dataDir, readyMs };
}

export interface Program {
  readonly child: Child;
  readonly url: string;
  readonly door: Endpoint;
}

export interface ProgramOptions {
  /** Another `hikeshi.yaml`. */
  readonly config?: string;
}

/** The bundle, up, with what these variables say of its store. */
export async function startProgram(
  run: Run,
  slack: FakeSlack,
  args: readonly string[],
  store: Readonly<Record<string, string>>,
  { config = CONFIG }: ProgramOptions = {},
): Promise<Program> {
  const port = await run.port();
  const file = join(run.dir, `hikeshi-${port}.yaml`);
  await writeFile(file, config);
  const env = {
    HIKESHI_CONFIG: file,
    HOST: '127.0.0.1',
    PORT: String(port),
    ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ...store,
  };
  const flags = process.env['HIKESHI_TEST_BENCH_NODE_FLAGS']?.split(' ').filter(Boolean) ?? [];
  const child = run.children.start(process.execPath, [...flags, BUNDLE, 'serve', ...args], env, run.dir);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return { child, url, door: endpoint(url) };
}

/** Posts a webhook body to a program. Answers the status. */
export function postWebhook(door: Endpoint, body: string): Promise<number> {
  return door.post('/webhooks/alertmanager', body, {
    'content-type': 'application/json',
    authorization: `Bearer ${TOKEN}`,
  });
}

/** Brings a database to the program's schema. */
export async function migrateDatabase(run: Run, store: Readonly<Record<string, string>>): Promise<void> {
  const file = join(run.dir, 'migrate.yaml');
  await writeFile(file, CONFIG);
  const env = { ...process.env, HIKESHI_CONFIG: file, ...store };
  await promisify(execFile)(process.execPath, [BUNDLE, 'migrate'], { env, timeout: READY_WITHIN_MS });
}

function handle(child: Child, door: Endpoint, dataDir: string): Omit<Hikeshi, 'url' | 'dataDir' | 'readyMs'> {
  const pidFile = async () => (await readPidFile(join(dataDir, 'pg'))) ?? { pid: 0, port: 0 };
  return {
    pid: child.pid,
    webhook: (body) => postWebhook(door, body),
    postgresPid: async () => (await pidFile()).pid,
    async databaseUrl(as = 'owner') {
      const secrets = await readSecrets(join(dataDir, 'secrets.json'));
      const { port } = await pidFile();
      return as === 'owner' ? urlOf(OWNER, secrets.owner, port) : urlOf(ADMIN, secrets.admin, port);
    },
    said: () => child.said(),
    async stop(signal = 'SIGINT') {
      await door.close();
      await child.stop(signal, 12_000);
    },
  };
}

async function untilReady(url: string, child: Child): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  while (child.running && performance.now() < end) {
    const status = await fetch(`${url}/ready`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`the program is not ready:\n${child.said()}`);
}
