import type { variable as en } from '../en/variable.ts';

type Store = Parameters<(typeof en)['database']>[0];

const why: Readonly<Record<Store['why'], string>> = {
  plain: '',
  production: '（NODE_ENV=production では --embedded は使えません）',
  chosen: '（--embedded を使えるのは、両方とも指定しないときだけです）',
};

const instead: Readonly<Record<Store['instead'], string>> = {
  nothing: '指定してください',
  embedded: '指定するか、--embedded で起動してください',
  running: '指定するか、`hikeshi serve --embedded` のデータベースなら --embedded を付けてください',
  production: '指定するか、NODE_ENV を外してください',
  chosen: '指定するか、もう一方を外してください',
};

const copy = {
  botToken: 'Slack アプリの OAuth & Permissions から Bot User OAuth Token をコピーしてください',
  signingSecret: 'Slack アプリの Basic Information から Signing Secret をコピーしてください',
};

export const variable: typeof en = {
  environment: '環境変数',
  database: (p) => ({
    detail: `指定されていません${why[p.why]}`,
    remedy: `postgres://user:password@host/database を${instead[p.instead]}`,
  }),
  redis: (p) => ({
    detail: `指定されていません${why[p.why]}`,
    remedy: `redis://host:6379 を${instead[p.instead]}`,
  }),
  redisBeside: {
    detail: '指定されていません。DATABASE_URL で PostgreSQL を指定したときは、Redis も必要です',
    remedy: 'redis://host:6379 を指定してください',
  },
  noUrl: ({ protocols }) => ({
    detail: `${protocols.join(' か ')} で始まる URL ではありません`,
    remedy: 'postgres://user:password@host/database と書いてください。パスワードの記号は %40 のように書きます',
  }),
  noRedis: {
    detail: 'redis:// か rediss:// の URL の並びではありません',
    remedy: 'redis://host:6379 と書いてください。Redis Cluster なら各ノードをコンマで区切ります',
  },
  mixedRedis: {
    detail: 'redis:// と rediss:// が混ざっています',
    remedy: 'すべてのノードで同じものを使ってください',
  },
  botToken: {
    detail: '指定されていません',
    remedy: copy.botToken,
  },
  signingSecret: {
    detail: '指定されていません。SLACK_APP_TOKEN もありません',
    remedy: 'HTTP なら前者を、Socket Mode なら後者を指定してください',
  },
  notBotToken: { detail: 'xoxb- で始まっていません', remedy: copy.botToken },
  notAppToken: {
    detail: 'xapp- で始まっていません',
    remedy:
      'Slack アプリの Basic Information にある App-Level Tokens から、connections:write を持つものをコピーしてください',
  },
  notSigningSecret: { detail: '署名シークレットではなくトークンです', remedy: copy.signingSecret },
  oddSigningSecret: {
    detail: 'Slack のもののような、0-9 と a-f の 32 文字ではありません',
    remedy: copy.signingSecret,
  },
  spaced: { detail: '空白か改行が入っています', remedy: '空白と改行を除いて、もう一度コピーしてください' },
  slackUrl: { detail: 'http(s) の URL ではありません', remedy: 'Slack そのものを使うなら外してください' },
  connections: ({ fewest }) => ({
    detail: '少なすぎるか、数ではありません',
    remedy: `${fewest} 以上の数を書いてください`,
  }),
  port: { detail: 'ポート番号ではありません', remedy: '0 から 65535 の数を書いてください' },
  logLevel: ({ levels }) => ({
    detail: 'ログレベルではありません',
    remedy: `${levels.join('、')} のどれかを書いてください`,
  }),
  webhookToken: {
    detail: '指定されていないため、どの Alertmanager も送れません',
    remedy: '長いランダムな文字列を指定して、同じものを Alertmanager に渡してください',
  },
  both: ({ name }) => ({ detail: `${name}_FILE と両方が指定されています`, remedy: '一方を外してください' }),
  emptyFile: ({ path }) => ({ detail: `ファイルが空です（${path}）`, remedy: '値を書いてください' }),
  unreadableFile: ({ path, code }) => ({
    detail: `ファイルを読めません: ${path}${code === '' ? '' : `（${code}）`}`,
    remedy: 'パスと権限を確かめてください',
  }),
};
