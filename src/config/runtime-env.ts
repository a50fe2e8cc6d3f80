/** What the environment says about this process: addresses, credentials, where it listens. */
import type { SayWrong } from '../messages/catalog.ts';
import type { LogLevel, RedisConfig, RuntimeEnv, SlackEnv } from './config.ts';
import { Secret } from './secret.ts';
import type { Environment } from './variables.ts';

/** What a start needs; the rest may be missing. `hikeshi route` needs nothing, `migrate` only the database. */
export type Need = 'database' | 'redis' | 'slack' | 'sources';
export const ALL_NEEDS: readonly Need[] = ['database', 'redis', 'slack', 'sources'];

const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export interface VariableDoc {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
  /** May be given as `NAME_FILE` as well. */
  readonly secret?: true;
}

/** For the reference page. */
export const VARIABLES: readonly VariableDoc[] = [
  { name: 'HIKESHI_CONFIG', default: './hikeshi.yaml', meaning: 'The config file; `--config` wins over it.' },
  { name: 'PORT', default: '3000', meaning: 'Port to listen on.' },
  { name: 'HOST', default: 'all addresses', meaning: 'Address to listen on.' },
  { name: 'DATABASE_URL', default: '-', meaning: 'PostgreSQL, as the role that may insert and select.', secret: true },
  {
    name: 'DATABASE_MIGRATE_URL',
    default: '`DATABASE_URL`',
    meaning: 'PostgreSQL as the owner of the tables, on a direct connection; for `hikeshi migrate`.',
    secret: true,
  },
  {
    name: 'DATABASE_CONNECTIONS',
    default: '18',
    meaning:
      'To PostgreSQL at once, at most, of this process; a third is kept for webhooks, clicks and commands. 6 at least.',
  },
  {
    name: 'REDIS_URL',
    default: '-',
    meaning: '`redis://` or `rediss://`; several with commas are a Redis Cluster.',
    secret: true,
  },
  { name: 'SLACK_BOT_TOKEN', default: '-', meaning: 'Bot token (`xoxb-`).', secret: true },
  { name: 'SLACK_SIGNING_SECRET', default: '-', meaning: 'Needed without an app token.', secret: true },
  {
    name: 'SLACK_APP_TOKEN',
    default: '-',
    meaning: 'App-level token (`xapp-`). Set: Socket Mode, and `/slack/events` is 404. Not set: HTTP.',
    secret: true,
  },
  { name: 'SLACK_API_URL', default: "Slack's", meaning: "Another address of Slack's Web API." },
  { name: 'ALERTMANAGER_WEBHOOK_TOKEN', default: '-', meaning: 'Bearer token of the only source.', secret: true },
  { name: 'LOG_LEVEL', default: 'info', meaning: LOG_LEVELS.map((level) => `\`${level}\``).join(', ') },
  { name: 'NODE_ENV', default: '-', meaning: '`production` forbids the embedded database.' },
  { name: 'HIKESHI_DATA_DIR', default: './.hikeshi', meaning: 'Where the embedded PostgreSQL lives.' },
];

/**
 * @param options.embedded the flag `--embedded`; absent where there is none. It counts only outside production and with neither URL set; a URL that is
 * missing in any other case is a problem.
 */
export function runtimeEnv(
  env: Environment,
  options: { readonly embedded: boolean | undefined; readonly needs: readonly Need[] },
): RuntimeEnv {
  const production = env.text('NODE_ENV') === 'production';
  const databaseUrl = url(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const migrateUrl = url(env, 'DATABASE_MIGRATE_URL', ['postgres:', 'postgresql:']);
  const redis = redisConfig(env);
  const neither = env.text('DATABASE_URL') === undefined && env.text('REDIS_URL') === undefined;
  const embedded = options.embedded === true && !production && neither;
  if (!embedded) missingUrls(env, options, production);
  const host = env.text('HOST');
  return {
    port: port(env),
    ...(host !== undefined && { host }),
    embedded,
    ...(databaseUrl && { databaseUrl }),
    ...(migrateUrl && { databaseMigrateUrl: migrateUrl }),
    databaseConnections: databaseConnections(env),
    ...(redis && { redis }),
    slack: slackEnv(env, options.needs.includes('slack')),
    logLevel: logLevel(env),
    production,
    dataDir: env.text('HIKESHI_DATA_DIR') ?? './.hikeshi',
  };
}

/** An address only this machine can reach. */
export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

function missingUrls(
  env: Environment,
  { embedded, needs }: { readonly embedded: boolean | undefined; readonly needs: readonly Need[] },
  production: boolean,
): void {
  const store = !embedded
    ? ({ why: 'plain', instead: offered(needs, embedded) } as const)
    : production
      ? ({ why: 'production', instead: 'production' } as const)
      : ({ why: 'chosen', instead: 'chosen' } as const);
  if (
    needs.includes('database') &&
    env.text('DATABASE_URL') === undefined &&
    !(onlyMigrates(needs) && env.text('DATABASE_MIGRATE_URL'))
  ) {
    env.problem('DATABASE_URL', (m) => m.variable.database(store));
  }
  if (!needs.includes('redis') || env.text('REDIS_URL') !== undefined) return;
  const beside = !embedded && env.text('DATABASE_URL') !== undefined;
  env.problem('REDIS_URL', (m) => (beside ? m.variable.redisBeside : m.variable.redis(store)));
}

/** Where the program's word takes the flag. */
function offered(needs: readonly Need[], embedded: boolean | undefined): 'embedded' | 'running' | 'nothing' {
  if (!onlyMigrates(needs)) return 'embedded';
  return embedded === undefined ? 'nothing' : 'running';
}

function onlyMigrates(needs: readonly Need[]): boolean {
  return !needs.includes('redis');
}

function url(env: Environment, name: string, protocols: readonly string[]) {
  const value = env.secret(name);
  if (!value) return undefined;
  if (hasProtocol(value.reveal(), protocols)) return value;
  env.problem(name, (m) => m.variable.noUrl({ protocols: protocols.map((p) => `${p}//`) }));
  return undefined;
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

function redisConfig(env: Environment): RedisConfig | undefined {
  const text = env.text('REDIS_URL');
  if (text === undefined) return undefined;
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0 || !parts.every((part) => hasProtocol(part, ['redis:', 'rediss:']))) {
    env.problem('REDIS_URL', (m) => m.variable.noRedis);
    return undefined;
  }
  if (new Set(parts.map((part) => new URL(part).protocol)).size > 1) {
    env.problem('REDIS_URL', (m) => m.variable.mixedRedis);
    return undefined;
  }
  return { urls: parts.map((part) => new Secret(part)), cluster: parts.length > 1 };
}

/** As all that Slack has made look; it promises no form. */
const SIGNING_SECRET = /^[\da-f]{32}$/i;

function slackEnv(env: Environment, needed: boolean): SlackEnv {
  // One that is rotated begins with xoxe.
  const botToken = credential(env, 'SLACK_BOT_TOKEN', /^(xoxe\.)?xoxb-/, (m) => m.variable.notBotToken);
  const appToken = credential(env, 'SLACK_APP_TOKEN', /^xapp-/, (m) => m.variable.notAppToken);
  const signingSecret = credential(env, 'SLACK_SIGNING_SECRET', /^(?!x[a-z.]+-)/, (m) => m.variable.notSigningSecret);
  const apiUrl = env.text('SLACK_API_URL');
  if (needed && !botToken && env.text('SLACK_BOT_TOKEN') === undefined) {
    env.problem('SLACK_BOT_TOKEN', (m) => m.variable.botToken);
  }
  if (needed && env.text('SLACK_APP_TOKEN') === undefined && !signingSecret) {
    env.problem('SLACK_SIGNING_SECRET', (m) => m.variable.signingSecret);
  }
  if (signingSecret && !appToken && !SIGNING_SECRET.test(signingSecret.reveal())) {
    env.warning('SLACK_SIGNING_SECRET', (m) => m.variable.oddSigningSecret);
  }
  if (apiUrl !== undefined && !hasProtocol(apiUrl, ['http:', 'https:'])) {
    env.problem('SLACK_API_URL', (m) => m.variable.slackUrl);
  }
  return {
    mode: appToken ? 'socket' : 'http',
    ...(botToken && { botToken }),
    ...(signingSecret && { signingSecret }),
    ...(appToken && { appToken }),
    ...(apiUrl !== undefined && { apiUrl }),
  };
}

/** They are easily swapped, and Slack's answer then does not say so. Refused is what Slack makes none of for certain. */
function credential(env: Environment, name: string, form: RegExp, other: SayWrong): Secret | undefined {
  const value = env.secret(name);
  if (value && /\s/.test(value.reveal())) env.problem(name, (m) => m.variable.spaced);
  else if (value && !form.test(value.reveal())) env.problem(name, other);
  return value;
}

function port(env: Environment): number {
  const text = env.text('PORT') ?? '3000';
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 65_535) return value;
  env.problem('PORT', (m) => m.variable.port);
  return 3000;
}

const DEFAULT_CONNECTIONS = 18;
const FEWEST_CONNECTIONS = 6;

function databaseConnections(env: Environment): number {
  const text = env.text('DATABASE_CONNECTIONS') ?? String(DEFAULT_CONNECTIONS);
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= FEWEST_CONNECTIONS) return value;
  env.problem('DATABASE_CONNECTIONS', (m) => m.variable.connections({ fewest: FEWEST_CONNECTIONS }));
  return DEFAULT_CONNECTIONS;
}

function logLevel(env: Environment): LogLevel {
  const text = env.text('LOG_LEVEL')?.toLowerCase() ?? 'info';
  const found = LOG_LEVELS.find((level) => level === text);
  if (!found) env.problem('LOG_LEVEL', (m) => m.variable.logLevel({ levels: LOG_LEVELS }));
  return found ?? 'info';
}
