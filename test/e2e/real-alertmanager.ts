import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/adapters/postgres/embedded/server.ts';
import { findProgram, start, untilAnswers } from './programs.ts';

const run = promisify(execFile);

/** Debian calls it one name, everybody else the other. */
export function findAlertmanager(): string | undefined {
  const program = findProgram(['prometheus-alertmanager', 'alertmanager'], 'prometheus-alertmanager');
  return program && findProgram(['amtool'], 'prometheus-alertmanager') && program;
}

export interface RealAlertmanager {
  readonly url: string;
  /** By amtool, as people do: `{alertname: 'X', severity: 'critical'}`. It fires until it is resolved. */
  fire(labels: Readonly<Record<string, string>>, annotations?: Readonly<Record<string, string>>): Promise<void>;
  resolve(labels: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when so many webhook requests have failed, as it counts them itself. */
  untilRefused(times: number): Promise<void>;
  stop(): Promise<void>;
}

/** Sends each group at once to the webhook, and again a second after a change. */
export async function startAlertmanager(
  program: string,
  webhook: { readonly url: string; readonly token: string },
): Promise<RealAlertmanager> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-e2e-am-'));
  const config = join(dir, 'alertmanager.yml');
  await writeFile(config, configText(webhook));
  const url = `http://127.0.0.1:${await freePort()}`;
  const running = start(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=${url.replace('http://', '')}`,
      '--cluster.listen-address=',
    ],
    process.env,
  );
  const stop = async (): Promise<void> => {
    await running.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await untilAnswers(`${url}/-/ready`, running);
  } catch (error) {
    await stop();
    throw error;
  }
  const add = async (labels: Readonly<Record<string, string>>, more: readonly string[]): Promise<void> => {
    const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    await run('amtool', ['--alertmanager.url', url, 'alert', 'add', ...more, ...words], { timeout: 10_000 });
  };
  return {
    url,
    fire: (labels, annotations = {}) =>
      add(
        labels,
        Object.entries(annotations).map(([name, value]) => `--annotation=${name}=${value}`),
      ),
    resolve: (labels) => add(labels, ['--end', new Date().toISOString()]),
    async untilRefused(times) {
      const until = performance.now() + REFUSED_WITHIN_MS;
      while ((await refusedRequests(url)) < times) {
        if (performance.now() > until) throw new Error(`it has not been refused ${times} times`);
        await pause(LOOK_EVERY_MS);
      }
    },
    stop,
  };
}

const LOOK_EVERY_MS = 50;
const REFUSED_WITHIN_MS = 20_000;

async function refusedRequests(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^alertmanager_notification_requests_failed_total\{integration="webhook"\} (\d+)$/m.exec(text)?.[1]);
}

function configText({ url, token }: { readonly url: string; readonly token: string }): string {
  return `
route:
  receiver: hikeshi
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: hikeshi
    webhook_configs:
      - url: ${url}
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials: ${token} } }
`;
}
