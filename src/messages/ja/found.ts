import type { found as en } from '../en/found.ts';

const as = (user: string | undefined): string => (user === undefined ? '' : `（${user} として）`);

const away: (typeof en)['store']['remedies']['away'] = ({ variable }) =>
  `${variable} のホストとポートを確かめ、サーバーが動いていて、ここからの接続を受け付けるか確かめてください`;

const look: (typeof en)['store']['remedies']['look'] = ({ variable }) => `${variable} を確かめてください`;

export const found: typeof en = {
  what: {
    config: '設定',
    port: ({ port }) => (port === undefined ? 'ポート' : `ポート ${port}`),
    grants: '権限',
    audit: '監査記録',
    appToken: 'Slack のアプリレベルトークン',
    sockets: 'Socket Mode',
    scopes: 'Slack のスコープ',
    scope: ({ scope }) => `Slack のスコープ ${scope}`,
    channels: 'チャンネル',
    channel: ({ channel }) => (channel === undefined ? 'チャンネル' : `チャンネル ${channel}`),
    people: '人',
    webhook: ({ source }) => `Webhook ${source}`,
    heartbeat: 'ハートビート',
    clusters: 'クラスタ',
    cluster: ({ cluster }) => `クラスタ ${cluster}`,
    databases: 'データベース',
    database: ({ database }) => `データベース ${database}`,
    test: 'テストアラート',
  },

  waits: {
    places: ({ places }) => `${places.join('、')} を直してから確かめます`,
    file: ({ file }) => `${file} を読めるようになってから確かめます`,
    all: '上の問題をすべて直してから確かめます',
  },

  port: {
    free: '空いています',
    taken: {
      detail: '使用中です（Hikeshi がすでに動いているなら正常です）',
      remedy: 'そのポートで動いているものを止めるか、PORT に別のポートを指定してください',
    },
    forbidden: { detail: 'このポートで待ち受ける権限がありません', remedy: 'PORT に 1024 以上を指定してください' },
    other: { remedy: 'HOST にこのマシンのアドレスを指定するか、HOST を外してください' },
  },

  store: {
    embedded: ({ dir }) => `組み込み（${dir}）`,
    unwritable: {
      detail: ({ dir, why }) => `組み込み（${dir}）: ${why}`,
      remedy: 'HIKESHI_DATA_DIR に書き込めるディレクトリを指定してください',
    },
    schema: ({ version }) => `スキーマ ${version}`,
    behind: {
      detail: ({ version, ours }) => `スキーマは ${version} ですが、このプログラムには ${ours} が必要です`,
      remedy: 'DATABASE_MIGRATE_URL を指定して `hikeshi migrate` を実行してください',
    },
    closed: {
      detail: ({ role, tables, more }) =>
        `${role} は ${tables.join('、')}${more > 0 ? ` ほか ${more} 件` : ''}に書き込めません`,
      remedy:
        'DATABASE_MIGRATE_URL と DATABASE_URL の両方を指定して `hikeshi migrate` を実行してください。後者のロールに権限が付きます',
    },
    mayDelete: {
      detail: 'DATABASE_URL のロールは監査記録を消せます。防いでいるのはトリガーだけです',
      remedy: 'DATABASE_URL には所有者でないロールを、DATABASE_MIGRATE_URL には所有者を指定してください',
    },
    remedies: {
      credentials: ({ variable }) => `${variable} のユーザーとパスワードを確かめてください`,
      absent: ({ variable }) => `データベースを作るか、${variable} に別のデータベースを指定してください`,
      role: ({ variable }) =>
        `${variable} でログインするロールを確かめてください。\`hikeshi migrate\` は DATABASE_URL のロールに権限を付けます`,
      tables: () => '`hikeshi migrate` を実行してください',
      away,
      look,
    },
    redis: {
      answers: '応答あり',
      away: {
        detail: '応答がありません',
        remedy: 'REDIS_URL を確かめてください。なくても処理が最大 1 秒遅れるだけで、何も失われません',
      },
    },
  },

  slack: {
    workspace: ({ team, way }) => `ワークスペース ${team}、${way}`,
    scopes: ({ count }) => `${count} 件すべて付与されています`,
    scope: {
      detail: ({ use }) => `付与されていません（用途: ${use}）`,
      uses: {
        'app_mentions:read': 'app_mention: チャンネルやインシデントのスレッドでのボットへの呼びかけ',
        'channels:history': 'conversations.history と .replies: 応答が失われた投稿を、送り直す前に探します',
        'channels:read': 'conversations.list と .members、channel_* と member_* のイベント: ボットの参加先と、届く人',
        'chat:write': 'chat.postMessage、.update、.delete、.postEphemeral',
        'chat:write.public': 'chat.postMessage: ボットがまだ招待されていない公開チャンネルにもアラートを届けます',
        commands: 'スラッシュコマンド',
        'files:read': 'files.info: ファイルのリンク',
        'files:write':
          'files.getUploadURLExternal と .completeUploadExternal: 長い答えを、ダイレクトメッセージのファイルとして送ります',
        'groups:history': '非公開チャンネルでの同じ検索',
        'groups:read': '非公開チャンネルの同じ一覧とイベント',
        'im:history': 'message.im: ダイレクトメッセージでのボットへの呼びかけと、そこでの検索',
        'im:write': 'conversations.open: オンコール担当へのダイレクトメッセージ',
        'usergroups:read': 'usergroups.list、subteam_* のイベント: グループによる権限とメンション',
        'users:read': 'users.list と .info、team_join、user_change: 誰が何をしてよいか',
      },
      remedy: '`hikeshi slack-manifest` の出力をアプリに貼り直して、再インストールしてください',
    },
    remedies: {
      botToken: 'SLACK_BOT_TOKEN (xoxb-...) と、アプリがワークスペースにインストールされているかを確かめてください',
      appToken:
        'SLACK_APP_TOKEN (xapp-...) を確かめてください。このアプリの、スコープ connections:write を持つアプリレベルトークンです',
      away: 'ここから Slack に届くか（SLACK_API_URL があればその値も）確かめて、もう一度実行してください',
      name: 'Slack のプロフィールどおりの名前か、メンバー ID (U...)、ユーザーグループ ID (S...) を書いてください',
      invite: ({ channel }) => `#${channel} で /invite @Hikeshi と入力してください`,
    },
    sockets: {
      connected: '接続を開き、閉じました',
      link_disabled: {
        detail: 'このアプリの Socket Mode が無効なため、ボタンもコマンドも届きません',
        remedy:
          'https://api.slack.com/apps でこのアプリの「Socket Mode」のページを開き、「Enable Socket Mode」をオンにしてください',
      },
      too_many_websockets: {
        detail: 'このアプリの接続はすでに 10 本あり、Slack の上限です',
        remedy: 'このアプリレベルトークンを使うほかのものを止めてください。`web` プロセスは 5 つまでです',
      },
    },
    channel: {
      member: '参加済み',
      notMember: 'アプリが参加していません',
      private: '非公開で、アプリが参加していないため、何も投稿できません',
      absent: {
        detail: '存在しないか、アプリから見えません',
        remedy: 'チャンネルを作るか、非公開ならアプリを招待してください',
      },
    },
    people: ({ names }) => `${names.join('、')}: 全員います`,
    named: ({ who, places }) => `${who}（${places.join('、')}）`,
  },

  alerts: {
    version: ({ version }) => `バージョン ${version}`,
    fewer: {
      detail: ({ version, peers, named }) =>
        `バージョン ${version}、${peers} 台のうちの 1 台ですが、api には ${named} 台しかありません`,
      remedy: 'それぞれのアドレスを `api` に書いてください。すべてにないアラートだけが、終わったものとして扱われます',
    },
    remedies: {
      credentials: 'ソースの apiToken か apiBasic に認証情報を指定してください',
      path: '`api` のアドレスを、パスの接頭辞も含めて確かめてください',
      away: '`api` のアドレスと、ここから届くかを確かめてください',
    },
    heartbeat: {
      ok: '監視先に届きます（ハートビートは送っていません）',
      remedy: '`heartbeat.url` が指すアドレスと、ここから届くかを確かめてください',
    },
    noAnswer: '応答がありません',
    another: 'Alertmanager のものではない応答がありました',
    posted: ({ time }) => `Alertmanager からの最後の通知: ${time}`,
    silent: {
      detail: 'Alertmanager からの通知がまだありません',
      remedy: '次の内容を、Hikeshi に届くアドレスに直して alertmanager.yml に書いてください:',
    },
    secret: ({ file, variable }) =>
      `${file} には${variable === undefined ? 'このソースのパスワード' : ` ${variable} の値`}だけを書きます`,
  },

  cluster: {
    rights: ({ count, user }) => `有効なコマンドに必要な権限 ${count} 件がすべてあります${as(user)}`,
    right: ({ permission, namespace }) => `${permission} (${namespace})`,
    lacks: {
      detail: ({ rights, more, count, user }) =>
        `権限 ${count} 件のうち、${rights.join('、')}${more > 0 ? ` ほか ${more} 件` : ''}がありません${as(user)}`,
      remedy: ({ command }) => `権限のある人が実行してください: ${command}`,
    },
    away: ({ code }) => `API サーバーに届きません（${code}）`,
    remedies: {
      misconfigured: 'KUBECONFIG と、`clusters` のコンテキストを確かめてください',
      away: 'このコンテキストで、ここから API サーバーに届くか確かめてください',
    },
  },

  database: {
    answers: ({ version, standby }) => `PostgreSQL ${version}、${standby ? 'スタンバイ' : 'プライマリ'}`,
    lacks: {
      pg_monitor: '自分のロールのセッションしか見えません',
      pg_signal_backend: 'ほかのロールのセッションを終了できません',
      remedy: ({ grant }) => `このデータベースの管理者が実行してください: ${grant}`,
    },
    superuser: {
      detail: ({ role }) => `${role} はスーパーユーザーです`,
      remedy: ({ variable }) => `${variable} には、pg_monitor と pg_signal_backend を持つ専用のロールを使ってください`,
    },
    old: {
      detail: ({ version, oldest }) => `バージョン ${version} は ${oldest} より古いものです`,
      remedy: ({ oldest }) => `アップグレードしてください。PostgreSQL ${oldest} 以降で確かめています`,
    },
    remedies: {
      away,
      full: () => 'max_connections を増やすか、reserved_connections（PostgreSQL 16）で接続を確保してください',
      unauthorized: ({ variable }) => `${variable} のユーザーとパスワード、サーバーの pg_hba.conf を確かめてください`,
      forbidden: ({ variable }) => `${variable} でログインするロールを確かめてください`,
      slow: () => 'サーバーの負荷が下がってから、もう一度実行してください',
      misconfigured: ({ variable }) => `${variable} のデータベース名と sslmode を確かめてください`,
      look,
    },
  },

  test: {
    shown: ({ incident, channel, seconds }) => `${incident} が ${seconds} 秒後に ${channel} に届きました`,
    resolves: ({ shown, lasts }) => `${shown}。${lasts} 後に自動で解決します`,
    notShown: {
      detail: ({ incident, seconds, why }) =>
        `${incident} は保存されましたが、${seconds} 秒たっても Slack に届きません${why === null ? '' : `: ${why}`}`,
      remedy: '`worker` プロセスが動いているか、その /ready を確かめてください',
    },
    answered: ({ address, status }) => `${address} の応答は HTTP ${status} でした`,
    remedies: {
      away: '先に Hikeshi を起動してください。このアドレスで待ち受けている必要があります',
      token: '動いている Hikeshi には、このソースの別のトークンがあります。同じ環境変数で起動し直してください',
      source: '動いている Hikeshi にこのソースがないか、`web` のプロセスではありません。同じ設定で起動し直してください',
      database: '動いている Hikeshi がデータベースに接続できません',
      log: 'そのログを見てください',
    },
  },
};
