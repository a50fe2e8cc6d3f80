import { execFile } from 'node:child_process';
import { access, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkManifest, type FakeSlack, startSlack, visibleText } from '../../sandbox/slack/index.ts';
import { lastingPort } from '../support/ports.ts';
import { freshDatabase } from '../support/postgres.ts';
import { start, untilAnswers } from './programs.ts';
import { findAlertmanager } from './real-alertmanager.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUNDLE = join(ROOT, 'dist', 'hikeshi.js');
const BODY = join(ROOT, 'test/corpus/bodies/04-firing-critical-links.body.json');
const TOKEN = 'e2e-webhook-token';
const BUILD_MS = 60_000;
const STOP_MS = 10_000;

const CONFIG = `
slack: { channel: alerts, oncall: '@sre' }
environments:
  production: { clusters: [tokyo-1], matchers: ['cluster="tokyo-1"'] }
routes:
  - match: severity="critical"
    policy: urgent
    runbook: checkout
policies:
  urgent: [{ after: 5m, page: ['@hana'] }, { after: 10m, page: ['@sre'] }]
runbooks:
  checkout: { target: production/shop/deployment/checkout, actions: [restart] }
`;

describe('the bundle, as a program of its own', { timeout: 60_000 }, () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hikeshi-e2e-bundle-'));
    const built = await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { PATH: process.env['PATH'] });
    expect(built).toMatchObject({ code: 0 });
  }, BUILD_MS);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Without anything of the shell but where programs are. */
  const hikeshi = async (args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ended> =>
    run(process.execPath, [BUNDLE, ...args], { PATH: process.env['PATH'], ...env }, input);

  const withConfig = async (text: string): Promise<NodeJS.ProcessEnv> => {
    const path = join(dir, `${Math.random().toString(36).slice(2)}.yaml`);
    await writeFile(path, text);
    return { HIKESHI_CONFIG: path };
  };

  it('is executable, tells its version and names its commands', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run(BUNDLE, ['--version'], { PATH: process.env['PATH'] })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
    const { code, stdout } = await hikeshi(['--help']);
    expect(code).toBe(0);
    for (const word of ['serve', 'migrate', 'check', 'route', 'slack-manifest']) expect(stdout).toContain(`  ${word}`);
  });

  it('says what a webhook body would do', async () => {
    const env = await withConfig(CONFIG);
    const { code, stdout, stderr } = await hikeshi(['route', BODY, '--json'], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([
      {
        severity: 'critical',
        channel: 'alerts',
        environment: 'production',
        policy: [
          { after: '5m', page: ['@hana'] },
          { after: '10m', page: ['@sre'] },
        ],
      },
    ]);
    const piped = await hikeshi(['route', '-', '--json'], env, await readFile(BODY, 'utf8'));
    expect(piped).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('refuses a body as the webhook would', async () => {
    const { code, stdout, stderr } = await hikeshi(['route', '-'], await withConfig(CONFIG), '{"status":"firing"}');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('alerts');
  });

  it('says that nothing would happen, and what would be put into quarantine', async () => {
    const env = await withConfig(CONFIG);
    expect(await hikeshi(['route', '-'], env, '{"alerts":[]}')).toEqual({
      code: 0,
      stdout: 'nothing would happen: no alerts in the body\n',
      stderr: '',
    });
    const odd = await hikeshi(['route', '-'], env, '{"alerts":[7, {"labels":{"alertname":"A"}}]}');
    expect(odd.stdout).toMatch(/^The body would be kept in quarantine beside this: .*not an object\.$/m);
  });

  it('prints a Slack manifest that Slack takes', async () => {
    for (const args of [[], ['--url', 'https://hikeshi.example.com']]) {
      const { code, stdout } = await hikeshi(['slack-manifest', ...args]);
      expect(code).toBe(0);
      expect(checkManifest(JSON.parse(stdout))).toEqual([]);
    }
  });

  it.each([
    [['slack-manifest', '--url', 'hikeshi.example.com'], /^--url: "hikeshi\.example\.com" is no https address; write/],
    [['slack-manifest', '--url', 'http://hikeshi.example.com'], /is no https address/],
    [['chekc'], /^"chekc" is no command of hikeshi; did you mean "check"\?$/m],
    [
      ['frobnicate'],
      /^"frobnicate" is no command of hikeshi; there is serve, migrate, check, test-alert, route, slack-manifest, rbac, audit$/m,
    ],
    [['route', BODY, '--source', 'nowhere'], /^--source: there is no source "nowhere"; there is default$/m],
  ])('%j: a sentence and exit code 2', async (args, said) => {
    const { code, stdout, stderr } = await hikeshi(args, await withConfig(CONFIG));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });

  it('tells every problem of a bad config at once', async () => {
    const env = await withConfig(
      'slack: { chanel: alerts }\nroutes:\n  - { match: "severity~~page", policy: nosuch }\n',
    );
    const { code, stdout } = await hikeshi(['check', '--embedded'], env);
    expect(code).toBe(1);
    for (const words of ['chanel', 'routes[0].match', 'nosuch', 'SLACK_BOT_TOKEN', 'ALERTMANAGER_WEBHOOK_TOKEN']) {
      expect(stdout).toContain(words);
    }
  });

  const alertmanager = findAlertmanager();
  it.skipIf(!alertmanager)('prints receivers that Alertmanager takes, by amtool', async () => {
    const sources =
      '{ a: { token: A_TOKEN }, b: { basic: { username: am, password: B_PASSWORD } }, c: { auth: none } }';
    const config = `slack: { channel: alerts, language: ja }\nsources: ${sources}\n`;
    const { stdout } = await hikeshi(['check', '--embedded'], {
      ...(await withConfig(config)),
      HIKESHI_DATA_DIR: join(dir, 'data'),
      HOST: '127.0.0.1',
      PORT: String(await lastingPort()),
      SLACK_BOT_TOKEN: 'xoxb-e2e',
      SLACK_SIGNING_SECRET: 'e2e-signing-secret-0123',
      SLACK_API_URL: `http://127.0.0.1:${await lastingPort()}/`,
      A_TOKEN: 'a-token-0123456789',
      B_PASSWORD: 'b-password-0123456789',
    });
    const indent = ' '.repeat(15);
    const pasted = stdout.split(/^(?! {15}).*\n/m).filter((block) => block.startsWith(indent));
    expect(pasted).toHaveLength(3);
    for (const [i, block] of pasted.entries()) {
      const file = join(dir, `alertmanager-${i}.yml`);
      await writeFile(file, block.replaceAll(/^ {15}/gm, ''));
      expect(await run('amtool', ['check-config', file], { PATH: process.env['PATH'] })).toMatchObject({ code: 0 });
    }
  });

  it('loads the SDK of AWS from a file of its own, and only when it is asked for', async () => {
    const text = await readFile(BUNDLE, 'utf8');
    expect(text).toContain('import("./ecr-sdk.js")');
    expect(text).not.toContain('RepositoryPolicyNotFoundException');
    const script = `import(process.argv[1]).then((sdk) => console.log(Object.keys(sdk).join()))`;
    const { code, stdout } = await run(process.execPath, ['-e', script, join(ROOT, 'dist', 'ecr-sdk.js')], {});
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'DescribeImagesCommand,ECRClient\n' });
  });

  it('has of the official client of Kubernetes only what loads credentials', async () => {
    const text = await readFile(BUNDLE, 'utf8');
    expect(text).toContain('KubeConfig');
    expect(text).not.toContain('CoreV1ApiRequestFactory');
  });

  it('migrates, from a copy of dist with nothing else beside it', async () => {
    const copy = join(dir, 'usr', 'share', 'hikeshi');
    await cp(join(ROOT, 'dist'), copy, { recursive: true });
    const database = await freshDatabase('template0');
    const env = {
      PATH: process.env['PATH'],
      ...(await withConfig(CONFIG)),
      DATABASE_URL: database.appUrl,
      DATABASE_MIGRATE_URL: database.ownerUrl,
      LOG_LEVEL: 'silent',
    };
    const migrate = () => run(process.execPath, [join(copy, 'hikeshi.js'), 'migrate'], env);
    try {
      expect(await migrate()).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('0001_initial.sql'),
        stderr: '',
      });
      expect(await migrate()).toMatchObject({ code: 0, stdout: 'nothing to do: the schema is up to date\n' });
    } finally {
      await database.drop();
    }
  });

  const toServe = async (slack: FakeSlack, port: number, dataDir: string): Promise<NodeJS.ProcessEnv> => ({
    PATH: process.env['PATH'],
    ...(await withConfig(CONFIG)),
    PORT: String(port),
    HOST: '127.0.0.1',
    HIKESHI_DATA_DIR: dataDir,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
  });

  it('is told to stop while it starts: what has begun is stopped in order, and its database with it', async () => {
    const slack = await startSlack({ delivery: { kind: 'socket' } });
    const dataDir = join(dir, 'hasty');
    const env = await toServe(slack, await lastingPort(), dataDir);
    const running = start(process.execPath, [BUNDLE, 'serve', '--embedded'], env, dir);
    try {
      await expect.poll(running.output, { timeout: 30_000, interval: 20 }).toContain('embedded PostgreSQL started');
      expect(await running.stop('SIGTERM')).toBe(0);
      await expect(access(join(dataDir, 'pg', 'postmaster.pid'))).rejects.toThrow('ENOENT');
    } finally {
      await running.stop('SIGKILL');
      await slack.close();
    }
  });

  it('serves by npm start without anything but Node: ready, a webhook becomes a post, SIGTERM ends it in time', async () => {
    const slack = await startSlack({ delivery: { kind: 'socket' } });
    const port = await lastingPort();
    const env = await toServe(slack, port, join(dir, 'data'));
    const running = start(process.execPath, [join(ROOT, 'scripts', 'run.mjs'), 'start'], env, dir);
    const url = `http://127.0.0.1:${port}`;
    try {
      await untilAnswers(`${url}/ready`, running);
      expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'healthy' });

      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const body = await readFile(BODY);
      const taken = await fetch(`${url}/webhooks/alertmanager`, { method: 'POST', headers, body });
      expect(taken.status).toBe(200);
      const post = await slack.until(() => slack.channel('alerts').posts()[0], 15_000);
      expect(visibleText(post)).toContain('Checkout fails for 12% of users');
      expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^hikeshi_notifications_total\{.*\} 1$/m);

      const asked = performance.now();
      const ended = running.stop('SIGTERM');
      // The signal takes its way through the runner: from some moment on it says that it is draining.
      let ready = await fetch(`${url}/ready`);
      while (ready.status === 200 && performance.now() - asked < 3_000) ready = await fetch(`${url}/ready`);
      expect({ status: ready.status, body: await ready.json() }).toMatchObject({
        status: 503,
        body: { failing: ['draining'] },
      });
      // As from a supervisor that signals the whole group: what the runner passes on comes a second time.
      void running.stop('SIGTERM');
      expect(await ended).toBe(0);
      expect(performance.now() - asked).toBeLessThan(STOP_MS);
    } finally {
      // Not SIGKILL: the runner could not pass it on, and the program would stay.
      await running.stop('SIGTERM');
      await slack.close();
    }
  });
});

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.message) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}
