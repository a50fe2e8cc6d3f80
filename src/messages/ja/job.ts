import { code, text, timeOf } from '../../domain/content.ts';
import type { job as en } from '../en/job.ts';

export const job: typeof en = {
  summary: 'ジョブの一覧、詳細、取り消しとやり直し、期間を決めた変更の維持と延長',
  number: (n) => `JOB-${n}`,
  stop: (job) => `${job} を中止`,
  columns: { number: 'ジョブ', what: '内容', target: '対象', state: '状態', by: '実行者', since: 'UTC' },
  states: {
    queued: '待機中',
    running: '実行中',
    watching: '監視中',
    done: '完了',
    failed: '失敗',
    cancelled: '取り消し',
    unknown: '不明',
    unwatched: '完了（監視なし）',
    'not-done': '未実行',
  },
  cancelling: '取り消し中',
  until: ({ at }) => `${at} まで`,
  timeUp: '期限切れ',
  listed: ({ running, recent }) =>
    text`${running === 0 ? '実行中のジョブはありません' : `${running} 件のジョブが実行中です`}。最近終わったもの: ${recent} 件。`,
  none: () => text`まだジョブはありません。例: ${code('/ops restart NAME')}`,
  fields: {
    state: '状態',
    by: '実行者',
    target: '対象',
    created: '依頼',
    finished: '終了',
    reason: '理由',
    result: '結果',
  },
  missing: ({ number }) => text`JOB-${number} はありません。${code('/ops jobs')} で最近のジョブを表示します。`,
  confirmedAlready: ({ number }) => text`すでに JOB-${number} として確認済みです。`,
  notANumber: ({ typed }) =>
    text`${code(typed)} はジョブ番号ではありません。${code('JOB-7')} のように書いてください（一覧: ${code('/ops jobs')}）。`,
  whichOne: () => text`どのジョブですか？${code('/ops jobs cancel JOB-NUMBER')}（一覧: ${code('/ops jobs')}）`,
  whichToRetry: () => text`どのジョブですか。${code('/ops jobs retry JOB-NUMBER')}（一覧: ${code('/ops jobs')}）`,
  retry: {
    ready: ({ number, what, target }) =>
      text`JOB-${number} は ${code(target)} の ${code(what)} でした。改めてプレビューと確認をしてから実行します。`,
    running: ({ number }) =>
      text`JOB-${number} はまだ実行中です。終わらせるには: ${code(`/ops jobs cancel JOB-${number}`)}`,
    impossible: ({ number }) => text`JOB-${number} は自動で動くジョブで、再度依頼するものではありません。`,
  },
  cancel: {
    asked: ({ number, stops }) => {
      switch (stops) {
        case 'all':
          return text`JOB-${number} を取り消しています。それまでに変更があれば、投稿に表示します。`;
        case 'nothing':
          return text`JOB-${number} は変更を実行中のため、もう止められません。実行されたかどうかは投稿に表示します。`;
        case 'watching':
          return text`JOB-${number} の監視をまもなく終了します。変更はそのまま残ります。`;
      }
    },
    again: ({ number, by }) => text`JOB-${number} は${by ? text` ${by} が` : ''}すでに取り消し中です。`,
    finished: ({ number, at }) =>
      text`JOB-${number} は${at ? text` ${timeOf(at)} に` : ''}すでに終わっています。取り消すものはありません。`,
    'not-allowed': ({ number, needs }) =>
      text`他の人の JOB-${number} を取り消すには ${code(needs)} の権限が必要です。何も変更していません。`,
  },
};
