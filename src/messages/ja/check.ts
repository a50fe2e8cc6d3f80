import type { check as en } from '../en/check.ts';

export const check: typeof en = {
  steps: {
    config: '設定ファイル',
    here: 'このマシン',
    store: '保存先: PostgreSQL と、あれば Redis',
    slack: 'Slack: アプリ、スコープ、チャンネル、人',
    alerts: 'Alertmanager と、あれば外部の監視',
    clusters: 'Kubernetes: クラスタと、そこでの権限',
    databases: '調査対象のデータベースと、そこでの権限',
    test: 'テストアラート',
  },
  marks: { ok: '正常', warning: '注意', wrong: '問題', waits: '保留' },
  remedy: '対処',
  nothing: '設定にありません',
  found: (p) =>
    `${p.wrong === 0 ? '問題はありません' : `問題 ${p.wrong} 件`}${p.warnings === 0 ? '' : `、注意 ${p.warnings} 件`}。`,
  next: '次: 起動してから hikeshi check --send-test-alert を実行すると、Slack までの経路全体を試せます。',
};
