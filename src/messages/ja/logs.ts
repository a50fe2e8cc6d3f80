import { bold, code, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { logs as en } from '../en/logs.ts';

export const logs: typeof en = {
  summary: 'ワークロードの Pod の最新ログ、またはそのうちのエラー',
  flags: {
    container: 'このコンテナのログ (既定は kubectl と同じもの)',
    previous: '直前の再起動より前のログ',
    tail: 'Pod ごとの最大行数 (既定 100)',
    since: 'この時間より新しい行 (例: 10m、1h30m)',
    sinceTime: 'この時刻以降の行 (例: 2026-03-02T03:00:00Z)',
    follow: '3 分間、書かれる行を 1 つのメッセージに表示 (停止ボタン付き)',
    grep: 'これを含む行だけ (RE2。(?i) で大文字小文字を区別しない)',
    errors: 'エラーの行だけ (レベル、なければ語で判断)',
  },
  found: (p) => {
    const what = text`${bold(p.of)}、コンテナ ${code(p.container)}${p.previous ? text`、${bold('前回の実行')}` : ''}`;
    if (p.lines === 0) return text`${what}: Pod ${p.pods} 個に${p.filtered ? '該当する行' : '行'}はありません。`;
    return text`${what}: ${p.filtered ? '該当する' : ''}最新 ${p.lines} 行、Pod ${p.pods} 個、時刻は UTC。`;
  },
  ended: (p) =>
    text`${p.of === undefined ? '' : text`${code(p.of)} は `}${timeOf(p.at)} に終了、終了コード ${p.exitCode}${p.reason ? ` (${p.reason})` : ''}。`,
  lastError: (p) => text`最後のエラー: ${code(p.line)}`,
  more: (p) =>
    text`この前に${p.older ? '少なくとも' : ''} ${p.more} 行あります。${code('--errors')}、${code('--grep')}、${code('--since')}、または Pod 名で絞り込んでください。`,
  searched: (p) =>
    text`末尾から、Pod ごとに最大 ${p.lines} 行または 2 MiB、全体で 8 MiB まで調べました。それより古い行は見ていません。`,
  podsLeft: (p) =>
    text`ほかに ${p.more} 個の Pod は読んでいません。Pod 名か ${code('-l')} で指定してください。一覧は ${code('/ops pods')}。`,
  others: (p) => text`ほかのコンテナ (${code('-c')} で指定): ${names(p.containers, 0)}`,
  none: (p) => {
    if (p.target === undefined) return text`${bold(p.where)} に Pod はないため、ログもありません。`;
    const near = p.near.length > 0 ? text`もしかして: ${names(p.near, 0)}。` : [];
    return text`${bold(p.where)} に ${code(p.target)} という Pod はありません。${near}別の場所は ${code('-n')} と ${code('-e')} で指定できます。`;
  },
  follow: {
    running: (p) =>
      text`${p.by} が ${bold(p.of)} (コンテナ ${code(p.container)}) を ${timeOf(p.until)} まで追っています: ${linesOfPods(p)}、時刻は UTC。`,
    ended: (p) =>
      text`${p.by} が ${bold(p.of)} (コンテナ ${code(p.container)}) を追いました: ${linesOfPods(p)}、時刻は UTC。${p.why}`,
    end: {
      time: (p) => text`3 分たったので ${timeOf(p.until)} に終わりました。`,
      gone: (p) => text`Pod がなくなったので ${timeOf(p.at)} に終わりました。`,
      stopped: (p) => text`${p.by} が ${timeOf(p.at)} に止めました。`,
      interrupted: (p) =>
        text`Hikeshi が動いていなかったため ${timeOf(p.at)} で中断しました。それ以降の行は表示していません。`,
      failed: (p) => text`${timeOf(p.at)} で終わりました: ${p.why}`,
    },
    earlier: (p) => {
      if (p.more === 0) return text`これより古い行は表示していません。`;
      return text`この前の ${p.more} 行${p.older ? 'と、それより古い行' : ''}は表示していません。`;
    },
    gaps: (p) =>
      text`${p.count} か所で行が抜けています。10 秒間に読みきれないほど書かれたか、ログがローテーションされました。`,
    left: (p) => text`途中でなくなった Pod (最後の行は読めていません): ${names(p.pods, 0)}`,
    unread: (p) => text`${timeOf(p.at)} に読めなかった Pod (また試します): ${names(p.pods, 0)}`,
    buttons: {
      begin: '3 分間追う',
      stop: '停止',
      stopThat: (p) => `${p.of} を停止`,
      again: 'もう一度追う',
      file: '最初の行からファイルで',
    },
    begun: (p) =>
      text`${bold(p.of)} を ${timeOf(p.until)} まで${p.place === 'thread' ? 'このスレッドで追います (全員に見えます)' : 'ダイレクトメッセージで追います'}。停止ボタンで早く終えられます。`,
    taken: (p) =>
      text`ワークスペースで同時に追えるのは ${p.count} 件までです。待つか、どれかを止めるか、${code('-f')} を外してください:`,
    takenBy: (p) => text`${p.by}: ${bold(p.of)} を ${timeOf(p.until)} まで`,
    stopped: () => text`止めました。もう一度依頼できます。`,
    stoppedAlready: (p) => text`すでに ${p.by} が止めました。`,
    over: () => text`すでに終わっています。${code('/ops logs … -f')} で新しく追えます。`,
  },
  unread: {
    waiting: (p) =>
      text`${names(p.pods, p.more)}: コンテナ ${code(p.container)} はまだ起動していない${p.detail ? ` (${p.detail})` : ''}ため、ログはありません。理由は ${code('/ops pods')} で見られます。`,
    'no-previous': (p) =>
      text`${names(p.pods, p.more)}: コンテナ ${code(p.container)} は再起動していないため、前回のログはありません。${code('--previous')} を外してください。`,
    gone: (p) =>
      text`${names(p.pods, p.more)}: すでになくなり、ログもありません。稼働中のものは ${code('/ops pods')} で見られます。`,
    late: (p) =>
      text`${names(p.pods, p.more)}: 時間内にログが届きませんでした。${code('--tail')} で行数を減らすか、ノードを確認してください。`,
    failed: (p) => text`${names(p.pods, p.more)}: ログを読めません: ${code(p.detail)}`,
  },
};

function linesOfPods({ pods, lines, filtered }: Omit<Parameters<typeof en.follow.running>[0], 'until'>): string {
  return `Pod ${pods} 個の${filtered ? '該当する' : ''} ${lines} 行`;
}

function names(all: readonly string[], more: number): Text {
  const known = joinText(
    all.map((name) => [code(name)]),
    '、',
  );
  return more > 0 ? text`${known} ほか ${more} 個` : known;
}
