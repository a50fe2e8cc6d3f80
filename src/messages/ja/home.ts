import { bold, code, text, timeOf } from '../../domain/content.ts';
import type { home as en } from '../en/home.ts';
import { incident } from './incident.ts';
import { callsInWords } from './route.ts';

export const home: typeof en = {
  incidents: (p) => [bold(p.count === 0 ? '未解決のインシデントはありません。' : `未解決のインシデント ${p.count} 件`)],
  incident: (p) =>
    text`${p.emoji} ${p.number} ${p.title} · ${incident.severity(p.severity)} · ${timeOf(p.since)} から · ${p.who ? text`${p.who} が対応中` : p.snoozed ? 'スヌーズ中' : bold('未対応')}`,
  more: (p) => (p.words === '' ? text`ほか ${p.count} 件。` : text`ほか ${p.count} 件。一覧は ${code(p.words)} です。`),
  called: () => [bold('呼び出される人')],
  policy: (p) => text`${code(p.name)}: ${callsInWords(p.steps)}`,
  oncall: (p) => text`ポリシーのない緊急インシデント: ${callsInWords(p.steps)}`,
  nobodyCalled: () => text`なし。hikeshi.yaml に ${code('policies')} も ${code('slack.oncall')} もありません。`,
  jobs: (p) => [bold(p.count === 0 ? '実行中のジョブはありません。' : `実行中のジョブ ${p.count} 件`)],
  job: (p) => text`${p.number} ${p.verb} ${code(p.target)} · ${p.state} · ${p.by}、${timeOf(p.since)} から`,
  approvals: (p) => [
    bold(p.count === 0 ? 'あなたの承認を待つ操作はありません。' : `あなたの承認を待つ操作 ${p.count} 件`),
  ],
  approval: (p) => text`${p.number} ${p.verb} ${code(p.target)} · ${p.by} が依頼、${timeOf(p.until)} まで`,
  refresh: '更新',
  quick: {
    overview: '概要',
    pods: 'Pod',
    jobs: 'ジョブ',
    silences: 'サイレンス',
    testAlert: 'テストアラート',
    help: 'ヘルプ',
  },
  asOf: (p) =>
    text`${timeOf(p.at)} 時点。開き直すと更新されます。ボタンの結果はダイレクトメッセージ（「メッセージ」タブ）に届きます。`,
};
