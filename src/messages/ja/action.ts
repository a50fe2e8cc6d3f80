import { bold, code, dateTimeInUtc, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import { shellWord } from '../../domain/shell.ts';
import { isDatabase } from '../../domain/workload.ts';
import type { action as en } from '../en/action.ts';
import { pg } from './pg.ts';

const ROLES = { none: 'なし', viewer: 'viewer', operator: 'operator', admin: 'admin' } as const;

const OWNERS = {
  argocd: 'Argo CD',
  flux: 'Flux',
  helm: 'Helm リリース',
  controller: 'コントローラー',
} as const;

const APPROVAL_STATES = {
  asked: '回答待ち',
  given: '承認済み',
  refused: '却下済み',
  withdrawn: '取り下げ済み',
  expired: '期限切れ',
} as const;

const CANCELLING = {
  all: '取り消しています…',
  nothing: '取り消しました。変更は実行中で、もう止められません（経過は見ません）。',
  watching: '監視を終了します…',
} as const;

const elapsed = (p: { elapsed: string; usual: string | undefined; long: boolean }): string =>
  `${p.elapsed}${p.usual === undefined ? '' : p.long ? `、通常の約 ${p.usual} より長い` : ` / 通常 約 ${p.usual}`}`;

const listed = (who: readonly Inline[]): Text => who.flatMap((w, i) => (i === 0 ? [w] : [', ', w]));

type Differs = typeof en.rollback.differs;

function changedWords({ from, to }: Parameters<Differs['image']>[0]): Text {
  const [before, after] = [from, to].map((one): Inline => (one === '' ? '指定なし' : code(one)));
  return [before!, ' → ', after!];
}

function namesWords({ added, removed, changed }: Parameters<Differs['env']>[0]): Text {
  const names = (word: string, all: readonly string[]): Text =>
    all.length === 0 ? [] : text`${word} ${listed(all.map(code))}`;
  return joinText([names('追加', added), names('削除', removed), names('変更', changed)], '、');
}

const readiness = (fresh: boolean): string => (fresh ? '新しく準備完了' : '準備完了');

export const action: typeof en = {
  buttons: { restart: ({ name }) => `${name} を再起動`, rollback: ({ name }) => `${name} をロールバック` },

  restart: {
    summary: 'ワークロードの再起動（Pod を順に入れ替え）',
    title: (t) => `${t.kind} ${t.name} の再起動`,
    replaces: ({ pods, down }) =>
      pods === 1
        ? text`${bold('唯一の Pod')} が同じテンプレートの新しい Pod に置き換わります${down ? '' : '（更新戦略によっては新しい Pod が先に起動します）'}。`
        : text`${bold(`${pods} 個の Pod`)} すべてが、更新戦略に従って同じテンプレートの新しい Pod に置き換わります。`,
    replacesStuck: () =>
      text`同じテンプレートに印を付け直すだけです。Pod は作り直されますが、失敗の原因はそのまま残ります。`,
    budget: ({ name, wants }) =>
      text`${{ emoji: 'warning' }} PodDisruptionBudget ${code(name)} は正常な Pod を ${wants} 個求めています。再起動では考慮されません。`,
    ready: '現在の準備完了',
    readyOf: ({ ready, of }) => `${of} 個中 ${ready} 個`,
    down: () => text`${{ emoji: 'warning' }} 新しい Pod が準備できるまで${bold('停止します')}。その間は応答しません。`,
    noPods: () =>
      text`レプリカ数が ${bold('0')} のため、置き換える Pod はありません。次に起動する Pod に印が付きます。`,
    onDelete: (t) =>
      text`更新戦略が ${bold('OnDelete')} のため、${bold('Pod は置き換わりません')}。手で削除した Pod から入れ替わります: ${code(`kubectl -n ${shellWord(t.namespace)} delete pod NAME`)}`,
    namespace: 'ネームスペース（名前に含まれないとき）',
    images: 'イメージ',
  },

  scale: {
    summary: 'Deployment や StatefulSet の Pod 数の変更',
    title: ({ target, to }) =>
      to === 'back'
        ? `${target.kind} ${target.name} の元の数へのスケール`
        : `${target.kind} ${target.name} の ${to} 個へのスケール`,
    change: ({ from, to }) =>
      text`レプリカ数: ${code(String(from))} → ${code(String(to))}（${Math.abs(to - from)} 個${to > from ? '増' : '減'}）`,
    toZero: () =>
      text`${{ emoji: 'warning' }} ${bold('動いている Pod がなくなります。')}再びスケールするまで呼び出しは失敗します。`,
    autoscaler: ({ name, min, max, keda }) =>
      text`${{ emoji: 'warning' }} ${keda ? 'KEDA' : 'オートスケーラー'} ${code(name)}（${min}〜${max}）がレプリカ数を決めるため、${bold('元に戻されます')}。変更を保つには上下限を変えてください。`,
    suspends: ({ name }) =>
      text`${{ emoji: 'warning' }} 0 にすると、再びスケールするまでオートスケーラー ${code(name)} は働きません。`,
    quota: ({ name, resource, room }) =>
      text`${{ emoji: 'warning' }} クォータ ${code(name)} の残りは Pod ${room} 個分（${resource}）です。それを超える Pod は起動できません。`,
    budget: ({ name, wants }) =>
      text`${{ emoji: 'warning' }} PodDisruptionBudget ${code(name)} は正常な Pod を ${wants} 個求めています。下回るとノードをドレインできません。`,
    replicas: 'Pod 数',
    back: (n) => `${n} に戻す`,
  },

  unseen: (what) =>
    text`権限がなく調べていません: ${what.join(', ')}。必要な権限は ${code('hikeshi rbac')} で確認できます。`,
  unread: (what) => text`今は読み取れず、ここには含まれていません: ${what.join(', ')}。`,
  stuckRollout: ({ images, reason, old, words }) =>
    text`${{ emoji: 'warning' }} ${bold('ロールアウトが止まっています')}: ${code(images)} の Pod が準備完了になりません${reason ? text`（${code(reason)}）` : ''}。応答しているのは以前の ${old} 個です。この操作では直りません。戻すには: ${code(words)}`,

  owner: ({ kind, name }) =>
    text`${{ emoji: 'warning' }} ${OWNERS[kind]} ${code(name)} が管理しているため、次の同期で${bold('元に戻されることがあります')}。変更を保つにはそちらを変えてください。`,

  rollback: {
    summary: 'ワークロードを以前のリビジョンにロールバックする（イメージ、環境変数、リソース、コマンド）',
    to: '戻すリビジョン（history で確認。省略時は 1 つ前）',
    from: 'このリビジョンが動いている間だけ実行する',
    pick: '戻すリビジョン（変えるとまず内容を表示）',
    left: ({ revision, by, at, job }) =>
      text`${{ emoji: 'warning' }} リビジョン ${code(String(revision))} は ${dateTimeInUtc(at)} に ${bold(by)} が${bold('ロールバックで外したもの')}です（JOB-${job}）。`,
    title: ({ target, to }) =>
      `${target.kind} ${target.name} の${to === undefined ? '前のリビジョン' : `リビジョン ${to} `}へのロールバック`,
    change: ({ from, to, at, cause }) =>
      text`リビジョン ${code(String(from))} → ${code(String(to))}（${dateTimeInUtc(at)}${cause ? `「${cause}」` : ''}）。変わるもの:`,
    differs: {
      image: (p) => text`${code(p.container)} のイメージ: ${changedWords(p)}`,
      command: (p) => text`${code(p.container)} のコマンド: ${changedWords(p)}`,
      resources: (p) => text`${code(p.container)} のリソース: ${changedWords(p)}`,
      env: (p) => text`${code(p.container)} の環境変数（値は表示しません）: ${namesWords(p)}`,
      added: ({ container, image }) => text`コンテナ ${code(container)}（${code(image)}）を追加`,
      removed: ({ container, image }) => text`コンテナ ${code(container)}（${code(image)}）を削除`,
      other: ({ container, fields }) => text`${container ? code(container) : 'Pod'}: ${fields.join(', ')}`,
    },
    moreDifferences: (n) => text`ほか ${n} 件`,
    replaces: (n) =>
      n === 0
        ? text`レプリカ数が ${bold('0')} のため、置き換える Pod はありません。`
        : n === 1
          ? text`${bold('唯一の Pod')} が、更新戦略に従って置き換わります。`
          : text`${bold(`${n} 個の Pod`)} のうち別のテンプレートのものが、更新戦略に従って置き換わります。`,
    stuck: (names) =>
      text`${{ emoji: 'warning' }} 準備完了にならない Pod ${listed(names.map(code))} を StatefulSet は待ち続けるため、${bold('削除します')}。`,
    restartAlone: () =>
      text`${{ emoji: 'warning' }} 違いは注釈だけです。そのリビジョンの後に行われたのは${bold('再起動')}です。さらに前は ${code('/ops history')} で確認できます。`,
    back: (n) => `リビジョン ${n} に戻す`,
  },

  delete: {
    summary: 'Pod、またはラベルで選んだワークロードの Pod を削除する（新しい Pod に置き換わる）',
    selector: 'このラベルを持つ Pod だけ',
    title: ({ target, pod }) =>
      pod === undefined ? `${target.kind} ${target.name} の Pod の削除` : `Pod ${pod} の削除`,
    pod: (p) => text`${code(p.name)}: ${p.status}${p.restarts === 0 ? '' : `、再起動 ${p.restarts} 回`}`,
    more: (n) => text`ほか ${n} 件`,
    replaced: (p) =>
      text`${bold('削除')}すると、新しい Pod に置き換わります。その間 Ready なのは ${p.desired} 個中 ${bold(String(p.left))} 個です。`,
    budget: (p) =>
      text`${{ emoji: 'warning' }} PodDisruptionBudget ${code(p.name)} は正常な Pod を ${p.wants} 個求めていますが、削除はこれを確認しません。`,
  },

  history: {
    summary: 'ワークロードのリビジョン（いつから何が動いたか、今はどれか）',
    found: ({ target, revisions, current }) =>
      revisions === 0
        ? text`${code(target)} にリビジョンはありません（まだ作られていないか、${code('revisionHistoryLimit')} が残していません）。`
        : text`${code(target)}: リビジョン ${revisions} 件。${
            current === undefined
              ? '今のテンプレートのリビジョンはまだありません。'
              : text`今は ${bold(String(current))}（${code('*')}）です。`
          }`,
    columns: { revision: 'リビジョン', image: 'イメージ', at: '作成 (UTC)', cause: 'change-cause' },
    back: (to) => `${to} に戻す`,
  },

  choose: {
    title: '選択',
    submit: '次へ',
    button: '選ぶ…',
    several: (p) => text`${bold(p.target)} に ${p.count} 件あります。フォームで選んでください:`,
  },
  form: {
    loadingTitle: 'お待ちください',
    loading: (title) => text`${bold(title)}: 対象を調べ、変更せずに試しています…`,
    title: '確認',
    submit: '実行する',
    ask: '承認を依頼する',
    needsYes: ({ who, oneself }) =>
      who.length > 0
        ? text`${{ emoji: 'raised_hand' }} ${bold('承認が必要です')}（承認できる人: ${listed(who)}）。`
        : text`${{ emoji: 'warning' }} ${bold('承認が必要です')}が、${oneself ? 'ご自身のほかに' : ''}承認できる人がいません。hikeshi.yaml の ${code('roles.approver')} ${oneself ? 'に追加するか、ほかの人が依頼してご自身が承認してください' : 'に追加してください'}。`,
    undoes: ({ job }) => text`${bold(`JOB-${job}`)} を元に戻します。`,
    lately: ({ verb, by, job, ago }) =>
      text`${{ emoji: 'warning' }} ${bold(`${ago}前`)}に ${by} が ${code(verb)} を実行しています（JOB-${job}）。`,
    waiting: ({ verb, by, approval }) =>
      text`${{ emoji: 'warning' }} 同じ対象で APR-${approval}（${by} の ${code(verb)}）も承認待ちです。`,
    uncompared: ({ system, at }) =>
      text`${{ emoji: 'warning' }} ${bold(system)} が応答しないため、これは ${timeOf(at)} 時点の内容です。実行の前にもう一度照合します。`,
    widened: ({ pod, name }) =>
      text`${{ emoji: 'warning' }} 入力されたのは Pod ${code(pod)} ですが、対象は ${code(name)} の ${bold('全体')} です。`,
    close: 'やめる',
    dismiss: '閉じる',
    refusedTitle: '今はできません',
    target: '対象',
    warnings: (lines) => text`クラスタからの警告: ${lines.join('; ')}`,
    untried: (webhook) =>
      text`${{ emoji: 'warning' }} Admission Webhook ${code(webhook)} がドライランに対応していないため、API サーバで試せませんでした。この内容は現在の状態と変更内容から計算したもので、Admission の判定は実行時に初めて行われます。`,
    guessed: () => text`この対象は Pod の名前から推定したものです。意図した対象か確かめてください。`,
    reason: '理由',
    reasonHint: '監査ログとクラスタに、あなたの名前とともに残ります。',
    reasonHintDatabase: '監査ログに、あなたの名前とともに残ります。',
    until: (at) => text`まだ何も変更していません。このプレビューは ${timeOf(at)} まで有効です。`,
  },
  continue: {
    text: (title) => text`${bold(title)} を実行しますか？`,
    button: '続ける',
  },

  refusal: {
    role: ({ what, has, needs, who }) =>
      text`${code(what)} には ${bold(ROLES[needs])} の権限が必要です（あなたは ${ROLES[has]}）。${
        who.length > 0
          ? text`依頼先: ${listed(who)}`
          : text`該当者がいません。hikeshi.yaml の ${code(`roles.${needs}`)} に指定してください。`
      }`,
    permission: ({ what, target, on, who }) =>
      text`あなたが ${code(what)} できるのは ${joinText(
        on.map((one) => [code(one)]),
        '、',
      )} で、${code(target)} はできません。${who.length > 0 ? text`依頼先: ${who.flatMap((w, i) => (i === 0 ? [w] : [', ', w]))}` : ''}`,
    'action-channel': ({ environment, channels }) =>
      text`${code(environment)} への操作は ${joinText(
        channels.map((c) => [c.startsWith('#') ? code(c) : { channel: c }]),
        '、',
      )} でのみ受け付けます。そこで実行してください。`,
    'one-action-per-target': ({ job, by, target }) =>
      text`${code(target)} は ${by} の JOB-${job} が操作中です。終わるのを待つか、${code(`/ops jobs cancel JOB-${job}`)} で止めてから、もう一度お試しください。`,
    'plan-expired': ({ at }) =>
      text`このプレビューの期限（${timeOf(at)}）が過ぎています。何も変更していません。もう一度実行してください。`,
    'own-plan': ({ by }) =>
      text`進めることも取り下げることも、依頼した ${by} にしかできません。何も変更していません。必要ならご自身で依頼してください。`,
    'reason-required': ({ environment }) => text`理由を短く書いてください（${code(environment)} では必須です）。`,
    unchanged: ({ target, by }) =>
      by
        ? text`プレビューの後に JOB-${by.job}（${by.by} の ${code(by.verb)}）が ${code(target)} を変更したため、何も行っていません。もう一度確認してください。`
        : text`プレビューの後に ${code(target)} が変わったため、何も行いませんでした。もう一度確認してください。`,
    'lock-held': ({ target }) =>
      text`ワーカーが止まっている間に ${code(target)} が別の操作に渡ったため、何も行いませんでした。もう一度実行してください。`,
    'as-left': ({ target }) =>
      text`その操作の後に ${code(target)} が変わっています。取り消すとほかの人の変更まで戻してしまうため、何も行いませんでした。`,
    approver: ({ who }) =>
      text`承認には ${bold('approver')} の権限が必要です。${who.length > 0 ? text`依頼先: ${listed(who)}` : ''}`,
    'not-oneself': ({ who }) =>
      text`ご自身の依頼は承認できません。ほかの人の承認が必要です。何も変更していません。${
        who.length > 0
          ? text`${listed(who)} に同じボタンを押してもらってください。`
          : text`ほかに承認できる人がいません。hikeshi.yaml の ${code('roles.approver')} に追加してください。`
      }`,
    'approval-open': ({ number, state, by }) =>
      text`APR-${number} はもう回答を待っていません（${APPROVAL_STATES[state]}${by ? text`: ${by}` : ''}）。`,
    'approval-required': ({ target }) =>
      text`今は ${code(target)} の操作に承認が必要ですが、承認されていません。何も行いませんでした。もう一度実行してください。`,
    reversible: ({ verb }) => text`${code(verb)} は取り消せません。何も変更していません。`,
    'incident-target': ({ number }) =>
      text`INC-${number} からは操作対象を確定できません。対象を指定してください: ${code('/ops restart NAME -e ENV')}`,
    'incident-open': ({ number, at, verb }) =>
      text`INC-${number} は${at ? text` ${timeOf(at)} に` : ''}解決済みのため、何も行いませんでした。必要なら入力してください: ${code(`/ops ${verb} NAME`)}`,
    'known-action': ({ verb }) =>
      text`操作 ${code(verb)} は使えません（このバージョンにないか、hikeshi.yaml で無効です）。何も変更していません。`,
    missing: () => text`その操作の記録はありません。何も変更していません。`,
  },

  post: {
    headline: ({ emoji, title, target }) => text`${{ emoji }} ${bold(title)} · ${code(target)}`,
    lockScreen: ({ title, target, status, job }) => text`${title}: ${status}（${target}、JOB-${job}）`,
    by: ({ by, at, job, reason, approver, timer }) =>
      text`${timer ? 'タイマー（依頼者: ' : ''}${by}${timer ? '）' : ''} ${timeOf(at)} · JOB-${job}${approver ? text` · 承認: ${approver}` : ''}${reason ? ` · 「${reason}」` : ''}`,
    queued: ({ since }) => text`開始しています…（${timeOf(since)} に依頼）`,
    checking: () => text`変更がないか、もう一度確認しています…`,
    executing: () => text`実行しています…`,
    turn: ({ environment, running, since }) =>
      text`${timeOf(since)} から順番待ちです。${bold(environment)} では ${running} 件の変更が進行中で、同時に行えるのはそこまでです。一覧: ${code('/ops jobs')}`,
    doubt: ({ system, since }) =>
      text`${timeOf(since)} に ${bold(system)} から応答がありませんでした。実行されたか調べています（二度は実行しません）。`,
    watching: ({ bar, done, of, since, fresh, ...time }) =>
      text`${bar} ${of} 個中 ${done} 個の Pod が${readiness(fresh)}（${timeOf(since)} から監視中、${elapsed(time)}）`,
    started: ({ since, ...time }) =>
      text`実行しました。${timeOf(since)} から経過を監視しています（${elapsed(time)}）。`,
    keeps: ({ reason, quota }) =>
      text`待ち: ${quota === undefined ? code(reason) : text`クォータ ${code(quota)} の空き`}`,
    awayBefore: ({ system, since }) =>
      text`${bold(system)} が ${timeOf(since)} から応答していません。5 秒ごとに再試行します。まだ何も変更していません。`,
    awayWatching: ({ system, since }) =>
      text`${bold(system)} が ${timeOf(since)} から応答していません。変更は済んでいます。5 秒ごとに見直します。`,
    cancelling: ({ by, stops }) => text`${by} が${CANCELLING[stops]}`,
    cancel: '取り消す',
    stopWatching: '監視をやめる',
    again: 'もう一度プレビュー',
    tryAgain: 'もう一度試す',
    undo: '元に戻す',
  },

  approval: {
    lockScreen: ({ title, target, status, number }) => text`${title}（${target}）APR-${number}: ${status}`,
    by: ({ by, at, number, reason }) => text`${by} ${timeOf(at)} · APR-${number}${reason ? ` · 「${reason}」` : ''}`,
    asked: ({ who, until }) =>
      who.length > 0
        ? text`${bold('承認待ち')}（${timeOf(until)} まで）: ${listed(who)}。まだ何も変更していません。`
        : text`${bold('承認待ち')}ですが、ほかに承認できる人がいません。hikeshi.yaml の ${code('roles.approver')} に追加するか、取り下げてください。`,
    given: ({ by }) => text`${by ? text`${by} が` : ''}${bold('承認しました')}。`,
    refused: ({ by, reason }) =>
      text`${by ? text`${by} が` : ''}${bold('却下しました')}${reason ? `（「${reason}」）` : ''}。何も行っていません。`,
    withdrawn: ({ by }) => text`${by ? text`${by} が` : ''}${bold('取り下げました')}。何も行っていません。`,
    expired: () => text`${bold('期限内に承認されませんでした')}。何も行っていません。`,
    approve: '承認する',
    refuse: '却下する',
    withdraw: '取り下げる',
    sure: '承認しますか？',
    sureText: (title) => `${title}。すぐに始まります。`,
    refuseTitle: '却下しますか？',
    refuseText: ({ title, target, by }) => text`${bold(title)} · ${code(target)}（依頼者: ${by}）。何も行われません。`,
    refuseHint: '依頼者に伝わります。',
  },

  asker: {
    given: ({ asker, by, title, job }) =>
      text`${asker}: ${by} が ${bold(title)} を承認しました。開始しました（JOB-${job}）。`,
    refused: ({ asker, by, title, reason }) =>
      text`${asker}: ${by} が ${bold(title)} を却下しました${reason ? `（「${reason}」）` : ''}。何も行っていません。`,
    expired: ({ asker, title }) =>
      text`${asker}: ${bold(title)} は期限内に承認されませんでした。何も行っていません。まだ必要なら、もう一度依頼してください。`,
    ended: ({ asker, title, job, status }) => text`${asker} ${title}（JOB-${job}）: ${status}`,
  },

  approvals: {
    summary: '承認待ちの操作の一覧、またはその一つ',
    none: () => text`承認待ちの操作はありません。`,
    waiting: (n) => text`承認待ちの操作が ${n} 件あります。`,
    posts: (numbers) => text`承認・却下は投稿から: ${numbers}`,
    columns: { number: '承認', what: '操作', target: '対象', by: '依頼者', until: '期限 (UTC)' },
    notANumber: ({ typed }) =>
      text`${code(typed)} は承認の番号ではありません。${code('APR-3')} のように書いてください。一覧: ${code('/ops approvals')}`,
    missing: ({ number }) => text`APR-${number} はありません。一覧: ${code('/ops approvals')}`,
  },

  outcome: {
    healthy: ({ of, took, fresh }) =>
      of === 0
        ? text`${bold('完了')}しました。待つべき Pod はありません。`
        : text`${bold('正常')}: ${of} 個の Pod がすべて${readiness(fresh)}です（${took}）。`,
    unhealthy: ({ done, of, reason }) =>
      text`${bold('異常')}: ${of} 個中 ${done} 個の Pod だけが準備完了です${reason ? text`（${code(reason)}）` : ''}。`,
    late: ({ done, of, took }) =>
      text`${bold('異常')}: ${took} たっても ${of} 個中 ${done} 個の Pod しか準備できていません。監視を終了しました。`,
    problem: ({ pod, reason, message }) =>
      text`${pod ? code(pod) : 'Pod を作れません'}: ${reason}${message ? `（${message}）` : ''}`,
    moreProblems: (n) => text`ほか ${n} 件`,
    gone: () => text`${bold('消滅')}: 監視中に削除されました。`,
    overruled: ({ wanted, is }) =>
      text`${bold('元に戻されました')}: ${wanted} にした後、ほかの誰か（オートスケーラー、同期、人）が ${is} にしました。`,
    overruledTemplate: () =>
      text`${bold('元に戻されました')}: ほかの誰か（同期、リリース、人）が Pod テンプレートを変えました。`,
    changed: () => text`プレビューの後に変わったため、${bold('何も行いませんでした')}。`,
    changedBy: ({ verb, by, job }) =>
      text`プレビューの後に JOB-${job}（${by} の ${code(verb)}）が変更したため、${bold('何も行いませんでした')}。`,
    nothingDone: (why) => text`${bold('何も行いませんでした。')}${why}`,
    away: ({ system, since }) =>
      text`${system} が ${timeOf(since)} から応答しないため、${bold('何も行いませんでした')}。`,
    'not-done': () => text`中断され、クラスタに痕跡がないため、${bold('実行されていません')}。`,
    cancelledBefore: ({ by }) => text`変更する前に ${by} が ${bold('取り消しました')}。`,
    cancelledAfter: ({ by }) =>
      text`${by} が監視を終了しました。${bold('変更はそのまま残ります')}。経過はもう見ません。`,
    unknownPerhaps: ({ why }) =>
      text`${bold('不明')}: 実行されたかどうか分かりません（${why}）。自動では再実行しません。`,
    unknownYes: ({ why }) => text`${bold('実行しましたが、結果は不明です')}: ${why}。監視を終了しました。`,
    error: ({ id, executed }) =>
      text`${bold(executed ? '不明' : '何も行いませんでした')}: Hikeshi の不具合です（ログの id ${code(id)}）。`,
    probe: 'クラスタから確認できません',
  },
  next: {
    look: (label) => text`次: 「${bold(label)}」`,
    lookForRun: ({ target, run }) =>
      isDatabase(target)
        ? pg.act.whether(target)
        : text`次: 本体か Pod テンプレートの注釈 ${code(`hikeshi/run: ${run}`)} の有無を確認`,
    again: (label) => text`次: 「${bold(label)}」を押してください。`,
    tryAgain: (label) => text`次: まだ必要なら「${bold(label)}」を押してください。`,
  },
  seconds: (s) => (s < 90 ? `${s} 秒` : `${Math.round(s / 60)} 分`),
};
