import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { visibleText } from '../../sandbox/slack/index.ts';
import { REQUIRED_SCOPES } from '../../src/adapters/slack/index.ts';
import { languageFor } from '../../src/app/load.ts';
import { startTestApp, TOKEN } from '../support/app.ts';
import { type Cli, openCli } from '../support/cli.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

const TWO_MINUTES = { timeout: 120_000 };
/** A sentence in English: three words of it on end. */
const ENGLISH = /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/;

/** Of a server that nobody is at. */
const NOWHERE = `apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: 'https://127.0.0.1:1'}}]
contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
users: [{name: nobody, user: {token: t}}]
`;

let cli: Cli;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-cli-check-'));
  cli = await openCli('slack: {channel: alerts}\n');
}, 60_000);
afterAll(async () => {
  await cli.close();
  await rm(dir, { recursive: true });
});

let files = 0;
/** With a config of its own. */
async function checked(config: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const file = join(dir, `${++files}.yaml`);
  await writeFile(file, config);
  return cli.run(['check', '--config', file, ...args], '', env);
}

describe('check, with much that is missing', TWO_MINUTES, () => {
  it('walks through all that can be looked at, and says of the rest what it waits for', async () => {
    const alertmanager = await startAlertmanager();
    const config = [
      'slack: {channel: alerts}',
      'environments: {production: {clusters: [nowhere], databases: {orders: {url: ORDERS_URL}}}}',
      `sources: {main: {api: ['${alertmanager.url}']}}`,
      'heartbeat: {url: BEAT_URL}',
    ].join('\n');
    const { code, stdout, stderr } = await checked(config, { PORT: '0' });
    await alertmanager.close();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout.split('\n');
    expect(stdout).toContain('remedy: set it to postgres://user:password@host/database, or start with --embedded');
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'])
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ {3}WRONG {3}environment ${name}: is not set`)));
    expect(lines).toEqual(
      expect.arrayContaining([
        '   ok      port 0: free',
        '   waits   postgres: until DATABASE_URL is right',
        '   waits   redis: until REDIS_URL is right',
        '   waits   slack: until SLACK_BOT_TOKEN is right',
        expect.stringMatching(/^ {3}ok {6}alertmanager main http.*: version /),
        '   waits   heartbeat: until heartbeat.url is right',
        expect.stringMatching(/^ {3}WRONG {3}cluster production\/nowhere: /),
        '   waits   databases: until environments.production.databases.orders.url is right',
      ]),
    );
    expect(lines.filter((line) => /^\d\. /.test(line))).toHaveLength(7);
    expect(lines.at(-2)).toMatch(/^\d+ problems/);
  });

  it('without a file, or with one that is no YAML, looks at what the environment names', async () => {
    const [absent, broken] = await Promise.all([
      cli.run(['check', '--config', 'nowhere.yaml'], '', {
        PORT: '0',
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_API_URL: 'http://127.0.0.1:1/',
      }),
      checked('slack: {channel: alerts\n', { PORT: '0' }, ['--send-test-alert']),
    ]);
    expect(absent.code).toBe(1);
    expect(absent.stdout).toContain('WRONG   nowhere.yaml: there is no such file');
    expect(absent.stdout).toContain('waits   postgres: until DATABASE_URL is right');
    expect(absent.stdout).toMatch(/WRONG {3}slack: .*bad port/);
    for (const what of ['alertmanager', 'clusters', 'databases'])
      expect(absent.stdout).toContain(`waits   ${what}: until nowhere.yaml can be read`);
    expect(broken).toMatchObject({ code: 1, stderr: '' });
    expect(broken.stdout).toMatch(/WRONG {3}\S+\.yaml:2:1: not valid YAML: /);
    expect(broken.stdout).toContain('waits   test alert: until all of this is right');
  });

  it('of a value of the wrong form waits for that, and asks no other for it', async () => {
    const { stdout } = await checked('slack: {channel: alerts}\n', { DATABASE_URL: 'foo', PORT: 'x' });
    expect(stdout).toContain('environment DATABASE_URL: is no URL that begins with postgres:// or postgresql://');
    expect(stdout).toContain('environment REDIS_URL: is not set, and DATABASE_URL is');
    expect(stdout).not.toContain('--embedded');
    expect(stdout).toContain('waits   port: until PORT is right');
  });
});

describe.skipIf(!hasRedis())('--send-test-alert, beside a program that runs', TWO_MINUTES, () => {
  it('sees its post in Slack, calls nobody, and finds nothing wrong', async () => {
    const redis = await startRedis();
    const config = "slack: {channel: alerts}\nroutes: [{policy: urgent}]\npolicies: {urgent: [{page: ['@taro']}]}\n";
    const { slack, database, ...app } = await startTestApp({
      delivery: 'socket',
      slack: { delivery: { kind: 'socket' }, scopes: REQUIRED_SCOPES },
      redis: redis.url,
      config,
    });
    const env = {
      HOST: '127.0.0.1',
      PORT: String(app.app().port),
      DATABASE_URL: database.appUrl,
      REDIS_URL: redis.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
    };
    const { code, stdout, stderr } = await checked(config, env, ['--send-test-alert']);
    const said = stdout.split('\n').filter((line) => line !== '');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(said.slice(-2)).toEqual([
      expect.stringMatching(/^ {3}ok {6}test alert: INC-1 is in #alerts, [\d.]+ s later$/),
      expect.stringContaining('Nothing is wrong'),
    ]);
    expect(stdout).toContain('   ok      Socket Mode: a connection was opened, and closed again\n');
    expect(slack.sockets.count).toBe(2);
    const posts = slack.channel('alerts').posts();
    expect(posts.map(visibleText)).toEqual([expect.stringContaining('TEST')]);
    expect(slack.user('taro').notifications).toEqual([]);
    await app.close();
    await redis.stop();
  });
});

describe('its language', TWO_MINUTES, () => {
  const JAPANESE = 'slack: {channel: alerts, language: ja, chanel: x}\nroutes: [{policy: none}]\nmaxBody: 1\n';

  it('is that of the file, also of one with mistakes, in every sentence', async () => {
    const { stdout } = await checked(JAPANESE, { PORT: '0', DATABASE_URL: 'foo', LANG: 'en_US.UTF-8' });
    expect(stdout).toContain('.yaml:1:40 slack.chanel: このようなキーはありません');
    expect(stdout).toContain('対処: 「channel」ではありませんか？');
    expect(stdout.split('\n').filter((line) => ENGLISH.test(line))).toEqual([]);
  });

  it('is that of all that it looks at: names of products and of what the config has stay', async () => {
    await writeFile(join(dir, 'kubeconfig'), NOWHERE);
    const config = [
      "slack: {channel: alerts, oncall: '@sre', language: ja}",
      'environments: {production: {clusters: [nowhere], databases: {orders: {url: ORDERS_URL}}}}',
      "sources: {main: {api: ['http://127.0.0.1:1']}}",
      'heartbeat: {url: BEAT_URL}',
    ].join('\n');
    const nowhere = 'postgres://a:b@127.0.0.1:1/x';
    const whole = {
      PORT: '0',
      DATABASE_URL: nowhere,
      REDIS_URL: 'redis://127.0.0.1:1',
      ORDERS_URL: nowhere,
      BEAT_URL: 'http://127.0.0.1:1/',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      SLACK_API_URL: 'http://127.0.0.1:1/api/',
      ALERTMANAGER_WEBHOOK_TOKEN: 'webhook-token-0123456789',
      KUBECONFIG: join(dir, 'kubeconfig'),
    };
    const { KUBECONFIG } = whole;
    const [all, none] = await Promise.all([
      checked(config, whole, ['--send-test-alert']),
      checked(config, { PORT: 'x', SLACK_APP_TOKEN: 'foo', KUBECONFIG }, ['--send-test-alert']),
    ]);
    for (const { stdout } of [all, none]) {
      const subjects = stdout.split('\n').flatMap((line) => /^ {3}\S+ +(.*?): /.exec(line)?.[1] ?? []);
      expect(subjects.length).toBeGreaterThan(8);
      const english = /^(?!postgres$|redis$|slack$|alertmanager main http|\/)[a-z]/;
      expect(subjects.filter((subject) => english.test(subject))).toEqual([]);
      expect(stdout).not.toMatch(/cannot|no answer|\bthe\b/);
    }
    expect(none.stdout).toContain('環境変数 SLACK_APP_TOKEN: xapp- で始まっていません');
    expect(all.stdout).toContain('クラスタ production/nowhere: API サーバーに届きません（');
  });

  it.each([
    [{}, {}, {}, 'en'],
    [{}, { LANG: 'ja_JP.UTF-8' }, {}, 'ja'],
    [{}, { LANG: 'ja_JP.UTF-8', LC_ALL: 'C' }, {}, 'en'],
    [{}, { LANG: 'ja_JP.UTF-8', LC_ALL: '' }, {}, 'ja'],
    [{}, { LC_MESSAGES: 'ja', LANG: 'C' }, {}, 'ja'],
    [{}, { LANG: 'jam_JM.UTF-8' }, {}, 'en'],
    [{ language: 'en' }, { LANG: 'ja_JP.UTF-8' }, {}, 'en'],
    [{ language: 'ja' }, { LANG: 'C' }, {}, 'ja'],
    [{ language: 'ja' }, {}, { lang: 'en' }, 'en'],
    [{}, {}, { lang: 'ja' }, 'ja'],
  ] as const)('of a file with %j in a terminal with %j, asked with %j, is %s', (file, env, asked, language) =>
    expect(languageFor(file, env, asked)).toBe(language),
  );

  it('holds for all words, and for a refusal to start', async () => {
    const ja = ['--lang', 'ja'];
    const [serve, route, rbac, alert, unknown, roles, manifest] = await Promise.all([
      cli.run([...ja, 'serve', '--config', 'nowhere.yaml']),
      cli.run(['route', '-', ...ja], '{}'),
      cli.run(['rbac', '--environment', 'x', ...ja]),
      cli.run(['test-alert', ...ja]),
      cli.run([...ja, 'chekc']),
      cli.run(['serve', '--roles', 'cook', ...ja]),
      cli.run(['slack-manifest', '--url', 'x', ...ja]),
    ]);
    expect(unknown.stderr).toBe('hikeshi に「chekc」というコマンドはありません。「check」ではありませんか？\n');
    expect(roles.stderr).toMatch(/^--roles: 「cook」という役割はありません。/);
    expect(manifest.stderr).toMatch(/^--url: 「x」は https のアドレスではありません。/);
    expect(serve).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere.yaml: ファイルがありません') });
    expect(route).toMatchObject({ code: 1, stderr: expect.stringContaining('標準入力: 400 で拒否されます') });
    expect(rbac).toMatchObject({ code: 1, stderr: expect.stringContaining('環境「x」がありません') });
    expect(alert).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL: 指定されていません') });
  });
});

describe('options', TWO_MINUTES, () => {
  it('that are wrong are answered with the word’s own help, which has --config with its variable', async () => {
    const [wrong, nested, without, help] = await Promise.all([
      cli.run(['check', '--emmbedded']),
      cli.run(['audit', 'verify', '--what']),
      cli.run(['--what']),
      cli.run(['check', '--help']),
    ]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('See hikeshi check --help.') });
    expect(wrong.stderr).toContain('Did you mean --embedded?');
    expect(nested.stderr).toContain('See hikeshi audit verify --help.');
    expect(without.stderr).toContain('See hikeshi serve --help.');
    expect(help.stdout).toMatch(/--config <file> .*HIKESHI_CONFIG/s);
    expect(help.stdout).toMatch(/--lang <language> .*slack\.language/s);
  });

  it('--config wins over the variable, before the word and after it', async () => {
    const env = { HIKESHI_CONFIG: 'variable.yaml' };
    const [before, after, variable] = await Promise.all([
      cli.run(['--config', 'option.yaml', 'route', '-'], '{}', env),
      cli.run(['route', '-', '--config', 'option.yaml'], '{}', env),
      cli.run(['route', '-'], '{}', env),
    ]);
    expect(before.stderr).toMatch(/^option\.yaml: there is no such file/);
    expect(after.stderr).toBe(before.stderr);
    expect(variable.stderr).toMatch(/^variable\.yaml: /);
  });

  it('before a word that there is not do not make it an argument of serve', async () => {
    expect(await cli.run(['--config', 'x.yaml', 'chekc'])).toMatchObject({
      code: 2,
      stderr: '"chekc" is no command of hikeshi; did you mean "check"?\n',
    });
  });
});

it('serve, with its port taken, says so without a trace through the code', TWO_MINUTES, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none',
    REDIS_URL: 'redis://127.0.0.1:1',
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 'x',
    SLACK_API_URL: 'http://127.0.0.1:1/',
    ALERTMANAGER_WEBHOOK_TOKEN: 'webhook-token-0123456789',
  };
  const { code, stdout, stderr } = await cli.run(['serve'], '', env);
  server.close();
  const sentence = `port ${port} is taken; set PORT to another one`;
  expect({ code, stderr }).toEqual({ code: 1, stderr: `hikeshi could not start: ${sentence}\n` });
  const fatal = stdout.split('\n').flatMap((line) => (line.includes('"fatal"') ? [JSON.parse(line)] : []));
  expect(fatal).toEqual([{ level: 'fatal', timestamp: expect.any(String), why: sentence, message: 'could not start' }]);
});
