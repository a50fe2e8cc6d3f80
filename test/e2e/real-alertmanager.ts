import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lastingPort } from '../support/ports.ts';
import { findProgram, type Running, start, untilAnswers } from './programs.ts';

const run = promisify(execFile);

/** Debian calls it one name, everybody else the other. */
export function findAlertmanager(): string | undefined {
  const program = findProgram(['prometheus-alertmanager', 'alertmanager'], 'prometheus-alertmanager');
  return program && findProgram(['amtool'], 'prometheus-alertmanager') && program;
}

type Labels = Readonly<Record<string, string>>;

export interface RealAlertmanager {
  readonly url: string;
  /** By amtool, as people do: `{alertname: 'X', severity: 'critical'}`. It fires for five minutes, or until it is resolved. */
  fire(labels: Labels, annotations?: Labels): Promise<void>;
  resolve(labels: Labels): Promise<void>;
  /** For an hour. */
  silence(labels: Labels): Promise<void>;
  /** Resolves when so many webhook requests have failed, as it counts them itself. */
  untilRefused(times: number): Promise<void>;
  /** Resolves when so many notifications were taken, as it counts them itself. */
  untilTold(times: number): Promise<void>;
  kill(): Promise<void>;
  /** At the same address; alerts are not kept, what was silenced or told neither. */
  startEmpty(): Promise<void>;
  stop(): Promise<void>;
}

export interface AlertmanagerOptions {
  /** Lines of the route, besides its receiver. */
  readonly route?: string;
  /** More lines of the file: `inhibit_rules`, `time_intervals`. */
  readonly more?: string;
  readonly maxAlerts?: number;
  /** The address of its cluster, and of another member. */
  readonly cluster?: { readonly listen: string; readonly peer: string };
}

const ROUTE = `
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h`;

/** Sends each group at once to the webhook, and again a second after a change. */
export async function startAlertmanager(
  program: string,
  webhook: { readonly url: string; readonly token: string },
  options: AlertmanagerOptions = {},
): Promise<RealAlertmanager> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-e2e-am-'));
  const config = join(dir, 'alertmanager.yml');
  await writeFile(config, configText(webhook, options));
  const url = `http://127.0.0.1:${await lastingPort()}`;
  let running: Running | undefined;
  const kill = async (): Promise<void> => {
    await running?.stop('SIGKILL');
    await rm(join(dir, 'data'), { recursive: true, force: true });
  };
  const startEmpty = async (): Promise<void> => {
    running = start(program, argumentsOf(config, dir, url, options), process.env);
    await untilAnswers(`${url}/-/ready`, running);
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await startEmpty();
  } catch (error) {
    await stop();
    throw error;
  }
  const amtool = async (...args: readonly string[]): Promise<void> => {
    await run('amtool', ['--alertmanager.url', url, ...args], { timeout: 10_000 });
  };
  const words = (labels: Labels): readonly string[] =>
    Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return {
    url,
    fire: (labels, annotations = {}) =>
      amtool('alert', 'add', ...words(annotations).map((word) => `--annotation=${word}`), ...words(labels)),
    resolve: (labels) => amtool('alert', 'add', '--end', new Date().toISOString(), ...words(labels)),
    silence: (labels) => amtool('silence', 'add', '--duration=1h', '--comment=e2e', '--author=e2e', ...words(labels)),
    untilRefused: (times) => untilCounted(url, 'notification_requests_failed', times),
    untilTold: (times) => untilCounted(url, 'notifications', times),
    kill,
    startEmpty,
    stop,
  };
}

const LOOK_EVERY_MS = 50;
const COUNTED_WITHIN_MS = 20_000;

async function untilCounted(url: string, what: string, times: number): Promise<void> {
  const until = performance.now() + COUNTED_WITHIN_MS;
  for (let count = await counted(url, what); count < times; count = await counted(url, what)) {
    if (performance.now() > until) throw new Error(`${what} of Alertmanager is ${count}, not ${times}`);
    await pause(LOOK_EVERY_MS);
  }
}

async function counted(url: string, what: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  // Newer ones have more labels.
  return Number(new RegExp(`^alertmanager_${what}_total\\{integration="webhook".*\\} (\\d+)$`, 'm').exec(text)?.[1]);
}

function argumentsOf(config: string, dir: string, url: string, { cluster }: AlertmanagerOptions): readonly string[] {
  return [
    `--config.file=${config}`,
    `--storage.path=${join(dir, 'data')}`,
    `--web.listen-address=${url.replace('http://', '')}`,
    `--cluster.listen-address=${cluster?.listen ?? ''}`,
    ...(cluster ? [`--cluster.peer=${cluster.peer}`, '--cluster.peer-timeout=1s', '--cluster.settle-timeout=2s'] : []),
  ];
}

function configText(
  { url, token }: { readonly url: string; readonly token: string },
  { route = ROUTE, more = '', maxAlerts = 0 }: AlertmanagerOptions,
): string {
  return `
route:
  receiver: hikeshi
${route}
receivers:
  - name: hikeshi
    webhook_configs:
      - url: ${url}
        send_resolved: true
        max_alerts: ${maxAlerts}
        http_config: { authorization: { type: Bearer, credentials: ${token} } }
${more}
`;
}
