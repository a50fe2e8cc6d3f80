import type { sealed as en } from '../en/sealed.ts';

export const sealed: typeof en = {
  nothing: 'まだ何も封印されていません',
  nothingYet: 'まだ何も封印されていません。worker が 5 秒以内に封印します',
  chain: ({ entries, seals, at, anchor }) => `エントリ ${entries} 件、封印 ${seals} 個。最新の封印は ${at}: ${anchor}`,
  retired: ({ seal, at }) => `封印 ${seal} までのエントリは、${at} に hikeshi audit retire で削除されました`,
  waiting: ({ entries }) => `まだ封印されていないエントリが ${entries} 件あります`,
  waitingLong: ({ entries, since }) =>
    `${sealed.waiting({ entries })}。最も古いものは ${since} からです。worker は動いていますか？`,
  more: ({ more }) => `ほか ${more} 件`,
  anchored: ({ anchored, anchors }) => `アンカー ${anchors} 個のうち ${anchored} 個が一致しました`,
  noAnchor: 'アンカーが指定されていないため、末尾の切り捨てや、全体の書き直しは見つけられません（--anchor、--anchors）',
  sound: '監査ログは封印されたときのままです',
  unsound: '監査ログは書かれたときのままではありません',

  findings: {
    changed: ({ entry, seal }) => `エントリ ${entry} は、封印 ${seal} の後で変更されています`,
    missing: ({ entry, seal }) => `エントリ ${entry} がありません。封印 ${seal} にはあります`,
    twice: ({ entry, seal }) => `エントリ ${entry} が、封印 ${seal} でもう一度封印されています`,
    inserted: ({ entry, at, seal }) =>
      `エントリ ${entry}（記録上は ${at}）は、封印 ${seal} がすべてを封印した後に入れられています`,
    'seal-missing': ({ seal }) => `封印 ${seal} がありません`,
    'seal-broken': ({ seal }) => `封印 ${seal} は変更されています。先頭の値が中身と合いません`,
    'seal-unlinked': ({ seal }) => `封印 ${seal} が前の封印につながっていません`,
    'anchor-missing': ({ seal }) => `外部に控えのある封印 ${seal} がありません。末尾が切り捨てられています`,
    'anchor-differs': ({ seal }) => `封印 ${seal} が外部の控えと違います。全体が書き直されています`,
    'action-without-entry': ({ action, at }) => `${at} の操作 ${action} のエントリがありません`,
  },

  retire: {
    nothing: ({ before }) => `すべてが ${before} より前の封印はないため、削除するものはありません`,
    would: ({ seal, entries }) => `封印 ${seal} までのエントリ ${entries} 件を削除できます。--yes で実行します`,
    done: ({ seal, entries }) => `封印 ${seal} までのエントリ ${entries} 件を削除しました。封印は残ります`,
    unsound: '何も削除していません。封印のつながりが壊れています。hikeshi audit verify で確かめてください',
  },

  wrong: {
    times:
      '--since と --until には、さかのぼる長さ（30d、12h）か時刻（2026-03-01、2026-03-01T03:00:00Z）を書いてください',
    before: '--before には、さかのぼる長さ（730d）か時刻（2026-03-01）を書いてください',
    anchor: ({ anchor }) => `--anchor ${anchor}: hikeshi audit head が出力する 封印:値 の形で書いてください`,
    anchors: ({ file }) => `--anchors ${file}: 読めません。値の入ったファイルか、標準入力なら - を指定してください`,
    noAnchors: ({ file }) => `--anchors ${file}: 封印:値 がありません。hikeshi audit head が出力します`,
  },
};
