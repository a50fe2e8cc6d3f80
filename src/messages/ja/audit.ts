import { bold, code, type Text, text } from '../../domain/content.ts';
import type { audit as en } from '../en/audit.ts';
import { ageWords } from './ages.ts';

export const audit: typeof en = {
  head: {
    sealed: (p) => text`監査ログはエントリ ${p.lastId} まで封印されました: ${code(p.anchor)}`,
    keep: () =>
      text`この行を ${code('hikeshi audit verify --anchor')} に渡すと、それ以前の変更や切り捨てがないことを確かめられます。`,
  },
  summary: '最近だれが何を試み、許可されたか、どうなったか。番号を渡すと手順ごとに表示',
  flags: {
    since: 'どれだけ前から（既定は 7d）',
    refused: '拒否されたものだけ',
    all: '見ただけのもの、通じなかったものも含める',
  },
  columns: { at: 'UTC', who: '誰', what: '操作', target: '対象', outcome: '結果' },
  stages: {
    asked: '依頼',
    refused: '拒否',
    planned: '計画済み',
    expired: '期限切れ',
    confirmed: '確認済み',
    'glass-broken': '緊急解除',
    'approval-asked': '承認依頼',
    approved: '承認済み',
    'approval-refused': '承認拒否',
    withdrawn: '取り下げ',
    'not-required': '承認不要',
    executing: '実行中',
    executed: '実行済み',
    'not-executed': '未実行',
    watched: '見届け済み',
    'cancel-asked': '取消依頼',
    cancelled: '取消',
    unknown: '不明',
    'time-up': '期限切れ',
    kept: '維持',
    extended: '延長',
  },
  found: (p) =>
    text`${about(p)}過去 ${ageWords(p.span)} の操作: ${bold(`${p.more ? '最新の ' : ''}${p.count} 件`)}。${code('/ops audit JOB-7')} で手順ごとに表示します。`,
  none: (p) =>
    text`${about(p)}過去 ${ageWords(p.span)} に操作はありません。${code('--since 90d')} でさらに前を、${code('--all')} で見ただけのもの、通じなかったものも表示します。`,
  leftOut: () => text`見ただけのもの、通じなかったものは省いています (${code('--all')} で表示)。`,
  steps: (p) => text`${bold(p.number)}${p.target === undefined ? '' : text` ${code(p.target)}`}: ${p.count} 件の記録。`,
  noSteps: (p) => text`監査ログに ${bold(p.number)} の記録はありません。`,
  reason: (p) => text`理由: ${p.reason}`,
};

function about({ person, target }: { readonly person?: string; readonly target?: string }): Text {
  return [
    ...(person === undefined ? [] : [code(`@${person}`), ' による']),
    ...(target === undefined ? [] : [code(target), ' への']),
  ];
}
