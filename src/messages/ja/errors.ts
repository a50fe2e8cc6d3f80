import { bold, code, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { SelectorProblem } from '../../domain/selector-words.ts';
import type { errors as en } from '../en/errors.ts';
import { silence } from './silence.ts';

export const errors: typeof en = {
  'unclosed-quote': (p) => text`引用符が閉じていません: ${code(`${p.quote}${p.rest}`)}。閉じるか、外してください。`,
  'no-such-verb': (p) =>
    text`${code(p.verb)} というコマンドはありません。${didYouMean(p.near)}一覧は ${code('/ops help')} です。`,
  'not-listed': (p) => UNLISTED[p.what](p.kind),
  'not-done': (p) => text`${code(p.words)} はここではできません。${NOT_DONE[p.instead]}`,
  'one-list': (p) => text`${code(p.typed)}: 一覧は 1 種類ずつです。${codes(p.kinds)} のどれかにしてください。`,
  'press-instead': (p) =>
    text`${code(p.verb)} はボタンです。インシデントの投稿で「${bold(p.label)}」を押すか、${code(`/ops ${p.verb} INC-142`)} のように番号を付けてください。未解決のもの: ${code('/ops incidents')}`,
  'no-such-flag': (p) =>
    p.instead
      ? text`${code(p.flag)} というフラグはここでは使えません。${INSTEAD[p.instead]}`
      : text`${code(p.flag)} というフラグはここでは使えません。${didYouMean(p.near)}${usage(p.usage)}`,
  'flag-needs-value': (p) => text`${code(p.flag)} には値が必要です。${usage(p.usage)}`,
  'missing-argument': (p) =>
    text`${code(p.name)} がありません${p.example === undefined ? '' : text` (例: ${code(p.example)})`}。${usage(p.usage)}`,
  'yaml-instead': (p) =>
    text`一覧は ${code(p.typed)} では表示できません。1 つずつなら ${code(p.words)} で表示できます。`,
  'too-many-arguments': (p) =>
    text`${code(p.word)} は余分です。${p.spaces ? '空白を含む値は引用符で囲んでください。' : ''}${usage(p.usage)}`,
  'bad-argument': (p) =>
    text`${code(p.typed === '' ? p.name : `${p.name} ${p.typed}`)}: ${p.problem}。${usage(p.usage)}`,
  'not-one-of': (p) =>
    text`${code(p.name)} に指定できるのは ${codes(p.choices)} です (${code(p.given)} は使えません)。`,

  'no-labels': () =>
    text`どのアラートですか。ラベルを書いてください。例: ${code('/ops route severity=critical alertname=DiskFull namespace=shop')}`,
  'bad-label': ({ text: typed }) =>
    text`${code(typed)} はラベルではありません。${code('name=value')} の形で、空白を含む値は引用符で囲んでください: ${code('alertname="Disk full"')}`,
  'no-such-source': (p) =>
    text`${code(p.source)} というソースはありません。${didYouMean(p.near)}ソース: ${codes(p.sources)}`,

  'no-such-severity': (p) =>
    text`${code(p.severity)} という重大度はありません。${codes(p.severities)}、または hikeshi.yaml の ${code('severities')} にある言葉で指定してください。`,
  'not-a-test-time': (p) =>
    text`${code(p.typed)} はテストアラートの長さとして使えません。${p.least} から ${p.most} まで、例えば ${code('--lasts 10m')} のように指定してください。`,
  'many-tests': (p) =>
    text`${p.incidents.join('、')}: すでにこれだけのテストアラートが進行中です。自動で終わりますが、${bold('解決')}を押して終えることもできます。`,

  'no-environments': () =>
    text`環境が設定されていないため、問い合わせるクラスタがありません。hikeshi.yaml の ${code('environments')} に追加してください。`,
  'no-clusters': (p) =>
    text`${code(p.environment)} には Kubernetes クラスタがありません。hikeshi.yaml の ${code(`environments.${p.environment}.clusters`)} に追加してください。`,
  'which-environment': (p) =>
    text`どの環境ですか。${code(`-e ${p.environments[0] ?? 'NAME'}`)} のように指定してください。環境: ${codes(p.environments)}`,
  'no-such-environment': (p) =>
    text`${code(p.environment)} という環境はありません。${didYouMean(p.near)}環境: ${codes(p.environments)}`,
  'no-such-cluster': (p) =>
    text`${code(p.environment)} に ${code(p.cluster)} というクラスタはありません。クラスタ: ${codes(p.clusters)}`,
  'no-databases': (p) =>
    text`${p.environment === undefined ? 'どの環境にも' : text`${code(p.environment)} には`}データベースがありません。hikeshi.yaml の ${code(`environments.${p.environment ?? 'NAME'}.databases`)} に追加してください。`,
  'which-database': (p) => text`どのデータベースですか。${codes(p.databases)} のどれかを付けてください。`,
  'no-such-database': (p) =>
    text`hikeshi.yaml に ${code(p.database)} というデータベースはありません。${didYouMean(p.near)}選択肢: ${codes(p.databases)}`,
  'no-such-look': (p) =>
    text`${code(`/ops pg ${p.look}`)} という項目はありません。${didYouMean(p.near)}項目: ${codes(p.looks)}`,
  'which-sessions': () =>
    text`どのセッションですか。pid を書くか (例: ${code('/ops pg-terminate 4711 orders')})、${code('--idle 10m')} でその時間以上トランザクション中に待機しているものすべてを指定してください。一覧は ${code('/ops pg idle')} です。`,
  'one-database': (p) => text`${codes(p.words)}: データベースは一つだけ、pid は数字で書いてください。`,
  'not-a-pid': (p) =>
    text`${code(p.text)} は PostgreSQL のセッションの pid ではありません。一覧は ${code('/ops pg long')} と ${code('/ops pg idle')} です。`,
  'not-an-age': (p) =>
    text`${code(p.text)} は時間ではありません。${code('--idle 10m')} や ${code('--idle 1h30m')} のように書いてください。`,
  'no-such-session': (p) => text`データベース ${bold(p.database)} にセッション ${codes(p.pids)} は (もう) ありません。`,
  'sessions-gone': (p) =>
    text`データベース ${bold(p.database)} の対象のセッションは、もう元のままでは残っていません。することはありません。`,
  'no-idle-sessions': (p) =>
    text`データベース ${bold(p.database)} に、Hikeshi が終了できてトランザクション中に ${p.age} 以上待機しているセッションはありません。${p.longest === undefined ? '' : text`最長は ${bold(p.longest)} です: ${code(`--idle ${p.longest}`)}。`}${p.grant === undefined ? '' : text`すべては見えていません。管理者が次を実行すると見えます: ${code(p.grant)}`}`,
  'nothing-runs': (p) =>
    text`データベース ${bold(p.database)} に、Hikeshi が取り消せる 1 秒以上のトランザクションで実行中の文はありません。pid での指定もできます: ${code('/ops pg-cancel 4711')}。一覧は ${code('/ops pg long')} と ${code('/ops pg blocks')}。${p.grant === undefined ? '' : text`見えないセッションがあります。管理者が次を実行すると見えます: ${code(p.grant)}`}`,
  'too-many-sessions': (p) => text`一度に指定できるセッションは ${p.most} 件までです。`,
  'nothing-to-cancel': (p) =>
    text`データベース ${bold(p.database)} の ${codes(p.pids)} は今、文を実行していません。セッション自体の終了は ${code('/ops pg-terminate')} です。`,
  'untouchable-session': (p) => {
    switch (p.why) {
      case 'superuser':
        return text`セッション ${code(p.pid)} はスーパーユーザー (${p.user}) のものです。Hikeshi は触れません。`;
      case 'own':
        return text`セッション ${code(p.pid)} は Hikeshi 自身のものです。自分は終了しません。`;
      case 'not-client':
        return text`${code(p.pid)} はサーバー自身のプロセス (レプリケーション、autovacuum、バックグラウンド) で、クライアントのセッションではありません。Hikeshi は触れません。`;
      case 'not-seen':
        return text`${code(p.pid)} が何か Hikeshi には見えないため、終了しません。管理者が次を実行すると見えます: ${code(p.grant ?? '')}`;
      default:
        return text`Hikeshi には ${p.user} のセッション ${code(p.pid)} を終了する権限がありません。管理者が次を実行するとできます: ${code(p.grant ?? '')}`;
    }
  },
  'which-target': () =>
    text`どのワークロードですか。${code('shop/checkout')} のように指定してください。稼働中のものは ${code('/ops pods')} で見られます。`,
  'bad-target': (p) =>
    text`${code(p.text)} はワークロードの指定として読めません。${code('checkout')}、${code('shop/checkout')}、${code('deploy/checkout -n shop')}、または全体 ${code('production/main/shop/deployment/checkout')} の形で書いてください。`,
  'no-such-workload': (p) =>
    p.near.length > 0
      ? text`${p.where} に ${code(p.text)} というワークロードはありません。${didYouMean(p.near)}`
      : text`${p.where} に ${code(p.text)} というワークロードはありません。稼働中のものは ${code('/ops pods')} で見られます。別の場所は ${code('-n')} と ${code('-e')} で指定できます。`,
  'no-such-object': (p) =>
    text`${p.where} に ${code(p.text)} はありません。別の場所は ${code('-n')} と ${code('-e')} で指定できます。`,
  'kind-not-shown': (p) =>
    text`${code(p.kind)} は全体を表示できる種類ではありません。${didYouMean(p.near)}種類: ${codes(p.kinds)}`,
  'no-such-container': (p) =>
    text`${bold(p.of)} に ${code(p.container)} というコンテナはありません。${didYouMean(p.near)}コンテナ: ${codes(p.containers)}`,
  'not-a-since': ({ typed }) =>
    text`${code(typed)} はさかのぼる時間ではありません。${code('--since 10m')} や ${code('--since 1h30m')} のように書いてください。`,
  'not-a-since-time': ({ typed }) =>
    text`${code(typed)} は時刻ではありません。${code('--since-time 2026-03-02T03:00:00Z')} のように書いてください。`,
  'same-twice': ({ flags }) => text`${codes(flags)} は同じ意味です。どちらかを外してください。`,
  'not-with-follow': ({ flag }) =>
    text`${code('-f')} はこれから書かれる行を表示するため、${code(flag)} とは併用できません。どちらかを外してください。`,
  'not-a-tail': ({ typed, most }) =>
    text`${code(typed)} は行数ではありません。${code('--tail')} には 1 から ${most} までの整数を書いてください。`,
  'bad-selector': (p) =>
    text`${code(`-l ${p.selector}`)}: ${SELECTOR_PROBLEMS[p.problem]}。例: ${code('-l app=cart')}、${code('-l "app in (cart,checkout)"')}、${code("-l '!canary'")}。`,
  'namespace-named': (p) =>
    text`${code(p.text)} は ${p.where} のネームスペースで、ワークロードではありません。${p.near.length > 0 ? text`中にあるもの: ${codes(p.near)}${p.more > 0 ? ` ほか ${p.more} 件` : ''}。` : 'ワークロードはありません。'}Pod の一覧は ${code(`/ops pods -n ${p.text}`)} です。`,
  'node-named': (p) =>
    text`${code(p.node)} は ${p.where} のノードで、ワークロードではありません。${code(`/ops describe node ${p.node}`)} で見られます。`,
  'which-of-kind': (p) =>
    text`${code(p.kind)} は種類で、名前ではありません。${code(`/ops describe ${p.kind}/NAME`)} のように名前も書いてください。一覧は ${code(`/ops get ${p.kind}`)} です。`,
  'bad-regex': ({ pattern, problem }) =>
    text`${code(pattern)} は正規表現ではありません${problem ? text`: ${problem}` : ''}。${code('--grep')} は RE2 の構文です (先読み・後方参照なし)。記号をそのまま探すときは前に ${code('\\')} を付けてください。`,
  'regex-too-long': ({ length, most }) =>
    text`正規表現が ${length} 文字あります。${code('--grep')} は ${most} 文字までです。一部だけで探してください。`,
  'no-scale': ({ kind, name }) =>
    text`${kind} はスケールできません。${code(name)} の Pod は対象ノードごとに 1 個です。`,
  'same-replicas': ({ name, replicas, ready }) =>
    ready === undefined
      ? text`${code(name)} はすでに ${bold(String(replicas))} です。変更はありません。Pod の様子: ${code(`/ops pods ${name}`)}`
      : text`${code(name)} はすでに ${bold(String(replicas))} です。ただし準備完了は ${bold(`${replicas} 個中 ${ready} 個`)}です。原因: ${code(`/ops why ${name}`)}`,
  'which-entry': ({ names }) =>
    names.length > 0
      ? text`どの予定ですか: ${codes(names)}。例: ${code(`/ops timetable skip ${names[0] ?? ''}`)}`
      : text`決まった時刻の操作はありません。hikeshi.yaml に ${code('timetable')} がありません。`,
  'no-such-entry': ({ name, near, names }) =>
    text`${code(name)} という予定はありません。${didYouMean(near)}${names.length > 0 ? text`予定: ${codes(names)}` : text`hikeshi.yaml の ${code('timetable')} に書けます。`}`,
  'runs-already': ({ name, replicas }) =>
    text`${code(name)} は ${bold(String(replicas))} で動いています。${code('back')} は 0 になっているもの用です。変更はありません。Pod の様子: ${code(`/ops pods ${name}`)}`,
  'nothing-to-go-back-to': ({ name }) =>
    text`この ${code(name)} を Hikeshi が 0 にした記録がないため、元の数が分かりません。数を書いてください: ${code(`/ops scale ${name} 3`)}`,
  'not-replicas': ({ text: typed, most, words }) =>
    text`${code(typed)} は Pod 数として使えません。${most} までの整数を最後に書いてください: ${code(words)}`,
  'two-numbers': ({ numbers }) =>
    text`${codes(numbers)} のどちらですか。数は一度だけ、最後に、または ${code('--replicas')} で書いてください。`,
  'which-replicas': ({ target }) => text`いくつにしますか。数を最後に書いてください: ${code(`/ops scale ${target} 5`)}`,
  'not-a-revision': ({ text: typed }) =>
    text`${code(typed)} はリビジョンではありません。${code('/ops history')} にある番号を書いてください: ${code('/ops rollback NAME --to 3')}`,
  'no-earlier-revision': ({ name }) =>
    text`${code(name)} に戻せるリビジョンはありません（最初のリビジョンか、${code('revisionHistoryLimit')} がほかを残していません）。`,
  'no-such-revision': ({ name, revision, revisions }) =>
    text`${code(name)} にリビジョン ${code(String(revision))} は（もう）ありません。あるもの: ${codes(revisions)}（すべては ${code(`/ops history ${name}`)}）`,
  'same-revision': ({ name, revision }) =>
    text`${code(name)} はすでにリビジョン ${bold(String(revision))} です。変更はありません。ほかのリビジョン: ${code(`/ops history ${name}`)}`,
  'rolled-back-already': ({ name, from, by, at, job }) =>
    text`${code(name)} は${bold('すでに戻されています')}（${timeOf(new Date(at))} に ${by} がリビジョン ${from} から。JOB-${job}）。さらに前: ${code(`/ops history ${name}`)}`,
  'revision-moved': ({ name, from, runs }) =>
    text`${code(name)} は今リビジョン ${bold(String(runs))} です（対象だった ${from} ではありません）。変更しません。経緯: ${code(`/ops history ${name}`)}`,
  'revision-not-yet': ({ name }) =>
    text`${code(name)} の今のテンプレートのリビジョンがまだなく、元に戻せなくなるため行いません。少し待ってからもう一度実行してください。`,
  'one-pod-at-a-time': () =>
    text`一度に削除できる Pod は一つです: ${code('/ops delete POD')}。ラベルでまとめて選ぶこともできます: ${code('/ops delete NAME -l track=canary')}`,
  'which-pods': ({ workload, pods, statuses, more }) =>
    text`どの Pod ですか。${podsOf(pods, statuses)}${more > 0 ? ` ほか ${more} 個` : ''}。ラベル（${code('-l')}）でまとめて選ぶこともできます。すべてを順に入れ替えるには: ${code(`/ops restart ${workload}`)}`,
  'only-pods': ({ kind, words }) =>
    text`${bold('ここで削除できるのは Pod だけです')}（名前、またはラベル ${code('-l')} で指定）。${code(kind)} は削除できません。Pod の一覧: ${code(words)}`,
  'no-such-pod': ({ pod, workload }) =>
    text`${code(workload)} に Pod ${code(pod)} は（もう）ありません。今ある Pod: ${code(`/ops pods ${workload}`)}`,
  'pod-going': ({ pod }) =>
    text`${code(pod)} はすでに削除中です。残り続ける場合はノードが失われた可能性があります。強制削除はここでは行いません。`,
  'no-pods-with-labels': ({ name, selector }) =>
    text`${code(name)} に、ラベル ${code(selector)} を持つ Pod はありません。`,
  'too-many-pods': ({ name, pods, most }) =>
    text`${pods} 個の Pod になります。一度に削除できるのは ${most} 個までです。すべてを順に入れ替えるには: ${code(`/ops restart ${name}`)}`,
  'no-file': ({ reason }) =>
    text`Slack がファイルを受け取りませんでした（${code(reason)}）。Namespace を指定するなど、範囲を絞ってください。アプリに足りないものは ${code('hikeshi check')} で確認できます。`,
  'no-way-back': ({ verb }) =>
    text`${code(verb)} は元に戻せないため、期間を決めて行うことはできません。${code('--for')} を外してください。`,
  'not-a-term': ({ typed }) =>
    text`${code(typed)} は 1m から 30d までの期間ではありません。${code('--for 2h')} や ${code('--for 90m')} のように書いてください。`,
  'auto-without-for': () =>
    text`${code('--auto')} は ${code('--for')} の変更を元に戻す指定です。期間も書いてください: ${code('--for 2h --auto')}`,
  'no-metrics': (p) =>
    text`クラスタ ${bold(p.cluster)} にはメトリクスがありません (${code('metrics.k8s.io')} が応答しません)。metrics-server を導入するか、${code('kube-system')} のその Pod を確認してください。`,
  'ambiguous-target': (p) =>
    text`${code(p.text)} に当てはまるものが複数あります: ${codes(p.candidates)}${p.more > 0 ? ` ほか ${p.more} 件` : ''}。どれか一つを、このままの形で指定してください。`,
  'no-such-guardrail': ({ typed, near, rules }) =>
    text`${code(typed)} というガードレールはありません。${didYouMean(near)}ガードレール: ${codes(rules)}`,
  'no-such-person': ({ typed, several }) =>
    several
      ? text`${code(typed)} は複数の人の名前です。メンションで指定してください。`
      : text`${code(typed)} という人はこのワークスペースにいません。メンションするか、${code('me')} と書いてください。`,
  'silence-away': silence.failed.away,
  'silence-refused': silence.failed.refused,
  'silence-missing': silence.failed.missing,
  'silence-unsure': silence.failed.unsure,
  'wrong-kind': ({ kind, name = '名前', where, shown }) =>
    text`${where} に ${code(kind)} というネームスペースはありません。種類の場合、ここで名前の前に書けるのは deployment、statefulset、daemonset、pod だけです。${
      shown ? text`${code(`/ops describe ${kind}/${name}`)} で表示できます。` : ''
    }`,
  'no-such-namespace': (p) =>
    text`${p.where} に ${code(p.namespace)} というネームスペースはありません。${
      p.near.length > 0
        ? didYouMean(p.near)
        : text`namespace: ${codes(p.namespaces)}${p.more > 0 ? ` ほか ${p.more} 件` : ''}`
    }`,
};

const UNLISTED = {
  secrets: (): Text =>
    text`Secret はここでは一覧も内容も表示しません。ConfigMap とそのキーは ${code('/ops configmaps')} で見られます。`,
  'config maps': (): Text =>
    text`ConfigMap の内容はここでは表示しません。一覧とキーは ${code('/ops configmaps')} で見られます。`,
  jobs: (): Text =>
    text`Kubernetes の Job と CronJob の一覧はありません。その Pod は ${code('/ops pods')} で見られます。${code('/ops jobs')} は Hikeshi 自身のジョブです。`,
  revisions: (kind: string): Text =>
    text`${code(kind)} の一覧はありません。これまで動いていたものは ${code('/ops history 名前')}、今の Pod は ${code('/ops pods 名前')} で見られます。`,
  all: (): Text =>
    text`一覧は 1 種類ずつです: ${code('/ops workloads')}、${code('/ops pods')}、${code('/ops services')} など。全部は ${code('/ops help')} です。`,
  kind: (kind: string): Text => text`${code(kind)} の一覧はありません。見られるものは ${code('/ops help')} です。`,
} as const;

const NOT_DONE = {
  shell: text`Pod の中で何かを実行したり、中へつないだりはしません。調べるには ${code('/ops logs 名前')}、${code('/ops why 名前')}、${code('/ops describe 名前')} があります。`,
  nodes: text`ノードは見るだけです: ${code('/ops nodes')}、${code('/ops describe node 名前')}`,
  changes: text`変更できるのは ${code('scale')}、${code('restart')}、${code('rollback')} と Pod の ${code('delete')} だけです。ほかはいつものマニフェストの手順で変えてください。今の内容は ${code('/ops yaml 名前')} で見られます。`,
  images: text`別のバージョンはいつものリリースの手順で出してください。前のものへは ${code('/ops rollback 名前')} で戻せます。一覧は ${code('/ops history 名前')} です。`,
} as const;

const INSTEAD: Readonly<Record<NonNullable<Parameters<(typeof en)['no-such-flag']>[0]['instead']>, Text>> = {
  watch: text`新しい状態はもう一度聞いてください。ログは ${code('/ops logs NAME -f')} で追えます。${code('/ops rollout status NAME')} には見直すボタンがあります。`,
  times: text`どの行にも時刻 (UTC) が付いています。`,
  containers: text`コンテナは ${code('-c NAME')} で 1 つずつ指定してください。ほかのコンテナの名前は回答にあります。`,
  force: text`ここでは強制はできません。`,
  yaml: text`${code('/ops yaml NAME')} で 1 つを YAML で表示します。別の種類は ${code('/ops yaml svc/NAME')} のように書きます。`,
};

const SELECTOR_PROBLEMS: Readonly<Record<SelectorProblem, string>> = {
  open: '括弧が閉じていません',
  stray: '開いていない括弧が閉じています',
  empty: 'コンマの前か後が空です',
  list: 'in と notin の後には括弧に入れた値が必要です',
  sign: 'ラベルに使えない文字があります',
};

function usage(line: string): Text {
  return text`使い方: ${code(line)}`;
}

function didYouMean(near: readonly string[]): Text {
  return near.length === 0 ? [] : text`もしかして: ${codes(near)}。`;
}

function codes(values: readonly string[]): Text {
  return joinText(
    values.map((v) => [code(v)]),
    '、',
  );
}

function podsOf(pods: readonly string[], statuses: readonly string[]): Text {
  if (pods.length === 0) return text`Pod はありません`;
  return joinText(
    pods.map((name, i) => text`${code(name)}: ${statuses[i] ?? ''}`),
    '、',
  );
}
