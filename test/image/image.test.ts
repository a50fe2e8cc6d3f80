import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FakeSlack, startSlack } from '../../sandbox/slack/index.ts';
import { alert, bodyOf } from '../app/support/alerts.ts';
import { lastingPort } from '../support/ports.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

/** The image as docs/install.md says to run it: read-only, without capabilities, a bounded memory, no shell. */

const IMAGE = process.env['HIKESHI_TEST_IMAGE'] ?? '';
const NAME = `hikeshi-test-${process.pid}`;
const MIB = 1024 * 1024;
const TOKEN = 'webhook-token-0123456789';

const run = promisify(execFile);
const podman = async (...args: readonly string[]): Promise<string> =>
  (await run('podman', ['--runtime', 'runc', ...args], { timeout: 60_000 })).stdout.trim();

/** What `compose.yaml` and the manifests demand too; the two limits are those of machines that give no more. */
const CONFINED = [
  '--network=host',
  '--read-only',
  '--tmpfs=/tmp:rw,noexec,nosuid,size=16m',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--memory=256m',
  '--ulimit=nofile=1024:4096',
  '--ulimit=nproc=1024:1024',
];

let slack: FakeSlack;
let database: FreshDatabase;
let redis: TestRedis;
let dir: string;
let confined: readonly string[];
let port: number;

beforeAll(async () => {
  [slack, database, redis] = await Promise.all([
    startSlack({ limits: 'off', switches: { signWith: 'fake' } }),
    freshDatabase(),
    startRedis(),
  ]);
  port = await lastingPort();
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-image-'));
  await chmod(dir, 0o755);
  await writeFile(join(dir, 'hikeshi.yaml'), 'slack: {channel: alerts}\n');
  await writeFile(join(dir, 'webhook-token'), `${TOKEN}\n`);
  const env = {
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATE_URL: database.ownerUrl,
    REDIS_URL: redis.url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ALERTMANAGER_WEBHOOK_TOKEN_FILE: '/etc/hikeshi/webhook-token',
  };
  const set = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
  confined = [...CONFINED, `--volume=${dir}:/etc/hikeshi:ro`, ...set];
});

afterAll(async () => {
  await podman('rm', '--force', '--ignore', '--time=1', NAME);
  await slack.close();
  await redis.stop();
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

async function ready(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(2_000) });
  await answer.arrayBuffer();
  return answer.status;
}

describe('the image', () => {
  it('is Node and the bundle: nobody’s root, no shell, no package manager, small', async () => {
    const [about] = JSON.parse(await podman('image', 'inspect', IMAGE)) as [{ Size: number; Config: { User: string } }];
    expect(about.Config.User).toBe('65532:65532');
    expect(about.Size).toBeLessThan(200 * MIB);
    for (const program of ['/bin/sh', '/bin/bash', '/usr/bin/apt', '/usr/local/bin/npm'])
      await expect(podman('run', '--rm', ...confined, `--entrypoint=${program}`, IMAGE)).rejects.toThrow(
        /no such file/i,
      );
    expect(await podman('run', '--rm', ...confined, IMAGE, '--version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('says what is missing when it is started with nothing', async () => {
    const started = podman('run', '--rm', ...CONFINED, IMAGE);
    await expect(started).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/hikeshi\.yaml.*no such file/s),
    });
  });

  it('migrates, serves, is healthy, brings an alert to Slack, and ends cleanly on SIGTERM', async () => {
    await podman('run', '--rm', ...confined, IMAGE, 'migrate');
    await podman('run', '--detach', `--name=${NAME}`, ...confined, IMAGE);
    await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 30_000, interval: 200 });
    await podman('healthcheck', 'run', NAME);
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks/alertmanager`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(bodyOf([alert({ now: new Date() })])),
    });
    expect(answer.status).toBe(200);
    await slack.until(() => slack.channel('alerts').posts()[0]);
    await podman('stop', '--time=15', NAME);
    expect(await podman('inspect', '--format={{.State.ExitCode}}', NAME)).toBe('0');
  });
});
