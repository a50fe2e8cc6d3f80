import {
  bold,
  code,
  dateTimeOf,
  type Inline,
  joinText,
  type Mention,
  person,
  type Text,
  text,
  timeOf,
} from '../../domain/content.ts';
import type { Severity } from '../../domain/severity.ts';
import type { incident as en } from '../en/incident.ts';

const SEVERITY: Readonly<Record<Severity, string>> = { critical: '緊急', high: '高', medium: '中', low: '低' };

const PROBLEMS: Readonly<Record<string, string>> = {
  'not-found': 'このワークスペースにいません',
  'not-loaded': 'まだ照会できません',
  ambiguous: '複数の人またはグループに当てはまります',
  deactivated: 'Slack で無効化されています',
  bot: 'ボットです',
  disabled: '無効なグループです',
  empty: 'メンバーのいないグループです',
};

/** Why a name of the config calls nobody, after the name. */
const whyNotCalled = (code: string): string => PROBLEMS[code] ?? code;

const WHY: Readonly<Record<string, string>> = {
  opened: '新しいインシデント',
  reopened: '誤って解決にされました',
  refired: '再発',
  rose: '重大度が上がりました',
  unacked: '対応が取り下げられました',
  'ack-timed-out': '対応の期限が切れました',
  'snooze-ended': 'スヌーズが終わりました',
  'silence-ended': 'サイレンスが終わり、まだ発生中です',
  unsnoozed: 'スヌーズが終えられました',
  escalated: '応援の要請',
};

const WHY_BY: Readonly<Record<string, string>> = {
  reopened: 'が誤った解決だとして再開しました',
  unacked: 'が対応を取り下げました',
  unsnoozed: 'がスヌーズを終えました',
  escalated: 'が応援を求めています',
};

function whyCalled({ why, by }: { why: string; by?: Inline }): Text {
  const did = WHY_BY[why];
  return by !== undefined && did !== undefined ? [by, did] : [WHY[why] ?? why];
}

const NO_TARGET: Readonly<Record<string, string>> = {
  'no-environment': 'hikeshi.yaml のどの環境にもラベルが一致しません',
  'several-environments': '複数の環境にラベルが一致します',
  'environment-conflict': 'ラベルとランブックの環境が食い違っています',
  'no-cluster': '環境にクラスタがありません',
  'several-clusters': '環境に複数のクラスタがあり、ラベルでは決まりません',
  'no-namespace': 'ラベルにネームスペースがありません',
  'no-workload': 'ラベルにワークロードがありません',
  'several-workloads': 'ラベルが複数のワークロードを指しています',
  'several-targets': 'アラートごとに対象が異なります',
};

function minutes(ms: number): string {
  const total = Math.max(0, Math.round(ms / 60_000));
  if (total < 1) return '1分未満';
  const hours = Math.floor(total / 60);
  if (hours === 0) return `${total}分`;
  const days = Math.floor(hours / 24);
  return days > 0 ? `${days}日${hours % 24}時間` : `${hours}時間${total % 60}分`;
}

const who = (mentions: readonly Mention[]): Text =>
  joinText(
    mentions.map((mention): Text => [{ mention }]),
    '、',
  );

const WEEKDAYS = ['月', '火', '水', '木', '金', '土', '日'] as const;

export const incident: typeof en = {
  severity: (s) => SEVERITY[s],
  number: (n) => `INC-${n}`,
  duration: minutes,

  headline: (p) => text`${p.emoji} ${bold(p.title)} · ${SEVERITY[p.severity]} · INC-${p.number}`,
  lockScreen: (p) =>
    text`${SEVERITY[p.severity]}: ${p.title}${p.place ? ` (${p.place})` : ''}${p.summary ? `。${p.summary.replace(/[.。]+$/, '')}` : ''}。${timeOf(p.since)} から。${p.status} (INC-${p.number})`,
  lockScreenResolved: (p) =>
    text`解決: ${p.title}${p.place ? ` (${p.place})` : ''}、${minutes(p.took)}で復旧 (INC-${p.number})`,
  lockScreenLines: (p) => text`INC-${p.number} ${p.title}: ${p.lines}`,
  whereSince: (p) =>
    text`${p.place ? text`${bold(p.place)} · ` : ''}${dateTimeOf(p.since)} から${p.refired ? text`（${timeOf(p.refired)} に再発）` : ''} · ${[
      ...(p.firing > 0 || p.held === 0 ? [`発生中 ${p.firing}`] : []),
      ...(p.resolved > 0 ? [`解決 ${p.resolved}`] : []),
      ...(p.held > 0 ? [`保留 ${p.held}`] : []),
    ].join('、')}`,
  open: () => text`${bold('まだ誰も対応していません。')}`,
  called: (p) => text`${timeOf(p.at)} に ${who(p.mentions)} を呼び出しました`,
  calledNobody: () => text`ポリシーで誰にも届きませんでした`,
  nextCall: (p) => text`次は ${timeOf(p.at)} に ${p.who.join('、')}`,
  lastCall: () => text`これが最後の段階です`,
  paged: (p) => text`${joinText([p.called, p.next], '。')}。`,
  nobodyPaged: () => text`このインシデントでは誰も呼び出しません。`,
  nobodyPagedCritical: () =>
    text`${bold('誰も呼び出されません')}: hikeshi.yaml にポリシーも ${{ code: 'slack.oncall' }} もありません。`,
  pagedByNewer: () => text`新しいバージョンの Hikeshi が呼び出しています（アップグレード中です）。`,
  acknowledged: (p) => text`${p.by} が対応中（${timeOf(p.at)} から）。`,
  snoozed: (p) => text`${dateTimeOf(p.until)} までスヌーズ中${p.by ? text`（${p.by} が設定）` : ''}。`,
  silenced: (p) => text`${dateTimeOf(p.until)} までサイレンス中${p.by ? text`（${p.by} が設定）` : ''}。`,
  assigned: (p) => text`担当: ${p.to}。`,
  resolvedCleared: (p) => text`${timeOf(p.at)} に解決（${minutes(p.took)}）: すべてのアラートが解消しました。`,
  resolvedBy: (p) => text`${p.by} が ${timeOf(p.at)} に解決しました（${minutes(p.took)}）。`,
  stillHeld: (p) => text`${p.count}件は発生中のまま、解消するまで保留します。`,
  firedAndResolved: () => text`お知らせする前に発生し、解決していました。`,
  next: {
    acknowledge: () => text`次の一手: ${bold('対応する')}を押すと、ほかの人は呼び出されません。`,
    take: () => text`次の一手: ${bold('対応する')}を押すと、対応中であることが皆に伝わります。`,
    runbook: (p) => text`次の一手: ${{ link: p.link, label: 'ランブックを開く' }}。`,
    action: (p) => text`次の一手: 状況を確認し、適切なら「${bold(p.label)}」を押してください。`,
    awaiting: (p) => text`次の一手: 「${bold(p.label)}」は ${timeOf(p.at)} から承認待ちです。スレッドを見てください。`,
    working: (p) =>
      text`次の一手: 「${bold(p.label)}」を ${timeOf(p.at)} から実行中です。スレッドを見て待ってください。`,
    done: (p) => text`次の一手: 「${bold(p.label)}」は ${timeOf(p.at)} に完了しました。効果を確認してください。`,
    failed: (p) =>
      text`次の一手: 「${bold(p.label)}」は ${timeOf(p.at)} にうまくいきませんでした。理由をスレッドで見てください。`,
    snoozed: (p) =>
      text`次の一手: その時刻まで何もしません。まだ発生中なら${p.calls ? '改めて呼び出します' : 'オープンに戻ります'}。`,
    look: () => text`次の一手: 原因を調べてください。アラートが解消すれば自動で解決します。`,
  },
  flapping: (p) => text`断続的: 1時間に${p.count}回再発したため、再発では誰も呼び出しません。`,
  notes: {
    unknownSeverity: (p) =>
      p.raw
        ? text`重大度 ${{ code: p.raw }} は未知のため「中」とします。`
        : text`severity ラベルがないため「中」とします。`,
    channelNotAllowed: (p) =>
      text`指定のチャンネル ${{ code: p.wanted }} は ${{ code: 'channels.allowed' }} にありません。`,
    noTarget: (p) => text`操作ボタンなし: ${NO_TARGET[p.code] ?? p.code}。`,
    guessedTarget: (p) => text`ワークロード ${{ code: p.name }} は Pod 名から推定しました。`,
    truncated: (p) =>
      text`Alertmanager が ${p.count} 件を省きました（${{ code: 'max_alerts' }}）。一覧は不完全で、自動では解決しません。`,
    found: () => text`Webhook では届かず、Alertmanager に問い合わせて見つけました。`,
    stale: (p) =>
      text`${dateTimeOf(p.since)} から何も届いていません。終わっているなら「${bold('解決にする')}」を押してください。`,
    silence: (p) => text`${dateTimeOf(p.until)} までサイレンス（${p.by}）: ${{ code: p.matchers }}`,
    problem: (p) => text`${{ code: p.who }} を呼び出せません: ${whyNotCalled(p.code)}。`,
  },
  whyNotCalled,
  more: (n) => `ほか ${n} 件`,
  links: { source: 'グラフ', runbook: 'ランブック', dashboard: 'ダッシュボード' },
  lookAt: (p) => `${p.name} を見る`,
  buttons: {
    acknowledge: '対応する',
    unacknowledge: '対応をやめる',
    resolve: '解決にする',
    escalate: '今すぐ応援を呼ぶ',
    reopen: 'オープンに戻す',
    unsnooze: 'スヌーズを終える',
    diagnose: '原因を調べる',
  },
  menu: {
    snooze: { '1h': '1時間スヌーズ', '4h': '4時間スヌーズ', morning: (p) => `${WEEKDAYS[p.day]}曜 9:00 までスヌーズ` },
    silence: 'サイレンスにする…',
    silences: 'サイレンスの一覧…',
    assign: '担当者を決める…',
  },

  lookUp: {
    summary: '番号で指定したインシデントを投稿と同じ形で表示',
    open: '未解決のインシデントの一覧（番号、重大度、担当者、開始時刻）',
    notANumber: (p) =>
      text`${{ code: p.typed }} はインシデントの番号ではありません。${{ code: 'INC-142' }} のように書いてください。未解決のものは ${{ code: '/ops incidents' }} で見られます。`,
    missing: (p) => text`INC-${p.number} はありません。未解決のものは ${{ code: '/ops incidents' }} で見られます。`,
    press: (p) => text`INC-${p.number} ${bold(p.title)}。ここで押せます:`,
    noButton: (p) => text`INC-${p.number} には今、${{ code: p.verb }} のボタンがありません。現在の状態:`,
    post: (p) => [{ link: p.link, label: '投稿とスレッド' }],
    postIn: (p) => text`投稿は ${p.channel} にあります。`,
    notPosted: (p) => text`投稿はまだ Slack にありません。${p.channel} に届きます。`,
  },
  line: {
    joined: (p) =>
      text`アラートが${p.count}件加わりました: ${p.names.join('、')}${p.count > p.names.length ? '…' : ''}`,
    cleared: (p) => text`${p.count}件が解決、残り${p.left}件が発生中`,
    severity: (p) => text`重大度 ${SEVERITY[p.from]} → ${SEVERITY[p.to]}`,
    refired: (p) =>
      text`${bold(p.title)} が再発しました${p.count > 1 ? `（1時間に${p.count}回）` : ''}。INC-${p.number} を再びオープンにします。`,
    flapping: (p) => text`断続的: 1時間に${p.count}回。呼び出しなしで再オープンしました。`,
    resolved: () => text`解決: すべてのアラートが解消しました`,
    truncated: (p) => text`Alertmanager が${p.count}件を省きました。一覧は不完全です`,
    'held-cleared': (p) => text`保留中の${p.count}件が解消しました`,
    found: (p) =>
      text`Alertmanager によると、ほかに${p.count}件のアラートが発生中です: ${p.names.join('、')}${p.count > p.names.length ? '…' : ''}`,
    gone: (p) => text`${p.count}件が Alertmanager からなくなり、残り${p.left}件が発生中`,
    'resolved-gone': () => text`解決: アラートは Alertmanager にもうありません`,
    stale: () => text`1日間、何も届いていません。終わっている可能性がありますが、誰かが解決にするまで開いたままです。`,
    acked: (p) => text`${p.by} が対応を始めました`,
    unacked: (p) => text`${p.by} が${p.had ? text` ${person(p.had)} の` : ''}対応を取り下げました`,
    'resolved-by': (p) =>
      text`${p.by} が解決にしました${p.held > 0 ? `。発生中の${p.held}件は解消するまで保留します` : ''}`,
    'reopened-by': (p) => text`${p.by} が解決を取り消しました。発生中のアラートの保留も終わります`,
    escalated: (p) => text`${p.by} が応援を呼びました`,
    snoozed: (p) =>
      text`${p.by} が ${dateTimeOf(new Date(p.until))} までスヌーズにしました${p.had ? text`。それまでは ${person(p.had)} が対応していました` : ''}`,
    unsnoozed: (p) => text`${p.by} がスヌーズを終えました`,
    'snooze-ended': () => text`スヌーズが終わりましたが、まだ発生中です`,
    silenced: (p) =>
      text`${p.by} が ${{ code: p.matchers }} を ${dateTimeOf(new Date(p.until))} までサイレンスにしました`,
    'silence-seen': (p) =>
      text`Alertmanager で ${dateTimeOf(new Date(p.until))} までサイレンスになりました（${p.author}）`,
    'silence-extended': (p) => text`${p.by} がサイレンスを ${dateTimeOf(new Date(p.until))} まで延ばしました`,
    'silence-expired': (p) => text`${p.by} がサイレンスを終えました`,
    'silence-ended': () => text`サイレンスが終わりましたが、まだ発生中です`,
    'silence-failed': (p) =>
      text`${p.by} が依頼したサイレンスは作られませんでした。Alertmanager ${{ code: p.source }} にありません`,
    acted: (p) =>
      p.job === undefined
        ? text`${p.by} が ${code(p.target)} の ${code(p.verb)} を依頼: APR-${p.approval ?? 0} がもう一人の承認待ち`
        : text`${p.by} が ${code(p.target)} の ${code(p.verb)} を開始（JOB-${p.job}、経過は依頼された場所に）`,
    assigned: (p) =>
      p.had ? text`${p.by} が ${person(p.to)} に引き継ぎました` : text`${p.by} が ${person(p.to)} を担当にしました`,
  },
  unknownLine: (p) =>
    text`ほかの出来事がありました (${{ code: p.kind }})。このバージョンの Hikeshi では表示できません。`,
  toAcker: (p) => text`${p.by} さんへ: ${p.line}`,
  ping: (p) =>
    text`${who(p.mentions)} ${bold(`${SEVERITY[p.severity]}: ${p.title}`)} (INC-${p.number}) の対応をお願いします: ${p.step > 0 && p.why !== 'escalated' ? 'まだ誰も対応していません' : whyCalled(p)}。`,
  assignedToYou: (p) =>
    text`${p.by} が${p.handed ? `あなたに INC-${p.number} を引き継ぎました` : `あなたを INC-${p.number} の担当にしました`}: ${bold(`${SEVERITY[p.severity]}: ${p.title}`)}。${p.handed ? '' : text`引き受けるときは「${bold('対応する')}」を押してください。`}`,
  pingNobody: (p) => text`INC-${p.number} の第${p.step + 1}段階では誰にも届かず、次へ進みます。`,
  unreached: (p) =>
    text`${who(p.mentions)} ${bold(`${SEVERITY[p.severity]}: ${p.title}`)} (INC-${p.number}) のポリシーでは誰にも届きませんでした。どなたか対応をお願いします。`,
  pingLate: (p) => text`この呼び出しは${minutes(p.lateMs)}遅れています。`,
  pingStale: (p) => text`INC-${p.number} の呼び出しが${minutes(p.lateMs)}できませんでした。ここだけでお知らせします。`,

  diagnosedFor: ({ by }) => text`${by} の依頼で調べました。`,
  diagnosedItself: () => text`インシデントの発生時に自動で調べました。`,
  answers: {
    diagnosed: ({ number }) => text`調べた結果は INC-${number} のスレッドにあります。`,
    noTarget: () => text`ラベルからは対象がわかりません。${code('/ops why NAME')} のように指定してください。`,
    alreadyAcked: (p) => text`${p.by} が ${timeOf(p.at)} から対応中です。変更はありません。`,
    youHaveIt: () => text`すでにあなたが対応中です。変更はありません。`,
    alreadyResolved: (p) =>
      text`${timeOf(p.at)} に${p.by ? text` ${p.by} が` : 'アラートの解消により'}解決済みです。変更はありません。`,
    notAcked: () => text`誰も対応していないので、取り下げるものはありません。`,
    notResolved: () => text`すでにオープンです。何も変わっていません。`,
    followed: () => text`同じグループの新しいインシデントがあり、発生中のアラートはそちらにあります。`,
    nothingHeld: () => text`発生中のアラートはもうないので、オープンに戻すものがありません。`,
    acked: (p) =>
      text`INC-${p.number} はあなたが対応中です。${p.calls ? 'ほかの人は呼び出されません（数秒前の呼び出しは届くことがあります）。' : ''}`,
    unacked: (p) =>
      text`INC-${p.number} をオープンに戻しました。${p.calls ? '呼び出しを最初から始めます。' : '誰も呼び出しません。'}`,
    resolved: (p) =>
      text`INC-${p.number} を解決にしました。${p.held > 0 ? `発生中の${p.held}件は保留され、解消するまで繰り返しの通知では何も起きません。` : ''}`,
    snoozed: (p) =>
      text`INC-${p.number} をスヌーズにしました。重大度が上がらない限り、${dateTimeOf(p.until)} まで誰も呼び出しません。`,
    morningPast: () => text`その 9:00 は過ぎたので、スヌーズしていません。今のメニューから選び直してください。`,
    notSnoozed: () => text`スヌーズ中ではないので、終えるものはありません。`,
    escalated: (p) => text`${who(p.mentions)} を呼び出しています（第${p.step + 1}段階）。`,
    escalatedNobody: () => text`その段階では誰にも届きませんでした。理由はスレッドにあります。`,
    noPolicy: () =>
      text`このインシデントにはエスカレーションポリシーがなく、呼び出す相手がいません。hikeshi.yaml のルートに ${{ code: 'policy:' }} を書いてください。`,
    alreadyEscalated: (p) =>
      text`このボタンの表示後、${timeOf(p.at)} に応援が呼ばれました。さらに必要なら、もう一度押してください。`,
    unknown: () => text`そのインシデントは記録にありません。`,
  },
  resolveForm: {
    title: 'インシデントを解決',
    submit: '解決にする',
    close: 'まだ閉じない',
    stillFiring: (p) => text`INC-${p.number} の${bold(`${p.count}件`)}がまだ発生中です。`,
    explain: () =>
      text`今解決にすると${bold('保留')}になります。解消するまで繰り返しの通知では何も起きません。グループのほかのアラートは新しいインシデントになります。`,
  },
  assignForm: {
    title: '担当者を決める',
    submit: '担当にする',
    close: 'やめる',
    about: (p) => text`INC-${p.number} ${bold(p.title)} を誰に担当してもらいますか。`,
    who: '担当者',
    explain: (p) =>
      p.acknowledged
        ? text`本人に知らせ、以後はその人が対応中になります。`
        : text`本人に知らせます。${p.calls ? '本人が「対応する」を押すまで、呼び出しはこれまでどおり続きます。' : 'ほかに呼び出される人はいません。'}`,
    hasIt: () => text`すでにその人が対応中です。別の人を選んでください。`,
    unknown: () => text`まだ情報のない人です。数分後にもう一度試すか、別の人を選んでください。`,
    cannot: () => text`ボット、ゲスト、無効な人は担当できません。別の人を選んでください。`,
  },
  unsnoozeConfirm: {
    title: 'スヌーズを終えますか？',
    text: (p) => (p.calls ? 'オープンに戻り、呼び出しを最初から始めます。' : 'オープンに戻ります。'),
    yes: '終える',
    no: 'やめる',
  },
  unackConfirm: {
    title: '対応をやめますか？',
    text: (p) => (p.calls ? '対応中の人がいなくなり、呼び出しを最初から始めます。' : '対応中の人がいなくなります。'),
    yes: '対応をやめる',
    no: 'やめない',
  },
  escalateConfirm: {
    title: '応援を呼びますか？',
    text: (p) =>
      p.who.length > 0
        ? `${p.again ? '全員を呼び出し済みです。' : ''}今すぐ ${p.who.join('、')} を${p.again ? 'もう一度' : ''}呼び出します。`
        : '今すぐ次の段階を呼び出します。',
    yes: '呼び出す',
    no: 'やめる',
  },
};
