import { bold, code, text, timeOf } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { term as en } from '../en/term.ts';
import { ageWords } from './ages.ts';

/** Empty where this version does not know the verb. */
const within = (back: string): string => (back ? `（${back}）` : '');

export const term: typeof en = {
  flag: '期間（2h など）。過ぎたら元に戻すか尋ねます',
  autoFlag: '--for とともに: 尋ねずに元に戻します',

  planned: {
    ask: ({ lasts, back }) =>
      text`${bold(`${ageWords(formatDuration(lasts))} の間`)}だけ変え、その後、元に戻すか${within(back)}尋ねます。`,
    auto: ({ lasts, back }) =>
      text`${bold(`${ageWords(formatDuration(lasts))} の間`)}だけ変え、その後、自動で元に戻します${within(back)}。`,
  },
  line: {
    ask: ({ until, back }) => text`${timeOf(until)} まで。その後、元に戻すか${within(back)}尋ねます。`,
    auto: ({ until, back }) =>
      back
        ? text`${timeOf(until)} に自動で元に戻ります（${bold(back)}）。`
        : text`${timeOf(until)} に自動で元に戻ります。`,
    asked: ({ lasts }) =>
      text`期間（${ageWords(formatDuration(lasts))}）が過ぎました。元に戻すかどうかの回答待ちです。`,
    taking: ({ job }) =>
      job === undefined
        ? text`時間です。もう一人の承認を待っています。`
        : text`時間です。JOB-${job} が元に戻しています。`,
  },
  ended: {
    'taken-back': ({ job }) => text`JOB-${job} が${bold('元に戻しました')}。`,
    kept: ({ by }) => text`${by} が${bold('このままにしました')}。`,
    changed: () => text`${bold('元に戻していません')}: その後ほかの変更があり、それまで戻してしまうためです。`,
    impossible: ({ why }) => text`${bold('元に戻すものがありません。')}${why}`,
  },

  over: ({ by, title, target, job, lasts }) =>
    text`${{ emoji: 'alarm_clock' }} ${by}: ${bold(title)} · ${code(target)}（JOB-${job}）の期間（${ageWords(formatDuration(lasts))}）が過ぎました。`,
  why: {
    'time-up': () => text`まだ何も変更していません。`,
    refused: ({ why }) => text`${bold('元に戻していません。')}${why}`,
    away: ({ system }) => text`${bold(system)} が応答しないため、${bold('元に戻していません')}。`,
    'not-approved': () => text`元に戻す操作が承認されなかったため、${bold('元に戻していません')}。`,
    'not-done': ({ job }) => text`${bold('元に戻っていない可能性があります')}。JOB-${job} の結果を確認してください。`,
  },
  question: ({ back }) => text`元に戻しますか（${back}）、このままにしますか？回答があるまで、そのままです。`,
  takeBack: '元に戻す',
  keep: 'このままにする',
  more: ({ lasts }) => `あと ${ageWords(formatDuration(lasts))}`,
  anyway: 'それでもプレビューする',

  changed: {
    missing: () => text`それは期間を決めた変更ではありません。`,
    kept: () => text`このままにします。自動では元に戻しません。`,
    extended: ({ until }) => text`${timeOf(until)} までこのままにします。`,
  },
};
