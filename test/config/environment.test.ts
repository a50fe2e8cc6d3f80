import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { fullEnv, load, loaded, problems } from './support.ts';

const minimal = 'slack: { channel: alerts }\n';
const { DATABASE_URL: _db, REDIS_URL: _redis, ...noUrls } = fullEnv;

describe('what must be set', () => {
  it('is told all at once, beside what is wrong in the file', () => {
    expect(problems('slack: { channl: a }', { env: {} })).toEqual([
      'hikeshi.yaml:1:8 slack.channel: is missing; write for example alerts',
      'hikeshi.yaml:1:10 slack.channl: unknown key; did you mean "channel"?',
      'environment DATABASE_URL: is not set; set it to postgres://user:password@host/database, or start with --embedded',
      'environment REDIS_URL: is not set; set it to redis://host:6379, or start with --embedded',
      'environment SLACK_BOT_TOKEN: is not set; copy the Bot User OAuth Token from OAuth & Permissions of your Slack app',
      'environment SLACK_SIGNING_SECRET: is not set, and neither is SLACK_APP_TOKEN; set the first for HTTP or the second for Socket Mode',
      'environment ALERTMANAGER_WEBHOOK_TOKEN: is not set, so no Alertmanager could post; set it to a long random text and give that to Alertmanager',
    ]);
  });

  it('depends on what is started', () => {
    expect(problems(minimal, { env: {}, needs: [] })).toEqual([]);
    expect(problems(minimal, { env: { DATABASE_MIGRATE_URL: 'postgres://owner@db/x' }, needs: ['database'] })).toEqual(
      [],
    );
    expect(problems(minimal, { env: {}, needs: ['database'] })).toHaveLength(1);
  });

  it('a missing file is told beside it', () => {
    const readFile = (): string => {
      throw Object.assign(new Error(), { code: 'ENOENT' });
    };
    const { problems: found } = loadConfig({ path: 'nowhere.yaml', env: noUrls, readFile, embedded: true });
    expect(formatProblems(found ?? [], 'en')).toEqual([
      'nowhere.yaml: there is no such file; copy hikeshi.example.yaml to begin with, or set HIKESHI_CONFIG',
    ]);
  });
});

describe('--embedded', () => {
  const embedded = (env: Record<string, string>, flag = true) => ({ env: { ...noUrls, ...env }, embedded: flag });

  it('counts with neither URL set', () => {
    expect(loaded(minimal, embedded({})).env).toMatchObject({ embedded: true, dataDir: './.hikeshi' });
    expect(loaded(minimal, embedded({ HIKESHI_DATA_DIR: '/data' })).env.dataDir).toBe('/data');
  });

  it('gives way to both URLs', () => {
    expect(loaded(minimal, { env: fullEnv, embedded: true }).env.embedded).toBe(false);
  });

  it.each([
    [{ DATABASE_URL: 'postgres://db/x' }, 'REDIS_URL'],
    [{ REDIS_URL: 'redis://r' }, 'DATABASE_URL'],
  ])('with only one URL set the other is missing: %j', (env, missing) => {
    expect(problems(minimal, embedded(env))).toEqual([
      expect.stringContaining(`environment ${missing}: is not set (--embedded needs both unset); set it to`),
    ]);
  });

  it('does not count in production, and is never assumed', () => {
    expect(problems(minimal, embedded({ NODE_ENV: 'production' }))).toEqual([
      expect.stringMatching(/DATABASE_URL: is not set .*, or unset NODE_ENV$/),
      expect.stringMatching(/REDIS_URL: is not set .*, or unset NODE_ENV$/),
    ]);
    expect(problems(minimal, embedded({}, false))).toHaveLength(2);
  });
});

describe('values', () => {
  const env = (more: Record<string, string>) => loaded(minimal, { env: { ...fullEnv, ...more } }).env;
  const wrong = (more: Record<string, string>) => problems(minimal, { env: { ...fullEnv, ...more } });

  it('have defaults', () => {
    expect(env({})).toMatchObject({ port: 3000, logLevel: 'info', production: false, slack: { mode: 'http' } });
    expect(env({})).toMatchObject({ databaseConnections: 18 });
    expect(env({ DATABASE_CONNECTIONS: '6' })).toMatchObject({ databaseConnections: 6 });
    expect(env({})).not.toHaveProperty('host');
    expect(env({ PORT: '0', HOST: '::1', LOG_LEVEL: 'DEBUG', NODE_ENV: 'production' })).toMatchObject({
      port: 0,
      host: '::1',
      logLevel: 'debug',
      production: true,
    });
  });

  it('Socket Mode comes with the app token, and needs no signing secret', () => {
    const { SLACK_SIGNING_SECRET: _, ...rest } = fullEnv;
    const config = loaded(minimal, { env: { ...rest, SLACK_APP_TOKEN: 'xapp-1' } });
    expect(config.env.slack.mode).toBe('socket');
  });

  it('Redis: one, or a cluster by commas', () => {
    expect(env({}).redis).toMatchObject({ cluster: false });
    const cluster = env({ REDIS_URL: 'rediss://a:1, rediss://b:2,' }).redis;
    expect(cluster?.cluster).toBe(true);
    expect(cluster?.urls.map((url) => url.reveal())).toEqual(['rediss://a:1', 'rediss://b:2']);
  });

  it.each([
    [{ DATABASE_CONNECTIONS: '5' }, 'DATABASE_CONNECTIONS: is too few, or no number; write 6 or more'],
    [{ DATABASE_CONNECTIONS: 'many' }, 'DATABASE_CONNECTIONS: is too few, or no number; write 6 or more'],
    [{ PORT: '80a' }, 'PORT: is no port'],
    [{ PORT: '70000' }, 'PORT: is no port'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: is no log level'],
    [{ DATABASE_URL: 'mysql://root:hunter2@db/x' }, 'DATABASE_URL: is no URL that begins with postgres://'],
    [{ DATABASE_URL: 'hunter2' }, 'DATABASE_URL: is no URL'],
    [{ REDIS_URL: 'redis://a,http://hunter2' }, 'REDIS_URL: is no list of'],
    [{ REDIS_URL: 'redis://a,rediss://b' }, 'REDIS_URL: mixes redis:// and rediss://'],
    [{ SLACK_BOT_TOKEN: 'xapp-hunter2' }, 'SLACK_BOT_TOKEN: does not begin with xoxb-'],
    [{ SLACK_APP_TOKEN: 'xoxb-hunter2' }, 'SLACK_APP_TOKEN: does not begin with xapp-'],
    [{ SLACK_BOT_TOKEN: 'hunter2' }, 'SLACK_BOT_TOKEN: does not begin with xoxb-; copy the Bot User OAuth Token'],
    [{ SLACK_BOT_TOKEN: '"xoxb-hunter2"' }, 'SLACK_BOT_TOKEN: does not begin with xoxb-'],
    [{ SLACK_BOT_TOKEN: 'xoxb-hunter2 ' }, 'SLACK_BOT_TOKEN: holds a space'],
    [{ SLACK_APP_TOKEN: 'hunter2' }, 'SLACK_APP_TOKEN: does not begin with xapp-; copy one with connections:write'],
    [{ SLACK_APP_TOKEN: 'xapp-1\thunter2' }, 'SLACK_APP_TOKEN: holds a space'],
    [{ SLACK_SIGNING_SECRET: 'xapp-hunter2' }, 'SLACK_SIGNING_SECRET: is a token; copy the Signing Secret'],
    [{ SLACK_SIGNING_SECRET: ' hunter2' }, 'SLACK_SIGNING_SECRET: holds a space'],
    [{ SLACK_API_URL: 'slack' }, 'SLACK_API_URL: is no http(s) URL'],
  ])('%j', (more, expected) => {
    const found = wrong(more);
    expect(found).toEqual([expect.stringContaining(expected)]);
    expect(found.join()).not.toContain('hunter2');
  });
});

describe('what Slack calls a credential', () => {
  const warned = (more: Record<string, string>): readonly string[] => {
    const result = load("slack: { channel: alerts, oncall: '@sre' }\n", { env: { ...fullEnv, ...more } });
    return formatProblems(result.config ? result.warnings : result.problems, 'en');
  };

  it('is taken as Slack makes it, one that is rotated too', () => {
    for (const token of ['xoxb-1234567890-1234567890123-aBcD', 'xoxe.xoxb-1-Mi0yLTg'])
      expect(warned({ SLACK_BOT_TOKEN: token })).toEqual([]);
    expect(warned({ SLACK_APP_TOKEN: 'xapp-1-A0123-1234567890123-0123456789abcdef' })).toEqual([]);
    expect(warned({ SLACK_SIGNING_SECRET: '0123456789ABCDEF0123456789abcdef' })).toEqual([]);
  });

  it('is taken with a warning where its form is odd, but nothing says that Slack makes no such one', () => {
    for (const odd of ['hunter2', '0123456789abcdef0123456789abcde', '0123456789abcdef0123456789abcdeg'])
      expect(warned({ SLACK_SIGNING_SECRET: odd })).toEqual([
        "environment SLACK_SIGNING_SECRET: is not 32 characters of 0-9 and a-f, as Slack's are; copy the Signing Secret from Basic Information of your Slack app",
      ]);
  });
});

describe('NAME_FILE', () => {
  const { SLACK_BOT_TOKEN: _, ...rest } = fullEnv;

  it('holds the value; line ends after it are dropped', () => {
    const config = loaded(minimal, {
      env: { ...rest, SLACK_BOT_TOKEN_FILE: '/run/token' },
      files: { '/run/token': 'xoxb-file\r\n\n' },
    });
    expect(config.env.slack.botToken?.reveal()).toBe('xoxb-file');
  });

  it('works for variables that config names', () => {
    const text = `${minimal}sources: { default: { token: AM_TOKEN } }\n`;
    const config = loaded(text, { env: { ...fullEnv, AM_TOKEN_FILE: '/run/am' }, files: { '/run/am': 'secret\n' } });
    expect(config.sources['default']!.tokens[0]?.reveal()).toBe('secret');
  });

  it('beside NAME is a problem', () => {
    expect(problems(minimal, { env: { ...fullEnv, SLACK_BOT_TOKEN_FILE: '/run/token' } })).toEqual([
      'environment SLACK_BOT_TOKEN: is set, and SLACK_BOT_TOKEN_FILE too; unset one of the two',
    ]);
  });

  it('must be readable and not empty', () => {
    const given = { env: { ...rest, SLACK_BOT_TOKEN_FILE: '/run/token' } };
    // Alone: that the variable is not set follows from it.
    expect(problems(minimal, given)).toEqual([
      expect.stringContaining('SLACK_BOT_TOKEN_FILE: names a file that cannot be read: /run/token (ENOENT)'),
    ]);
    expect(problems(minimal, { ...given, files: { '/run/token': '\n' } })).toEqual([
      expect.stringContaining('names a file that is empty'),
    ]);
  });
});

describe('who may post alerts', () => {
  const sources = (text: string, env: Record<string, string> = {}) =>
    problems(`${minimal}sources:\n${text}`, { env: { ...fullEnv, ...env } });

  it('the only source takes ALERTMANAGER_WEBHOOK_TOKEN, whatever its name', () => {
    const config = loaded(`${minimal}sources: { main: { api: ['http://am:9093/'] } }\n`);
    expect(config.sources['main']).toMatchObject({ auth: 'required', api: ['http://am:9093'] });
    expect(config.sources['main']!.tokens.map((t) => t.reveal())).toEqual([fullEnv.ALERTMANAGER_WEBHOOK_TOKEN]);
  });

  it('two tokens and two passwords during a rotation', () => {
    const text = `${minimal}sources: { a: { token: NEW, previousToken: OLD, basic: { username: am, password: PW, previousPassword: PW_OLD } } }\n`;
    const source = loaded(text, { env: { ...fullEnv, NEW: '1', OLD: '2', PW: '3', PW_OLD: '4' } }).sources['a']!;
    expect(source.tokens.map((t) => t.reveal())).toEqual(['1', '2']);
    expect(source.basic).toMatchObject({ username: 'am' });
    expect(source.basic?.passwords.map((p) => p.reveal())).toEqual(['3', '4']);
  });

  it('credentials for its API, one kind of them', () => {
    const api = "api: ['http://am']";
    expect(sources(`  a: { ${api}, apiToken: T }\n`, { T: '1' })).toEqual([]);
    expect(sources(`  a: { ${api}, apiBasic: { username: u, password: P } }\n`, { P: '1' })).toEqual([]);
    expect(
      sources(`  a: { ${api}, apiToken: T, apiBasic: { username: u, password: P } }\n`, { T: '1', P: '1' }),
    ).toEqual([expect.stringContaining('sources.a.apiToken: is there beside apiBasic; keep one of them')]);
    expect(sources('  a: { apiToken: T }\n', { T: '1' })).toEqual([
      expect.stringContaining('sources.a: has credentials for an API but no api'),
    ]);
    expect(sources(`  a: { ${api}, apiToken: T }\n`)).toEqual([expect.stringContaining('the variable T is not set')]);
  });

  it('one that has no credentials does not start', () => {
    expect(sources('  a: { token: A }\n  b: {}\n', { A: '1' })).toEqual([
      'hikeshi.yaml:4:6 sources.b: has no credentials; name the variable of its token: token: ALERTMANAGER_WEBHOOK_TOKEN_…',
    ]);
    expect(sources('  a:\n', { ALERTMANAGER_WEBHOOK_TOKEN: '' })).toEqual([
      'hikeshi.yaml:3:3 sources.a: has no credentials: ALERTMANAGER_WEBHOOK_TOKEN is not set; set it, or name another variable in token',
    ]);
  });

  it('a variable that is not set is named', () => {
    expect(sources('  a: { token: AM_TOKEN }\n')).toEqual([
      'hikeshi.yaml:3:15 sources.a.token: the variable AM_TOKEN is not set; set AM_TOKEN, or AM_TOKEN_FILE to the path of a file with the value',
    ]);
  });

  it('anyone, only on loopback and without credentials beside', () => {
    expect(sources('  a: { auth: none }\n')).toEqual([
      expect.stringContaining('sources.a.auth: none would let anyone post alerts'),
    ]);
    expect(sources('  a: { auth: none }\n', { HOST: '0.0.0.0' })).toHaveLength(1);
    for (const HOST of ['127.0.0.1', '::1', 'localhost'])
      expect(sources('  a: { auth: none }\n', { HOST })).toEqual([]);
    expect(sources('  a: { auth: none, token: A }\n', { HOST: '127.0.0.1', A: '1' })).toEqual([
      expect.stringContaining('is none, but there are credentials'),
    ]);
  });
});
