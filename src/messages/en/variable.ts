/** What is wrong with environment variables, after their names. Plain text, for a terminal. */
import type { Wrong } from '../wrong.ts';

const why = {
  plain: '',
  production: ' (--embedded does not count with NODE_ENV=production)',
  chosen: ' (--embedded needs both unset)',
};

const instead = {
  nothing: '',
  embedded: ', or start with --embedded',
  running: ', or give --embedded for the database that `hikeshi serve --embedded` runs',
  production: ', or unset NODE_ENV',
  chosen: ', or unset the other one',
};

interface Store {
  readonly why: keyof typeof why;
  readonly instead: keyof typeof instead;
}

const copy = {
  botToken: 'copy the Bot User OAuth Token from OAuth & Permissions of your Slack app',
  signingSecret: 'copy the Signing Secret from Basic Information of your Slack app',
};

export const variable = {
  /** Before a variable's name. */
  environment: 'environment',
  database: (p: Store): Wrong => ({
    detail: `is not set${why[p.why]}`,
    remedy: `set it to postgres://user:password@host/database${instead[p.instead]}`,
  }),
  redis: (p: Store): Wrong => ({
    detail: `is not set${why[p.why]}`,
    remedy: `set it to redis://host:6379${instead[p.instead]}`,
  }),
  /** Of a store that is chosen by the other URL. */
  redisBeside: {
    detail: 'is not set, and DATABASE_URL is: with a PostgreSQL of your own Hikeshi needs a Redis, too',
    remedy: 'set it to redis://host:6379',
  },
  noUrl: (p: { protocols: readonly string[] }): Wrong => ({
    detail: `is no URL that begins with ${p.protocols.join(' or ')}`,
    remedy: 'write postgres://user:password@host/database, special characters in the password as %40 and the like',
  }),
  noRedis: {
    detail: 'is no list of redis:// or rediss:// URLs',
    remedy: 'write redis://host:6379; for a Redis Cluster its nodes with commas between',
  },
  mixedRedis: { detail: 'mixes redis:// and rediss://', remedy: 'use one of them for all nodes' },
  botToken: {
    detail: 'is not set',
    remedy: copy.botToken,
  },
  signingSecret: {
    detail: 'is not set, and neither is SLACK_APP_TOKEN',
    remedy: 'set the first for HTTP or the second for Socket Mode',
  },
  notBotToken: { detail: 'does not begin with xoxb-', remedy: copy.botToken },
  notAppToken: {
    detail: 'does not begin with xapp-',
    remedy: 'copy one with connections:write from App-Level Tokens, under Basic Information of your Slack app',
  },
  notSigningSecret: { detail: 'is a token', remedy: copy.signingSecret },
  oddSigningSecret: {
    detail: "is not 32 characters of 0-9 and a-f, as Slack's are",
    remedy: copy.signingSecret,
  },
  spaced: { detail: 'holds a space or a line break', remedy: 'copy it once more, without' },
  slackUrl: { detail: 'is no http(s) URL', remedy: 'unset it to use Slack itself' },
  connections: (p: { fewest: number }): Wrong => ({
    detail: 'is too few, or no number',
    remedy: `write ${p.fewest} or more`,
  }),
  port: { detail: 'is no port', remedy: 'write a number from 0 to 65535' },
  logLevel: (p: { levels: readonly string[] }): Wrong => ({
    detail: 'is no log level',
    remedy: `write one of ${p.levels.join(', ')}`,
  }),
  webhookToken: {
    detail: 'is not set, so no Alertmanager could post',
    remedy: 'set it to a long random text and give that to Alertmanager',
  },
  both: (p: { name: string }): Wrong => ({
    detail: `is set, and ${p.name}_FILE too`,
    remedy: 'unset one of the two',
  }),
  emptyFile: (p: { path: string }): Wrong => ({
    detail: `names a file that is empty (${p.path})`,
    remedy: 'write the value into it',
  }),
  unreadableFile: (p: { path: string; code: string }): Wrong => ({
    detail: `names a file that cannot be read: ${p.path}${p.code === '' ? '' : ` (${p.code})`}`,
    remedy: 'check the path and its permissions',
  }),
};
