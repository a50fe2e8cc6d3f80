import { bold, code, type Inline, joinText, type Text, text } from '../../domain/content.ts';
import type { Unseen } from '../../domain/why/facts.ts';
import type { CauseSentences, Obstacle, QuotaLimit } from '../../domain/why/finding.ts';
import type { why as english } from '../en/why.ts';
import { ageWords } from './ages.ts';

const KNOWN_SIGNALS: Readonly<Record<number, string>> = {
  126: 'コマンドを実行できない',
  127: 'コマンドがない',
  134: '自分で異常終了した',
  137: '強制終了された（SIGKILL）',
  139: 'クラッシュした（segmentation fault）',
  143: '停止を求められた（SIGTERM）',
};

const restarted = (n: number): string => (n > 0 ? `。再起動 ${n} 回` : '');

const exit = (exitCode: number): Text => {
  const meaning = KNOWN_SIGNALS[exitCode];
  return text`終了コード ${code(`${exitCode}`)}${meaning ? `: ${meaning}` : ''}`;
};

const listed = (all: readonly Inline[]): Text =>
  joinText(
    all.map((one) => [one]),
    '、',
  );

function obstacle(o: Obstacle): Text {
  const on = o.nodes === 0 ? 'ノード' : `ノード ${o.nodes} 台`;
  switch (o.why) {
    case 'resource':
      return text`${on}で ${code(o.resource)} の空きが不足${o.asks ? `（要求 ${o.asks}）` : ''}`;
    case 'taint':
      return text`${on}に許容していない taint${o.taints.length > 0 ? ': ' : ''}${listed(o.taints.map(code))}`;
    case 'selector':
      return text`${on}に必要なラベルがない${o.selector ? text`（${code(o.selector)}）` : ''}`;
    case 'affinity':
      return text`${on}に一緒に置くべき Pod がない`;
    case 'anti-affinity':
      return text`${on}に一緒に置けない Pod がある`;
    case 'spread':
      return text`${on}では分散の条件を満たせない`;
    case 'cordoned':
      return text`${on}が cordon されている`;
    case 'ports':
      return text`${on}で host port が使用中`;
    case 'volume-place':
      return text`${on}にはボリュームを接続できない`;
    case 'full':
      return text`${on}の Pod 数が上限`;
    case 'other':
      return text`${on}: ${o.words}`;
  }
}

const KEPT = {
  rights: 'ノードに取得の権限がありません。ノードのロールとリポジトリのポリシーを確認してください',
  network: 'ノードから届きません。ECR と S3 への経路（NAT、エンドポイント、DNS）を確認してください',
  either: 'ノードの権限か、レジストリへの経路に問題があります',
} as const;

const tags = (all: readonly { readonly tag: string; readonly age: string }[]): Text =>
  joinText(
    all.map(({ tag, age }) => text`${code(tag)}${age ? `（${ageWords(age)}前）` : ''}`),
    '、',
  );

const limit = ({ resource, requested, used, hard }: QuotaLimit): Text =>
  text`${code(resource)} は ${hard} のうち ${used} を使用中、さらに ${requested} が必要`;

const cause: CauseSentences<Text> = {
  'image-not-found': (p) =>
    text`レジストリにイメージ ${code(p.image)} がありません。タグの誤りか、push されていません。ロールバックするか push してください。`,
  'image-no-repository': (p) =>
    text`レジストリに ${code(p.image)} のリポジトリがありません。イメージ名を直してください。`,
  'image-denied': (p) =>
    text`レジストリが ${code(p.image)} の取得を拒否しました。権限がないか、リポジトリがありません。pull secret とノードのロールを確認してください。`,
  'image-pull-secret': (p) =>
    text`pull secret ${code(p.secret)} がなく、${code(p.image)} の取得には必要です。この Namespace に作成してください。`,
  'image-name': (p) => text`${code(p.image)} はイメージ名として正しくありません。直してください。`,
  'image-registry-away': (p) =>
    text`ノードから ${code(p.image)} のレジストリに届きません。ネットワーク、DNS、レジストリを確認してください。`,
  'image-rate-limit': (p) =>
    text`レジストリの取得回数の上限です（${code(p.image)}）。待つか、ログインするか、ミラーを使ってください。`,
  'image-platform': (p) => text`${code(p.image)} はこのノードの CPU 向けにビルドされていません。`,
  'image-not-on-node': (p) =>
    text`${code(p.image)} がノードになく、pull policy ${code('Never')} のため取得できません。`,
  'image-pull': (p) => text`イメージ ${code(p.image)} を取得できません。ノードの説明は下にあります。`,
  'image-kept-from-node': (p) => text`${code(p.image)} はレジストリにあり、名前は正しいです。${KEPT[p.by]}。`,
  'image-pushed-since': (p) =>
    text`${code(p.image)} は Pod の作成後に push され、今はレジストリにあります。ノードは数分以内に再試行します。再起動すればすぐに試します。`,
  'config-missing': (p) => text`${p.what} ${code(p.name)} がありません。作成するか、ロールバックしてください。`,
  'config-key-missing': (p) =>
    text`${p.what} ${code(p.name)} にキー ${code(p.key)} がありません。追加するか、ロールバックしてください。`,
  'runs-as-root': (p) =>
    text`${code(p.container)} のイメージは root で動き、${code('runAsNonRoot')} で禁止されています。数値のユーザーを指定してください。`,
  'no-such-command': (p) =>
    text`${code(p.container)} を起動できません。${code(p.command)} がイメージにないか、実行できません。`,
  'wrong-architecture': (p) => text`${code(p.container)} のプログラムはノードと異なる CPU 向けです。`,
  'container-refused': (p) =>
    text`ノードが ${code(p.container)} を起動できません（${code(p.reason)}）。説明は下にあります。`,
  'oom-killed': (p) =>
    text`${code(p.container)} はメモリ不足で強制終了されました${p.limit ? text`（上限 ${code(p.limit)}）` : '（上限なし。ノードのメモリ不足）'}${restarted(p.restarts)}。${p.limit ? '上限を上げる' : '上限を設ける'}か、原因を調べてください。`,
  crashes: (p) => text`${code(p.container)} が自分で終了します。${exit(p.exitCode)}${restarted(p.restarts)}。`,
  'init-fails': (p) =>
    text`init コンテナ ${code(p.container)} が失敗し、ほかが待っています。${exit(p.exitCode)}${restarted(p.restarts)}。`,
  'ends-at-once': (p) =>
    text`${code(p.container)} がエラーなしで終了します（終了コード ${code('0')}）${restarted(p.restarts)}。動き続ける必要があります。`,
  liveness: (p) => text`liveness probe が失敗し、${code(p.container)} が再起動されています${said(p.words)}。`,
  startup: (p) => text`${code(p.container)} が startup probe を通りません${said(p.words)}。`,
  readiness: (p) => text`${code(p.container)} は動いていますが、readiness probe が失敗しています${said(p.words)}。`,
  'not-ready': (p) =>
    text`${code(p.container)} は動いていますが Ready になりません。理由を示すイベントはありません。ログを確認してください。`,
  'readiness-gate': (p) =>
    text`コンテナは Ready ですが、readiness gate が満たされていません${p.gates.length > 0 ? ': ' : ''}${listed(p.gates.map(code))}。`,
  unschedulable: (p) => {
    const reasons = joinText(p.reasons.map(obstacle), '；');
    const help =
      p.autoscaler === 'adding'
        ? 'オートスケーラーがノードを追加中です。'
        : p.autoscaler === 'refused'
          ? 'オートスケーラーはノードを追加しません。'
          : '';
    return text`Pod を置けるノードがありません: ${reasons}。${help}`;
  },
  'no-nodes': () => text`クラスターに Pod を置けるノードがありません。`,
  'scheduling-gated': () => text`Pod に scheduling gate があり、設定した側が外すのを待っています。`,
  'scheduler-silent': (p) => text`スケジューラー ${code(p.scheduler)} が Pod を処理していません。動いていますか？`,
  fargate: (p) =>
    p.why === 'profile'
      ? text`Pod の Namespace とラベルに合う Fargate プロファイルがなく、ほかに置けるノードもありません。`
      : text`Fargate がまだノードを用意していません。`,
  'claim-missing': (p) => text`ボリューム要求 ${code(p.claim)} がありません。作成してください。`,
  'claim-unbound': (p) =>
    text`ボリューム要求 ${code(p.claim)} にボリュームがまだありません${p.storageClass ? text`（storage class ${code(p.storageClass)}）` : ''}。`,
  'volume-in-use': (p) =>
    text`ボリューム ${code(p.volume)} は別のノードに接続されたままです。そちらの Pod が先に消える必要があります。`,
  'volume-not-mounted': (p) => text`ボリューム ${code(p.volume)} をマウントできません。ノードの説明は下にあります。`,
  'pod-network': () => text`ノードが Pod のネットワークを用意できません。説明は下にあります。`,
  'quota-exceeded': (p) =>
    text`quota ${code(p.quota)} の上限のため Pod を作れません（${joinText(p.limits.map(limit), '；')}）。`,
  'quota-unspecified': (p) =>
    text`Pod を作れません。quota ${code(p.quota)} の下では ${code(p.fields)} の指定が必要です。`,
  'pod-security': (p) =>
    text`Namespace の Pod Security レベル ${code(p.level)} に反するため Pod を作れません。詳細は下にあります。`,
  'service-account': (p) => text`サービスアカウント ${code(p.name)} がないため Pod を作れません。`,
  'admission-webhook': (p) => text`admission の規則 ${code(p.webhook)} が拒否したため Pod を作れません。`,
  'limit-range': (p) => text`Namespace の制限のため Pod を作れません（${p.words}）。`,
  'create-refused': () => text`Pod を作れません。API サーバーの説明は下にあります。`,
  paused: (p) =>
    text`ロールアウトは ${p.desired} 個中 ${p.updated} 個で一時停止中です。${code('kubectl rollout resume')} で再開します。`,
  'scaled-to-zero': () => text`Pod 数が 0 に設定されています。何も動かない状態です。`,
  'suits-no-node': () => text`この DaemonSet に合うノードがありません（node selector、affinity、toleration）。`,
  'on-delete': (p) =>
    text`新しいテンプレートの Pod は ${p.desired} 個中 ${p.updated} 個です。${code('OnDelete')} では Pod を削除すると入れ替わります。`,
  'deadline-passed': (p) => text`ロールアウトが ${p.seconds} 秒間進んでおらず、理由は示されていません。`,
  'node-not-ready': (p) => text`ノード ${code(p.node)} が応答しません（NotReady）。Pod の状態は分かりません。`,
  evicted: (p) =>
    text`${code(p.node)} から退去させられました${p.resource ? text`（${code(p.resource)} 不足）` : ''}。必要量を要求するか、ノードを空けてください。`,
  'node-refused': (p) => text`ノード ${code(p.node)} が実行を拒否しました（${code(p.reason)}）。説明は下にあります。`,
  'stuck-terminating': (p) =>
    p.finalizers.length > 0
      ? text`削除中ですが、finalizer を待っています: ${listed(p.finalizers.map(code))}。`
      : text`削除中ですが消えません。ノードが応答していない可能性があります。`,
  'service-selector': (p) =>
    text`Service ${code(p.service)} はどの Pod にも届きません。セレクターは ${code(p.selector)}、Pod は ${code(p.labels)} です。`,
  'service-port': (p) =>
    text`Service ${code(p.service)} の転送先ポート ${code(p.target)} はどのコンテナも宣言していません（宣言は ${p.ports}）。`,
  'policy-port': (p) =>
    text`ポート ${code(p.port)} への通信を許可する network policy がありません: ${listed(p.policies.map(code))}。`,
  'policy-dns': (p) =>
    text`DNS（ポート 53）を許可する network policy がなく、名前を解決できません: ${listed(p.policies.map(code))}。`,
};

function said(words: string): Text {
  return words === '' ? [] : text`（${words}）`;
}

const SEEN: Readonly<Record<Unseen, string>> = {
  events: 'イベント',
  claims: 'ボリューム要求',
  nodes: 'ノード',
  services: 'Service',
  policies: 'network policy',
};

const seenWords = (seen: readonly Unseen[]): string => ['Pod', ...seen.map((what) => SEEN[what])].join('、');

export const why: typeof english = {
  summary: 'ワークロードや Pod が正常でない理由、その根拠と次の一手',
  cause,
  ready: (p) => text`${bold(p.of)}: ${p.wanted} 個中 ${p.ready} 個が Ready。`,
  healthy: (p) => text`問題は見つかりません。確認したもの: ${seenWords(p.seen)}。`,
  starting: () => text`起動中です。今のところ問題はありません。`,
  unknown: (p) => text`原因は分かりません。確認したもの: ${seenWords(p.seen)}。`,
  unseen: (p) =>
    text`権限がなく確認できないもの: ${p.unseen.map((what) => SEEN[what]).join('、')}。必要な権限は ${code('/ops can-i')} で分かります。`,
  pods: (p) => {
    if (p.all) return text`（すべて）`;
    return text`（${listed(p.names.map(code))}${p.more > 0 ? `、ほか ${p.more} 件` : ''}）`;
  },
  evidence: (p) => {
    const often = p.count > 1 ? ` ×${p.count}` : '';
    const when = p.age === '' ? '' : `、${ageWords(p.age)}前`;
    return text`${bold(p.reason)}${often}${when}: ${p.message}`;
  },
  ecr: {
    there: (p) =>
      text`${bold('ECR')}: ${code(p.name)} があります${p.age ? `（${ageWords(p.age)}前に push）` : ''}: ${code(p.digest)}。`,
    noImage: (p) => {
      const near = p.near.length > 0 ? text`似たタグ: ${tags(p.near)}。` : [];
      const newest = p.newest.length > 0 ? text`最新: ${tags(p.newest)}。` : [];
      return text`${bold('ECR')}: ${code(p.repository)} に ${code(p.name)} はありません。${near}${newest}`;
    },
    noRepository: (p) =>
      text`${bold('ECR')}: アカウント ${code(p.account)} の ${code(p.region)} に ${code(p.repository)} のリポジトリはありません。`,
    notAllowed: (p) =>
      text`${bold('ECR')}: 確認できません。Hikeshi に ${code(p.repository)} への ${code(p.action)} の権限がありません。`,
    noCredentials: () => text`${bold('ECR')}: 確認していません。Hikeshi に AWS の認証情報がありません。`,
    credentialsRefused: (p) => text`${bold('ECR')}: Hikeshi の AWS 認証情報が受け付けられません（${code(p.why)}）。`,
    away: (p) => text`${bold('ECR')}: ${code(p.region)} から応答がありません（${code(p.why)}）。`,
  },
  use: {
    measured: (p) => {
      const share = p.percent === undefined ? '（上限なし）' : `／${p.limit}（${p.percent} %）`;
      const where = p.pods === 1 ? '測定できた Pod 1 個' : `測定できた Pod ${p.pods} 個の最大`;
      return text`${bold('現在のメモリ')}: ${p.used}${share}（${where}）。強制終了時の使用量は記録されていません。`;
    },
    unmeasured: () => text`${bold('現在のメモリ')}: 測定できるほど長く動いた Pod がありません。`,
    noMetrics: () => text`${bold('現在のメモリ')}: 不明です。クラスターに metrics API（metrics-server）がありません。`,
    failed: () => text`${bold('現在のメモリ')}: 不明です。クラスターの metrics を読めませんでした。`,
  },
  moreCauses: (p) => text`ほかに原因が ${p.more} 件あります。`,
  morePods: (p) => text`Pod ${p.more} 個は確認していません。`,
  buttons: {
    quota: 'クォータ',
    nodes: 'ノード',
    policies: 'ネットワークポリシー',
    configMaps: 'ConfigMap',
    accounts: 'ServiceAccount',
    events: 'イベント',
    describe: '詳細',
    yaml: 'YAML',
    use: '使用量',
    pods: 'Pod',
    describeOf: (p) => `${p.name} の詳細`,
    rollback: 'ロールバック…',
    restart: '再起動…',
    history: 'リビジョン',
    scale: (n) => `${n} 個にする…`,
    logs: (p) => `${p.container} のログ`,
    previous: (p) => `${p.container} の終了前のログ`,
  },
};
