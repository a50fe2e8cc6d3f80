import { bold, code, dateTimeOf, text } from '../../domain/content.ts';
import type { silence as en } from '../en/silence.ts';

const named = (names: readonly string[], count: number): string =>
  names.length === 0 ? '' : `（${names.join('、')}${count > names.length ? '…' : ''}）`;

export const silence: typeof en = {
  form: {
    title: 'アラートをサイレンス',
    preview: '確認する',
    submit: 'サイレンスにする',
    close: '閉じる',
    about: (p) =>
      text`INC-${p.number} ${bold(p.title)}。このマッチャーに当てはまるアラートを Alertmanager ${code(p.source)} は誰にも知らせなくなります。`,
    matchers: 'マッチャー',
    matchersHint: '1行に1つ: name="value"、!=、=~、!~（RE2）。すべてに当てはまるものが対象です。',
    lasts: '期間',
    lasting: { '1h': '1時間', '2h': '2時間', '4h': '4時間', '8h': '8時間', '1d': '1日', '3d': '3日', '7d': '7日' },
    comment: 'コメント',
    commentHint: '理由と、詳しい人。Alertmanager にも表示されます。',
    looking: (p) => text`何が対象になるかを Alertmanager ${code(p.source)} に問い合わせています…`,
    making: (p) => text`Alertmanager ${code(p.source)} に伝えています…`,
    mutes: (p) => {
      if (p.own + p.others === 0)
        return text`${bold('今発生中のアラートには、対象がありません。')} 意図と違うなら閉じてください。`;
      const own = `INC-${p.number} の${p.own === p.firing ? `${p.firing}件すべて` : `${p.firing}件のうち${p.own}件`}`;
      if (p.others === 0) return text`対象は${own}だけです。`;
      return text`対象は${own}と、${bold(`ほかに${p.others}件`)}${named(p.names, p.others)}です。`;
    },
    until: (p) => text`${dateTimeOf(p.until)} まで、Alertmanager ${code(p.source)} で。`,
  },
  noApi: (p) =>
    text`Alertmanager ${code(p.source)} に問い合わせできません。hikeshi.yaml の ${code(`sources.${p.source}.api`)} に URL を書いてください。`,
  badMatcher: (p) => text`${p.shown} を読めません（${p.position} 文字目: ${p.detail}）。${p.remedy}。`,
  tooWide: {
    none: () => text`マッチャーがないと、すべてが対象になります。alertname="Name" のように1つは書いてください。`,
    'all-empty': () =>
      text`どれもラベルのないアラートにも当てはまるため、すべてが対象になりえます。alertname="Name" のように値のあるものを加えてください。`,
    'any-value': () =>
      text`どれも値を特定していないため、ほとんどすべてが対象になります。alertname="Name" のように値のあるものを加えてください。`,
  },
  gone: () => text`その依頼は古すぎます。インシデントからやり直してください。変更はありません。`,
  already: () => text`すでに確定済みです。二重には実行していません。結果はインシデントにあります。`,
  made: (p) =>
    text`完了: Alertmanager ${code(p.source)} は ${code(p.what)} を ${dateTimeOf(p.until)} まで知らせません。`,
  failed: {
    away: (p) =>
      text`Alertmanager ${code(p.source)} が応答しません（${p.why}）。変更はありません。後でもう一度試してください。`,
    refused: (p) => text`Alertmanager ${code(p.source)} が断りました: ${p.why}。変更はありません。`,
    missing: (p) => text`Alertmanager ${code(p.source)} にそのサイレンスはありません（${p.why}）。変更はありません。`,
    unsure: (p) =>
      text`Alertmanager ${code(p.source)} に伝えましたが応答がなく（${p.why}）、実行された可能性があります。${code('/ops silences')} で確認できます。数分以内にスレッドで結果をお知らせします。`,
  },
  extended: (p) =>
    text`Alertmanager ${code(p.source)} のサイレンス${p.what === undefined ? '' : text` ${code(p.what)} `}を ${dateTimeOf(p.until)} まで延ばしました。`,
  expired: (p) =>
    text`Alertmanager ${code(p.source)} のサイレンス${p.what === undefined ? '' : text` ${code(p.what)} `}を終えました。発生中のものは再び通知され、呼び出す相手がいれば改めて呼び出します。`,
  summary: 'Alertmanager またはインシデントのサイレンスの一覧、延長、終了',
  list: {
    none: () => text`Alertmanager にサイレンスはありません。`,
    noneOf: (p) => text`INC-${p.number} を対象とするサイレンスはありません。`,
    noSources: () =>
      text`問い合わせできる Alertmanager がありません。hikeshi.yaml の ${code('sources.NAME.api')} に URL を書いてください。`,
    found: (p) => text`${bold(`サイレンス ${p.count}件`)}、終わりの早い順`,
    one: (p) =>
      text`${p.pending ? '後で始まり ' : ''}${dateTimeOf(p.until)} まで: ${code(p.matchers)}\n${p.by}${p.comment ? `: ${p.comment}` : ''}${p.incidents.length > 0 ? ` · ${p.incidents.join('、')}` : ''}`,
    away: (p) => text`Alertmanager ${code(p.source)} が応答しません: ${p.why}。`,
    more: (n) => `ほか ${n} 件。インシデントのものだけを見るには: /ops silences INC-142`,
  },
  buttons: { extend: '1時間延ばす', expire: '終える', another: '新しいサイレンス…' },
  expireConfirm: {
    title: 'サイレンスを終えますか？',
    text: 'Alertmanager は再び知らせ、これで止まっているインシデントは呼び出しを始めます。',
    yes: '終える',
    no: 'やめる',
  },
};
