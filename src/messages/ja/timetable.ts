import { bold, code, type Text, text } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';
import { MISSED_MOST } from '../../domain/timetable.ts';
import type { timetable as en } from '../en/timetable.ts';

const inMinutes = (ms: number): string => formatDuration(Math.max(1, Math.round(ms / 60_000)) * 60_000);
const times = (n: number): string => `${n} 回${n >= MISSED_MOST ? '以上' : ''}`;
const list = (words: readonly string[]): Text =>
  words.flatMap((one, i): Text => (i === 0 ? [code(one)] : ['、', code(one)]));

export const timetable: typeof en = {
  summary: '決まった時刻の操作: 次の時刻、前回の結果。次の1回の取りやめ',
  what: '予定を見る',
  skip: '次の1回を取りやめ',
  skipOf: ({ name }) => `次の ${name} を取りやめ`,
  keep: 'やはり実行',
  keepOf: ({ name }) => `次の ${name} をやはり実行`,
  noneOf: (p) =>
    text`${code(p.environment)} に定時の作業はありません。ほかの環境は ${code('/ops timetable')} で見られます。`,
  none: () =>
    text`決まった時刻の操作はありません。hikeshi.yaml の ${code('timetable')} に書けます（夜間に staging を縮小するなど）。`,
  listed: ({ count }) => text`予定は ${count} 件です。`,
  columns: { name: '予定', next: '次回', rest: 'あと', what: '内容', last: '前回' },
  last: {
    due: '開始します',
    begun: '実行中',
    done: '完了',
    'not-all': '未完了あり',
    nothing: '変更なし',
    missed: '実行できず',
    skipped: '取りやめ',
  },
  shown: ({ name, environment, text: times, reason }) =>
    text`${bold(name)}（${bold(environment)}、${code(times)}）: 「${reason}」`,
  next: ({ at, zone, lasts }) => text`次回: ${at}（${zone}）、あと ${lasts}`,
  never: () => text`今後の予定はありません。`,
  skippedNext: ({ by }) => text`次回は ${by} が取りやめました。`,
  lastTime: ({ at, status }) => text`前回: ${at} ${status}`,
  skipped: ({ name, at, zone }) => text`${at}（${zone}）の ${bold(name)} は取りやめます。その次からはまた実行します。`,
  kept: ({ name, at, zone }) => text`${at}（${zone}）の ${bold(name)} は、やはり実行します。`,
  notSkipped: ({ name }) => text`次の ${bold(name)} は取りやめになっていません。次の時刻: ${code('/ops timetable')}`,
  notNext: ({ name, time, at, zone }) =>
    text`${bold(name)} の次の時刻は ${code(time)} ではありません${at === undefined ? '（今後の予定はありません）' : `（次回: ${at} ${zone}）`}。何も変更していません。`,
  again: ({ name, at, by }) => text`${at} の ${bold(name)} は、すでに ${by} が取りやめています。`,
  begun: ({ name, at }) => text`${at} の ${bold(name)} は始まったところです。実行中のもの: ${code('/ops jobs')}`,

  post: {
    headline: ({ name, at, environment, emoji }) => text`${{ emoji }} ${bold(name)} · ${at} ${bold(environment)}`,
    lockScreen: ({ name, at, environment, status }) =>
      text`${name}（${environment}、${at}）: ${status.flatMap((one, i): Text => (i === 0 ? one : ['　', ...one]))}`,
    task: ({ emoji, title, status }) => text`${{ emoji }} ${title}: ${status}`,
    reason: (reason) => text`timetable による操作: 「${reason}」`,
    late: ({ lateMs }) =>
      text`${inMinutes(lateMs)} 遅れ: Hikeshi が動いていなかったか、必要なものに接続できませんでした。`,
    earlier: ({ count }) => text`その前の ${times(count)}は実行できませんでした。`,
    thread: () => text`それぞれの経過はこのスレッドにあり、${bold('元に戻す')} もそこで押せます。`,
    open: () => text`まだ始めていません。`,
    silent: ({ system }) =>
      text`まだ始められません。${bold(system)} の応答がないため、1 分ごとに、長くて 1 時間、やり直します。`,
    again: ({ why }) => text`まだ始められません。1 分ごとに、長くて 1 時間、やり直します。${why}`,
    underWay: ({ job }) => text`実行中（JOB-${job}）`,
    waits: ({ approval }) => text`もう一人の承認待ち（APR-${approval}）。まだ何も変更していません。`,
    notApproved: ({ approval }) => text`承認されなかったため、何も変更していません（APR-${approval}）。`,
    tooLate: () => text`Hikeshi が動いておらず 1 時間以上遅れたため、何も変更していません。`,
    gone: () => text`timetable から消えたか変わったため、何も変更していません。`,
    away: ({ system }) => text`${bold(system)} が 1 時間応答しなかったため、何も変更していません。`,
    missed: ({ name, at, environment, count, tasks }) =>
      text`${{ emoji: 'warning' }} ${bold(name)} · ${at} ${bold(environment)} は${bold('実行できませんでした')}${count > 0 ? `（その前の ${times(count)}も）` : ''}。Hikeshi が動いておらず 1 時間以上遅れたため、何も変更していません: ${list(tasks)}。まだ必要なら ${code('/ops')} に続けて入力してください。`,
    skipped: ({ name, at, environment, by, tasks }) =>
      text`${{ emoji: 'fast_forward' }} ${bold(name)} · ${at} ${bold(environment)} は ${by} が${bold('取りやめました')}。この回に行わないもの: ${list(tasks)}`,
    kept: ({ name, at, environment, by, tasks }) =>
      text`${{ emoji: 'arrow_forward' }} ${bold(name)} · ${at} ${bold(environment)} は、${by} が${bold('やはり実行する')}ことにしました: ${list(tasks)}`,
  },
};
