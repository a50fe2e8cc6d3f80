import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endpoint } from '../lib/http.ts';
import type { Run } from '../lib/run.ts';
import type { FakeSlack } from './fake-slack.ts';

export interface Alertmanager {
  readonly version: string;
  readonly pid: number;
  /** Posts to `/api/v2/alerts`. Answers the status. */
  alert(body: string): Promise<number>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const PROGRAMS = ['prometheus-alertmanager', 'alertmanager'];
const CHANNEL = 'C0ALERTS01';

/** Debian's or upstream's program, wherever the shell finds one. */
async function find(): Promise<{ readonly file: string; readonly version: string } | undefined> {
  for (const file of PROGRAMS) {
    const told = await promisify(execFile)(file, ['--version'], { timeout: 5_000 }).catch(() => undefined);
    const version = told && /version (\S+)/.exec(`${told.stdout}${told.stderr}`)?.[1];
    if (version) return { file, version };
  }
  return undefined;
}

function config(slack: FakeSlack): string {
  return JSON.stringify({
    route: { receiver: 'slack', group_by: ['...'], group_wait: '0s', group_interval: '5m', repeat_interval: '4h' },
    receivers: [
      {
        name: 'slack',
        slack_configs: [
          {
            api_url: `${slack.apiUrl}chat.postMessage`,
            channel: CHANNEL,
            send_resolved: false,
            http_config: { authorization: { credentials: slack.botToken } },
          },
        ],
      },
    ],
  });
}

/** Alertmanager with its own Slack notifier on the same fake; `undefined` where there is none. */
export async function startAlertmanager(run: Run, slack: FakeSlack): Promise<Alertmanager | undefined> {
  const found = await find();
  if (!found) return undefined;
  const file = join(run.dir, 'alertmanager.yaml');
  await writeFile(file, config(slack), { mode: 0o600 });
  const port = await run.port();
  const flags = [
    `--config.file=${file}`,
    `--storage.path=${join(run.dir, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const child = run.children.start(found.file, flags, {}, run.dir);
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!child.running) throw new Error(`Alertmanager ended:\n${child.said()}`);
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) break;
    await sleep(50);
  }
  const door = endpoint(url);
  return {
    version: found.version,
    pid: child.pid,
    alert: (body) => door.post('/api/v2/alerts', body, { 'content-type': 'application/json' }),
    async stop(signal) {
      await door.close();
      await child.stop(signal);
    },
  };
}
