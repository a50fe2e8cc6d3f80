import { bold, code, dateTimeOf, text } from '../../domain/content.ts';
import type { pg as en } from '../en/pg.ts';
import { ageWords } from './ages.ts';

const sitting: (typeof en)['idle']['sitting'] = (p) =>
  text`idle in transaction が ${bold(`${p.sessions} 件`)}。最長は ${bold(p.age)} (${code(String(p.pid))}${p.application ? `、${p.application}` : ''})。`;

const held: (typeof en)['blocks']['held'] = (p) => {
  const who =
    p.pid === 0
      ? 'プリペアドトランザクション'
      : text`${code(String(p.pid))} (${[p.application, p.state, p.age].filter(Boolean).join('、')})`;
  return text`${bold(`${p.waiting} 件`)} がロック待ち。${who} が ${p.holdsUp} 件を待たせています。`;
};

export const pg: typeof en = {
  summary: 'PostgreSQL の接続、待機、ロック、長いトランザクション、サイズ、レプリケーション、キャッシュ、設定',

  failed: {
    away: (p) =>
      text`データベース ${bold(p.name)} が応答しません: ${code(p.detail)}。${code('hikeshi check')} で接続を試せます。`,
    full: (p) =>
      text`データベース ${bold(p.name)} に空き接続がなく、調査もできません: ${code(p.detail)}。${code('reserved_connections')} (PostgreSQL 16) で Hikeshi 用に確保できます。`,
    unauthorized: (p) =>
      text`データベース ${bold(p.name)} に Hikeshi がログインできません: ${code(p.detail)}。URL のユーザー、パスワードと pg_hba.conf を確かめてください。`,
    forbidden: (p) =>
      text`データベース ${bold(p.name)} で Hikeshi のロールにこの権限がありません: ${code(p.detail)}。足りない権限は ${code('/ops pg test')} で分かります。`,
    slow: (p) =>
      text`データベース ${bold(p.name)} の応答が制限時間 (5 秒) を超えたため、取り消しました: ${code(p.detail)}。`,
    misconfigured: (p) =>
      text`データベース ${bold(p.name)} への接続設定に誤りがあります: ${code(p.detail)}。詳しくは ${code('hikeshi check')} を見てください。`,
    invalid: (p) => text`データベース ${bold(p.name)} に拒否されました: ${code(p.detail)}`,
    changed: (p) =>
      text`データベース ${bold(p.name)} の対象はもうないか、別のことを始めています。何も実行していません。`,
  },

  act: {
    idleFlag: 'この時間以上トランザクション中に待機しているものすべて (例: 10m)',
    terminate: {
      summary: 'PostgreSQL のセッションを pid で、一覧から選んで、または idle in transaction が長いものをまとめて終了',
      one: (p) => `データベース ${p.name} のセッション ${p.pid} の終了`,
      several: (p) => `データベース ${p.name} のセッション ${p.sessions} 件の終了`,
      idle: (p) => `データベース ${p.name} でトランザクション中に ${p.age} 以上待機しているセッションの終了`,
    },
    cancel: {
      summary: 'PostgreSQL のセッションが実行中の文を取り消す (セッションは残る)',
      one: (p) => `データベース ${p.name} のセッション ${p.pid} の文の取り消し`,
      several: (p) => `データベース ${p.name} のセッション ${p.sessions} 件の文の取り消し`,
      idle: (p) => `データベース ${p.name} の文の取り消し (${p.age})`,
    },
    gone: (p) => text`選択後に処理を再開した ${p.gone} 件には触れません。`,
    left: (p) => text`ほか ${p.left} 件には触れません (スーパーユーザー、Hikeshi 自身、または権限の及ばないもの)。`,
    more: (p) => text`ほか ${p.more} 件はこの一覧にありません (長い順)。終わってからもう一度実行してください。`,
    otherStatements: (n) => text`ほか ${n} 件の最後の文は省略`,
    ended: (p) =>
      p.done === p.of
        ? text`${bold('完了')}: ${p.of} 件すべて終了しました。`
        : text`${bold('完了')}: ${p.of} 件のうち ${p.done} 件が終了しました。残りは処理を再開していたため、そのままにしました。`,
    late: (p) =>
      text`${bold('終了していません')}: 30 秒以内に終了したのは ${p.of} 件のうち ${p.done} 件です。残りは終了を求められたまま残っています。`,
    over: (p) => `${p.minutes} 分を超えるものを終了`,
    choose: {
      terminate: (p) => `${p.name} のトランザクション中に待機しているセッション (${p.most} 件まで)`,
      cancel: (p) => `${p.name} の 1 秒以上のトランザクションで実行中の文 (${p.most} 件まで)`,
    },
    terminateSome: '一覧から選ぶ…',
    terminateOne: (p) => `${p.pid} を終了`,
    cancelOne: (p) => `${p.pid} を取り消す`,
    whether: (p) => text`次: まだ残っているか ${code(`/ops pg long ${p.name} -e ${p.environment}`)} で確認`,
  },

  nothing: () => text`ロック待ちも、idle in transaction もありません。`,
  look: { blocks: 'ロック待ちを見る', connections: '接続を見る' },

  hidden: (p) =>
    text`ほかのロールのセッション ${p.hidden} 件は見えません。管理者が次を実行すると見えます: ${code(p.grant)}`,
  lastStatement: (p) =>
    p.query === ''
      ? text`${code(String(p.pid))} はまだ何も実行していません。`
      : text`${code(String(p.pid))} の最後の文: ${code(p.query)}`,

  connections: {
    idleOnes: 'idle in transaction の一覧',
    found: (p) =>
      text`${bold(p.where)}: ${p.free} 接続のうち ${bold(`${p.used} 使用中`)} (${percent(p.used, p.free)})。${code('max_connections')} は ${p.max}、うち ${p.reserved} は予約です。`,
    states: (p) =>
      text`実行中 ${p.active}、idle in transaction ${p.idleInTransaction}、待機 ${p.idle}${p.hidden > 0 ? `、不明 ${p.hidden}` : ''}。`,
  },

  idle: {
    found: (p) => text`${bold(p.where)}: ${sitting(p)}`,
    sitting,
    none: (p) => text`${bold(p.where)}: トランザクション中に待機しているセッションはありません。`,
  },

  blocks: {
    found: (p) => text`${bold(p.where)}: ${held(p)}`,
    held,
    none: (p) => text`${bold(p.where)}: ロック待ちはありません。`,
    unasked: (p) =>
      text`うち ${p.unasked} 件が何を待っているかは調べていません (一度に多く調べるとサーバーの負担になるため)。`,
    prepared: () =>
      text`プリペアドトランザクションは ${code('COMMIT PREPARED')} か ${code('ROLLBACK PREPARED')} でしか終わりません。名前は ${code('/ops pg long')} で分かります。`,
  },

  waits: {
    found: (p) =>
      p.active === 0
        ? text`${bold(p.where)}: 今実行中のセッションはありません。`
        : text`${bold(p.where)}: 実行中 ${p.active} 件のうち ${bold(`${p.waiting} 件`)} が今何かを待っています。`,
  },

  long: {
    found: (p) =>
      text`${bold(p.where)}: 1 秒以上開いているトランザクション ${p.transactions} 件、最長は ${bold(p.age)}。`,
    none: (p) => text`${bold(p.where)}: 1 秒以上開いているトランザクションはありません。`,
    prepared: (p) =>
      text`プリペアドトランザクション ${code(p.name)} はどのセッションにも属しません。アプリケーションが ${code('COMMIT PREPARED')} か ${code('ROLLBACK PREPARED')} で終わらせます。`,
  },

  sizes: {
    found: (p) =>
      p.tables === 0
        ? text`${bold(p.where)}: データベース ${code(p.database)} は ${bold(p.size)}、テーブルはありません。`
        : text`${bold(p.where)}: データベース ${code(p.database)} は ${bold(p.size)}。大きいテーブル:`,
    noEstimate: () =>
      text`bloat は統計からの推定です。${code('?')} は統計がまだない (${code('ANALYZE')}) か、Hikeshi のロールに読む権限がないものです。`,
    locked: (p) =>
      text`${p.locked} テーブルは排他ロック中のため測れませんでした。待たされている相手は ${code('/ops pg blocks')} で分かります。`,
  },

  replication: {
    primary: (p) =>
      p.standbys === 0
        ? text`${bold(p.where)} はプライマリで、${bold('接続中のスタンバイがありません')}。`
        : text`${bold(p.where)} はプライマリ、スタンバイ ${p.standbys} 台、遅れは最大 ${bold(p.lag)}。`,
    follows: (p) =>
      text`${bold(p.where)} は ${code(p.from || '?')} のスタンバイ: ${p.lag === undefined ? '受信分はすべて適用済み' : text`遅れ ${bold(p.lag)}、未適用 ${p.bytes}`}${p.paused ? text`、${bold('適用は一時停止中')}` : ''}。`,
    alone: (p) =>
      text`${bold(p.where)} はスタンバイで、${bold('プライマリに接続していません')}${p.lag === undefined ? '' : `。最後に適用したのは ${ageWords(p.lag)}前のものです`}。`,
    abandoned: (p) =>
      text`スロット ${code(p.name)} は読まれていません。WAL を ${bold(p.bytes)} 保持していて、読まれるか削除されるまで増えます。`,
  },

  cache: {
    found: (p) =>
      text`${bold(p.where)}: ${code(p.database)} の読み取りの ${bold(p.hits)} がメモリから (${code('shared_buffers')} ${p.sharedBuffers})。一時ファイルは ${p.temporary}。${p.since ? text`${dateTimeOf(p.since)} から` : '統計の開始から'}。`,
  },

  settings: {
    pending: (p) => text`${bold(p.where)}: ${bold(p.names.join('、'))} は再起動するまで効きません。`,
    none: (p) => text`${bold(p.where)}: 再起動待ちの設定はありません。`,
    exceptions: () => text`ロールやデータベースごとに別の値が設定されています:`,
    unknown: (p) =>
      text`${code(p.names.join(', '))} は Hikeshi 自身のセッションでは別の値です。ほかのセッションがサーバーから受け取る値はここからは分かりません。`,
  },

  test: {
    found: (p) =>
      text`${bold(p.where)} は ${p.ms} ms で応答しました: PostgreSQL ${p.version}、${bold(p.standby ? 'スタンバイ' : 'プライマリ')}、稼働 ${p.up} (${dateTimeOf(p.since)} から)。`,
    missing: {
      pg_monitor: (p) =>
        text`Hikeshi には自分のロールのセッションしか見えません。管理者が次を実行すると見えます: ${code(p.grant)}`,
      pg_signal_backend: (p) =>
        text`Hikeshi はほかのロールのセッションを終了できません。管理者が次を実行するとできます: ${code(p.grant)}`,
    },
    superuser: (p) =>
      text`Hikeshi がスーパーユーザー ${code(p.user)} でログインしています。これほどの権限は不要です。専用のロールを使ってください。`,
    old: (p) => text`PostgreSQL ${p.version} は ${p.oldest} より古いため、動かない項目があるかもしれません。`,
  },
};

function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '100 %';
}
