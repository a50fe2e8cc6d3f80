import type { cli as en } from '../en/cli.ts';
import { config } from './config.ts';

export const cli: typeof en = {
  standardInput: '標準入力',
  noSource: ({ name, meant }) => `--source: ソース「${name}」はありません。${config.meant(meant, '')}`,
  unreadBody: ({ file }) => `${file}: 読めません。Webhook の本文が入ったファイルか、標準入力なら - を指定してください`,
  refusedBody: ({ file, reason }) =>
    `${file}: 400 で拒否されます（${reason}）。本文は alerts の配列を持つ JSON オブジェクトです`,
  noAlerts: '本文にアラートがないため、何も起きません',
  noHttp: ({ url }) => `--url: 「${url}」は http のアドレスではありません。例: http://hikeshi:3000`,
  lasts: ({ least, most }) => `--lasts: ${least} から ${most} までを指定してください`,
  labels: 'ラベルは name=value の形で書きます（例: namespace=shop）',
  noSeverity: ({ severity }) =>
    `「${severity}」という重大度はありません。critical、high、medium、low のどれかを書いてください`,
  noEnvironment: ({ name, file }) => `${file} に環境${name === '' ? '' : `「${name}」`}がありません`,
  oneSubject: '--service-account、--user、--group のうち 1 つだけを指定してください',
  serviceAccount: '--service-account: ネームスペース/名前 の形で書いてください',
  noRole: ({ role }) => `--roles: 「${role}」という役割はありません。web、worker、web,worker のどれかを書いてください`,
  noHttps: ({ url }) => `--url: 「${url}」は https のアドレスではありません。例: https://hikeshi.example.com`,
  noCommand: ({ word, meant }) => `hikeshi に「${word}」というコマンドはありません。${config.meant(meant, '')}`,
  migrate: {
    noUrl: 'DATABASE_MIGRATE_URL: 指定されていません。テーブルの所有者で、直接つながる接続を指定してください',
    applied: ({ migrations }) => `適用しました: ${migrations.join('、')}`,
    nothing: '適用するものはありません。スキーマは最新です',
  },
  start: {
    taken: ({ port }) => `ポート ${port} は使用中です。PORT に別のポートを指定してください`,
    forbidden: ({ port }) => `ポート ${port} で待ち受ける権限がありません。PORT に 1024 以上を指定してください`,
    not: ({ why }) => `hikeshi を起動できませんでした: ${why}`,
  },
};
