import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { ops as en } from '../en/ops.ts';

export const ops: typeof en = {
  roles: { none: '権限なし', viewer: '閲覧者', operator: 'オペレーター', admin: '管理者', approver: '承認者' },

  barred: (p) => {
    switch (p.rule) {
      case 'guest':
        return text`ゲストは Hikeshi を使えません。正規メンバーに頼んでください。`;
      case 'deactivated':
        return text`この Slack アカウントは停止されているため、Hikeshi は応答しません。`;
      case 'bot':
        return text`Hikeshi はアプリには応答しません。アプリからは HTTP API とキーを使ってください。`;
      case 'foreign-team':
        return text`Hikeshi は自分のワークスペースのメンバーにだけ応答します。そこのメンバーに頼んでください。`;
      case 'slack-away':
        return text`あなたの情報がまだなく、Slack からの応答も間に合いませんでした。何も実行していません。一分ほどしてからもう一度試してください。`;
      case 'unknown-person':
        return text`Slack であなたを確認できないため、応答できません。何も実行していません。`;
      default:
        return text`ここで Hikeshi を使えるのは、hikeshi.yaml の ${code('roles')} に書かれた人だけです。このファイルの管理者に頼んでください。`;
    }
  },
  needsRole: (p) =>
    text`${code(p.what)} には ${bold(ops.roles[p.needed])} の権限が必要です (あなたは${ops.roles[p.role]})。${
      p.who.length > 0
        ? text`権限のある人: ${list(p.who)}`
        : text`権限のある人がいません。hikeshi.yaml の ${code(`roles.${p.needed}`)} に追加してください。`
    }`,

  away: (p) =>
    text`${p.since ? text`${timeOf(p.since)} から ` : ''}${bold(p.system)} が応答しません。${
      p.unchanged ? '何も変更していません。' : ''
    }一分ほどしてからもう一度試してください。`,
  cluster: {
    away: (p) =>
      text`${p.since ? text`${timeOf(p.since)} から` : ''}クラスタ ${bold(p.cluster)} が応答しません。一分ほどしてからもう一度試してください。`,
    unauthorized: (p) =>
      text`クラスタ ${bold(p.cluster)} が Hikeshi の認証情報を受け付けません (401)。どの認証情報かは ${code('hikeshi check')} で分かります。`,
    forbidden: (p) =>
      text`クラスタ ${bold(p.cluster)} で Hikeshi にこの操作の権限がありません: ${code(p.detail)}。${code('/ops can-i')} で足りない権限を一覧できます。`,
    'not-found': (p) => text`クラスタ ${bold(p.cluster)} にはもうありません: ${code(p.detail)}`,
    changed: (p) =>
      text`クラスタ ${bold(p.cluster)} でその間に変更があったため、何も実行していません。確認してからやり直してください。`,
    paused: (p) =>
      text`ロールアウトが一時停止中です: ${code(p.detail)}。先に ${code('kubectl rollout resume')} で再開してください。`,
    invalid: (p) => text`クラスタ ${bold(p.cluster)} に拒否されました: ${code(p.detail)}`,
    misconfigured: (p) =>
      text`クラスタ ${bold(p.cluster)} への接続設定に誤りがあります: ${code(p.detail)}。詳しくは ${code('hikeshi check')} を見てください。`,
  },
  broken: (p) =>
    text`内部で問題が起きました (id ${code(p.id)})。入力の誤りではなく Hikeshi 側の問題です。ログにこの id で詳細があります。`,
  tookTooLong: (p) =>
    text`${code(p.what)} は ${p.seconds} 秒以内に答えが得られず、打ち切りました。${code('-n')} や ${code('-e')} で絞り込むか、もう一度試してください。`,
  notRecorded: () =>
    text`記録されていません。データベースの応答が間に合いませんでした。何も起きていないので、もう一度操作してください。`,
  perhapsRecorded: () =>
    text`データベースの応答が間に合わず、記録されたかどうか分かりません。もう一度押す前にメッセージを確かめてください。`,
  beingUpgraded: () => text`Hikeshi を更新中です。何も起きていません。一分ほどしてからもう一度押してください。`,
  slackExpired: () => text`Slack がフォームを時間内に開けませんでした。もう一度操作してください。`,
  malformed: () =>
    text`このボタンの内容を読み取れないため、何も実行していません。${code('/ops')} からやり直してください。`,
  unknownButton: () =>
    text`このバージョンの Hikeshi はこのボタンを知らないため、何も実行していません。${code('/ops')} からやり直してください。`,
  errorTitle: '実行できませんでした',
  close: '閉じる',

  overview: {
    open: (p) =>
      p.open === 0
        ? text`未解決のインシデントはありません。`
        : text`${bold(`未解決のインシデント ${p.open} 件`)}: ${p.counts.map((c) => `${severities[c.severity]} ${c.count}`).join('、')}`,
    acknowledge: (p) =>
      text`次: ${bold(`INC-${p.number}`)} (${severities[p.severity]}、${timeOf(p.at)} から) にまだ誰も対応していません: ${p.title}`,
    list: '未解決の一覧',
    nothingWaits: () => text`確認待ちのものはありません。`,
    youCan: (p) => text`コマンド: ${p.verbs}。${code('/ops help コマンド')} で説明が出ます。`,
  },
  share: {
    inChannel: 'このチャンネルに共有',
    inThread: 'このスレッドに共有',
    shared: (p) => text`${p.by} が ${code(`/ops ${p.typed}`)} (${timeOf(p.at)} の回答) を共有しました:`,
    again: (p) => text`すでに ${p.by} が ${timeOf(p.at)} に共有しています。`,
    noChannel: () => text`Hikeshi はこのチャンネルに投稿できません。招待してから、もう一度押してください。`,
    missing: () => text`この回答は古いため共有できません。もう一度依頼してから共有してください。`,
    notAllowed: (p) => text`${code(`/ops ${p.verb}`)} を使う権限がなくなったため、共有しませんでした。`,
  },
  file: {
    button: '全体をファイルで',
    sent: ({ link }) =>
      text`${{ link, label: '全体はこちら' }}です。ダイレクトメッセージのファイルで、ほかの人には見えません。`,
  },

  help: {
    title: () =>
      text`ここでは ${code('/ops COMMAND')}、スレッドでは ${code('@Hikeshi COMMAND')}、ダイレクトメッセージではコマンドだけで使えます。`,
    queries: '調べる (答えは自分にだけ見えます)',
    actions: '変更する (プレビューのあとに確定します)',
    examples: '例',
    aliases: '別名',
    more: () => text`フラグと例は ${code('/ops help COMMAND')} で見られます。`,
    needs: (p) => ` (${ops.roles[p.role]}の権限が必要)`,
    environment: '対象の環境',
    cluster: 'このクラスタだけ',
    file: '全体をファイルとしてダイレクトメッセージで受け取る',
  },

  describe: {
    summary: 'Pod、ワークロード、ノード、Service などの要点（コンテナ、状態、taint など）',
    buttons: { why: '原因を調べる', events: 'イベント', yaml: 'YAML' },
  },
  yaml: {
    summary: 'オブジェクトを YAML で表示（環境変数の値は伏せる。Secret と ConfigMap は対象外）',
    found: (p) => text`${bold(p.path)}${p.more > 0 ? `: ほか ${p.more} 行` : ''}`,
  },

  pods: {
    summary: 'Pod の状態（問題のあるものが先）',
    flags: {
      namespace: 'この namespace の中',
      allNamespaces: 'すべての namespace (インシデントのスレッドでも)',
      selector: 'ラベルで絞り込む (例: app=checkout,tier!=cache)',
      output: 'wide: IP とノードも表示',
      sort: '並び順: problems (既定)、name、restarts、age (新しい順)、使用量の cpu、memory',
      node: 'このノードの Pod だけ',
      fieldSelector: 'spec.nodeName=NODE（kubectl の書き方。--node と同じ）',
      sortBy: '同じものを kubectl の書き方で: .metadata.creationTimestamp、cpu など',
    },
    buttons: {
      why: (p) => `${p.pod} の原因を調べる`,
      logs: (p) => `${p.pod} のログ`,
      delete: (p) => `${p.pod} を削除`,
    },
    found: (p) => {
      if (!p.worst) return text`${bold(p.where)}: Pod ${p.pods} 個、問題なし。`;
      return text`${bold(p.where)}: Pod ${p.pods} 個、${bold(`問題あり ${p.troubled} 個`)}。先頭は ${code(p.worst.name)} (${p.worst.status})。`;
    },
    moreProblems: (p) => text`ほかに ${p.more} 個に問題があります。`,
    problem: (p) =>
      text`${code(p.pod)}${p.container ? ` (${p.container})` : ''} ${bold(p.reason)}${p.message ? `: ${p.message}` : ''}`,
    none: (p) => {
      if (p.target === undefined) return text`${bold(p.where)} に Pod はありません。`;
      const near = list(p.near.map((name) => code(name)));
      return text`${bold(p.where)} に ${code(p.target)} という Pod はありません。${near.length > 0 ? text`もしかして: ${near}。` : ''}別の場所は ${code('-n')}、${code('-A')}、${code('-e')} で指定できます。`;
    },
    unmeasured: (p) =>
      text`${bold(p.clusters.join('、'))} の使用量はありません (${code('metrics.k8s.io')} が応答しません)。その Pod は最後に並びます。`,
    away: (p) => text`${bold(p.clusters.join('、'))} は応答がないため含まれていません。`,
    narrower: (p) =>
      text`${p.of} 個中 ${p.shown} 個を表示しています。${code('-n ネームスペース')} か名前で絞り込めます。全部は ${code('--file')} です。`,
    notLookedAt: (p) =>
      text`ほかに ${p.more} 個の Pod は調べていません。${code('-n')} か ${code('-l')} で絞り込んでください。`,
  },
};

const severities = { critical: '緊急', high: '高', medium: '中', low: '低' } as const;

function list(parts: readonly Inline[]): Text {
  return joinText(
    parts.map((p) => [p]),
    '、',
  );
}
