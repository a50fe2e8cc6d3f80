import type { config as en } from '../en/config.ts';

const meant: (typeof en)['meant'] = ({ near, known }, none) => {
  if (near !== undefined) return `「${near}」ではありませんか？`;
  return known.length === 0 ? none : `あるのは ${known.join('、')} です`;
};

const begin = 'hikeshi.example.yaml をコピーして始めるか、HIKESHI_CONFIG を指定してください';
const sections = { policies: 'ポリシー', runbooks: 'ランブック', environments: '環境' };
const times = '2026-12-28 18:00、fri 18:00、22:00 のどれかの形で、両方を同じ書き方にしてください';
const cron = "分、時、日、月、曜日の順に書いてください（例: '0 20 * * 1-5'）";
const setOncall = "slack.oncall に '@名前'（人またはユーザーグループ）を指定してください";
const parsed = (parser: string): string => `YAML として読めません（${parser}）`;
const noTime = { detail: 'このような時刻はありません', remedy: times };
const keepOne = 'どちらか一方だけにしてください';

export const config: typeof en = {
  meant,

  file: {
    absent: { detail: 'ファイルがありません', remedy: begin },
    unreadable: ({ code }) => ({
      detail: `ファイルを読めません${code === '' ? '' : `（${code}）`}`,
      remedy: begin,
    }),
  },

  yaml: {
    deep: { detail: 'YAML の入れ子が深すぎます', remedy: '閉じていない括弧がないか確かめてください' },
    aliases: { detail: 'YAML のエイリアスを展開できません', remedy: '値をそのまま書いてください' },
    twice: ({ key }) => ({
      detail: `YAML として読めません: ${key === '' ? '同じキー' : `「${key}」`}が 2 つあります`,
      remedy: keepOne,
    }),
    uneven: {
      detail: 'YAML として読めません: 次の行とインデントがそろっていません',
      remedy: '両方の行のインデントをそろえてください（1 段につき空白 2 つ）',
    },
    unquoted: ({ parser }) => ({ detail: parsed(parser), remedy: "値を引用符で囲んでください: '@hana'" }),
    indent: ({ parser }) => ({
      detail: parsed(parser),
      remedy: '空白でインデントしてください（1 段につき 2 つ）',
    }),
    tag: ({ parser }) => ({ detail: parsed(parser), remedy: 'タグ（! の付いた語）を消してください' }),
    other: ({ parser }) => ({
      detail: parsed(parser),
      remedy: 'この行と上の行の、引用符、コロン、インデントを確かめてください',
    }),
    secret: {
      detail: '秘密の値がそのまま書かれています',
      remedy: '環境変数に移して、ここにはその名前を書いてください。一度書かれた値なので、新しいものに替えてください',
    },
    control: { detail: '制御文字が入っています', remedy: '取り除いてください' },
    badKey: { detail: 'キーとして使えません', remedy: '別の名前にしてください' },
  },

  matchers: {
    none: { detail: 'マッチャーがありません', remedy: 'name="value" と書くか、すべてに当てるなら消してください' },
    unreadable: ({ position, detail, remedy }) => ({
      detail: `マッチャーを読めません（${position} 文字目: ${detail}）`,
      remedy,
    }),
  },
  absent: ({ section, name, meant: near }) => ({
    detail: `${sections[section]}「${name}」はありません`,
    remedy: meant(near, `${section} に追加してください`),
  }),
  noCluster: ({ environment, cluster, meant: near }) => ({
    detail: `環境「${environment}」にクラスタ「${cluster}」はありません`,
    remedy: meant(near, 'その環境の clusters に追加するか、省いてください'),
  }),
  noAction: ({ verb, meant: near }) => ({
    detail: `操作「${verb}」はありません`,
    remedy: meant(near, '`/ops help` を見てください'),
  }),
  noCommand: ({ name, meant: near }) => ({
    detail: `コマンド「${name}」はありません`,
    remedy: meant(near, '`/ops help` を見てください'),
  }),
  noZone: ({ zone }) => ({
    detail: `タイムゾーン「${zone}」はありません`,
    remedy: 'Asia/Tokyo のような IANA の名前を書いてください',
  }),
  noPerson: {
    detail: '人でもユーザーグループでもありません',
    remedy: '人か、そのユーザーグループを書いてください',
  },
  noTargets: {
    detail: '対象の書き方ではありません',
    remedy:
      "'staging/*'、'production/shop/*'、'production/*/deployment/checkout'、'production/*/database/orders' のように書いてください",
  },
  unset: ({ variable }) => ({
    detail: `環境変数 ${variable} がありません`,
    remedy: `${variable} を指定するか、値の入ったファイルのパスを ${variable}_FILE に指定してください`,
  }),
  noPostgres: ({ variable }) => ({
    detail: `環境変数 ${variable} の値が postgres:// の URL ではありません`,
    remedy: 'postgres://user:password@host/database と書いてください。パスワードの記号は %40 のように書きます',
  }),

  heartbeat: {
    every: { detail: '10s から 1h の間ではありません', remedy: '例: 1m' },
    url: ({ variable }) => ({
      detail: `環境変数 ${variable} の値が http(s) の URL ではありません`,
      remedy: '監視サービスの URL をコピーしてください',
    }),
  },

  severities: {
    empty: { detail: '空です', remedy: '消してください。重大度がないものは medium になります' },
    twice: ({ severity }) => ({ detail: `${severity} にもあります`, remedy: keepOne }),
  },
  maxBody: { detail: '64KiB から 1GiB までの大きさではありません', remedy: '例: 32MiB' },

  freeze: {
    never: { detail: '期間がありません', remedy: 'from と to、または dates を書いてください' },
    no: {
      from: { detail: 'from がありません', remedy: times },
      to: { detail: 'to がありません', remedy: times },
    },
    noTime,
    ends: { detail: 'from より後ではありません', remedy: 'より後の時刻を書いてください' },
    date: { detail: '日付ではありません', remedy: '例: 2027-01-01' },
  },
  exception: {
    detail: '操作と対象の書き方ではありません',
    remedy: '例: restart kube-system/deployment/cluster-autoscaler',
  },
  replicas: ({ min, max }) => ({ detail: `min ${min} が max ${max} より大きいです`, remedy: '逆にしてください' }),
  twoClusters: ({ name }) => ({
    detail: `クラスタ「${name}」が 2 つあります`,
    remedy: '一方を消すか、別の名前にしてください',
  }),

  runbook: {
    off: ({ action }) => ({ detail: `「${action}」は commands.disabled で無効になっています`, remedy: keepOne }),
    noButton: ({ action, can }) => ({
      detail: `「${action}」は対象のほかにも指定が要るため、ボタンにできません`,
      remedy: `消して、インシデントのスレッドで入力してください。ボタンにできるのは ${can.join('、')} です`,
    }),
    target: {
      detail: '対象の書き方ではありません',
      remedy: 'production/shop/deployment/checkout のように書いてください。環境と種類は省けます',
    },
  },

  source: {
    guessed: ({ least }) => ({
      detail: `${least} 文字より短く、推測した人は誰でもアラートを送れます`,
      remedy: '長いものを作ってください（例: `openssl rand -hex 32`）',
    }),
    noDefault: ({ names }) => ({
      detail:
        'ソースが複数あり default という名前のものがないため、名前のない /webhooks/alertmanager は 404 を返します',
      remedy: `各 Alertmanager の送り先を /webhooks/alertmanager/名前 にしてください（${names.join('、')}）`,
    }),
    twoApiCredentials: { detail: 'apiBasic と両方あります', remedy: keepOne },
    noApi: {
      detail: 'API の認証情報があるのに api がありません',
      remedy: "ベース URL を書いてください: api: ['https://alertmanager…']",
    },
    noneAndSome: { detail: 'none ですが、認証情報があります', remedy: keepOne },
    open: {
      detail: 'none では、誰でもアラートを送れます',
      remedy: 'ソースにトークンを付けるか、HOST=127.0.0.1 でこのマシンだけで待ち受けてください',
    },
    onlyWithout: ({ variable }) => ({
      detail: `認証情報がありません: 環境変数 ${variable} がありません`,
      remedy: '指定するか、token に別の環境変数の名前を書いてください',
    }),
    without: {
      detail: '認証情報がありません',
      remedy: 'トークンの環境変数の名前を書いてください: token: ALERTMANAGER_WEBHOOK_TOKEN_…',
    },
  },

  route: {
    unreached: ({ before, everything }) => ({
      detail: `ここには届きません: ${everything ? 'すべて' : 'これに当てはまるものはすべて'} ${before} が受け取ります`,
      remedy: 'それより前に移すか、そちらに continue を付けてください',
    }),
  },

  paging: {
    unused: ({ name }) => ({
      detail: 'どのルートでも使われていません',
      remedy: `ルートに書くか（policy: ${name}）、消してください`,
    }),
    nobody: {
      detail: '誰も呼び出されません: ポリシーのあるルートがなく、slack.oncall もありません',
      remedy: setOncall,
    },
    nobodyHere: ({ unrouted }) => ({
      detail: `critical: ${unrouted ? 'どのルートにも当てはまらない' : 'ここに当てはまる'}アラートでは誰も呼び出されません。ポリシーがなく、slack.oncall もありません`,
      remedy: setOncall,
    }),
    late: ({ first, place }) => ({
      detail: `critical: ${place} のアラートでは、最初の ${first} は誰も呼び出されません`,
      remedy: "after のない段階から始めてください: { page: ['@名前'] }",
    }),
  },

  timetable: {
    unreadable: { detail: '時計にない時刻です', remedy: cron },
    never: { detail: '来ることのない時刻です', remedy: cron },
    tooOften: ({ minutes }) => ({ detail: `${minutes} 分より短い間隔です`, remedy: '間隔を空けてください' }),
    incidentsOnly: ({ environment }) => ({
      detail: `環境「${environment}」の操作は未解決のインシデントのためだけなので、これは実行されません`,
      remedy: 'その環境の incidentRequired をやめるか、この項目を消してください',
    }),
    noEnvironment: ({ names }) => ({
      detail: '環境がありません',
      remedy: names.length === 0 ? 'environments に追加してください' : `${names.join('、')} のどれかを書いてください`,
    }),
    twice: ({ target }) => ({ detail: `${target} にはほかの操作もあります`, remedy: keepOne }),
    bounds: ({ min, max }) => ({
      detail: `guardrails.replicas では ${min} 未満にも ${max} を超える数にもできないため、これは実行されません`,
      remedy: 'この環境の範囲を広げるか、別の数にしてください',
    }),
    radius: ({ actions, within, tasks }) => ({
      detail: `guardrails.blastRadius では ${within} の間に ${actions} 件までですが、一度に ${tasks} 件あります。残りは最長 1 時間待つか、実行されません`,
      remedy: '時刻の違う項目に分けるか、この環境の上限を上げてください',
    }),
    protected: ({ namespace }) => ({
      detail: `ネームスペース「${namespace}」は保護されているため、これは実行されません`,
      remedy: 'guardrails.exceptions に追加してください',
    }),
  },
};
