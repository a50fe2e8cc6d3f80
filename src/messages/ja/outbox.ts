import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import type { outbox as en } from '../en/outbox.ts';

const refusals: Readonly<Record<string, string>> = {
  is_archived: 'アーカイブされています',
  is_inactive: 'アーカイブされています',
  not_in_channel: 'ボットが参加していません（/invite で招待してください）',
  channel_not_found: '存在しないか、ボットが参加していない非公開チャンネルです',
  restricted_action: '投稿が制限されています',
  user_disabled: 'アカウントが無効化されています',
  user_not_found: '該当するユーザーがいません',
  cannot_dm_bot: 'ボットのアカウントです',
  messages_tab_disabled: 'アプリ側でボットへのダイレクトメッセージが無効です',
};

const passing: Readonly<Record<string, string>> = {
  invalid_auth: 'ボットトークンが拒否されています',
  not_authed: 'ボットトークンが拒否されています',
  token_revoked: 'ボットトークンが無効化されました',
  token_expired: 'ボットトークンの期限が切れています',
  account_inactive: 'アプリがワークスペースから削除されています',
  missing_scope: 'アプリのスコープが足りません（再インストールしてください）',
  request_timeout: 'Slack が時間内に応答しませんでした',
  ratelimited: 'Slack の流量制限で待っています',
  no_fallback_channel: '代替チャンネルが設定されていません',
  'lease expired': '送信中のプロセスが戻りませんでした',
  'not rendered': 'メッセージを作成できません（ログを確認してください）',
  store: 'データベースが応答しませんでした',
};

const refusedDirect: Readonly<Record<string, string>> = {
  channel_not_found: '該当するユーザーがいないか、ボットからは送れません',
  not_in_channel: '該当するユーザーがいないか、ボットからは送れません',
  is_archived: 'アカウントが無効化されています',
  is_inactive: 'アカウントが無効化されています',
  restricted_action: 'ワークスペースの設定により、ボットからは送れません',
};

const why = (code: string): string => refusals[code] ?? passing[code] ?? code;
const whyDirect = (code: string): string => refusedDirect[code] ?? why(code);

export const outbox: typeof en = {
  undelivered: (p: { to: Inline; code: string }): Text =>
    text`${p.to} 宛てでしたが、届けられませんでした: ${why(p.code)}。`,

  undeliveredCall: (p: { to: Inline; code: string }): Text =>
    text`${p.to} へのダイレクトメッセージでしたが、届けられませんでした: ${whyDirect(p.code)}。`,
  undeliveredDirect: (p: { code: string }): Text =>
    text`ある人へのダイレクトメッセージでしたが、届けられませんでした: ${whyDirect(p.code)}。`,

  continues: (p: { link?: string }): Text =>
    p.link
      ? text`${{ link: p.link, label: '以前のメッセージ' }}は編集できなくなったため、こちらに続けます。`
      : text`以前のメッセージがなくなったため、こちらに続けます。`,

  shortened: (p: { code: string }): Text => text`短縮表示: Slack が元の形式を受け付けませんでした（${p.code}）。`,

  unrenderable: (p: { subject: string }): Text =>
    text`${p.subject} について通知がありますが、メッセージを作成できませんでした。原因はログにあります。`,

  summary: '誰にも届いていないメッセージの一覧、再送、破棄',
  number: (n) => `MSG-${n}`,
  what: {
    main: '投稿',
    copy: '投稿の写し',
    dm: 'ダイレクトメッセージ',
    ping: '呼び出し',
    lines: 'スレッドの行',
    refired: '再発の知らせ',
    other: 'メッセージ',
  },
  listed: (p) => {
    const count = (n: number): string => (n >= p.most ? `${n} 件以上` : `${n} 件`);
    if (p.failed + p.retrying === 0) return text`すべてのメッセージが届いています。`;
    const failed = p.failed > 0 ? [bold(`誰にも届いていないメッセージ: ${count(p.failed)}`)] : [];
    const retrying = p.retrying > 0 ? [`再試行中: ${count(p.retrying)}`] : [];
    return joinText([failed, retrying], '、');
  },
  item: (p) =>
    text`${bold(`MSG-${p.number}`)} ${p.about ? `${p.about} の` : ''}${p.what}（宛先 ${p.to}）: ${p.direct ? whyDirect(p.code) : why(p.code)}。`,
  tried: (p) =>
    text`${timeOf(p.since)} から、試行 ${p.tries} 回${p.nextAt ? text`、次は ${timeOf(p.nextAt)}` : '。自動では再試行しません'}。${p.inDoubt ? '届いている可能性があるため、先に確認します。' : ''}`,
  more: (p) => text`${p.more >= p.most ? 'ほか多数。' : `ほか ${p.more} 件。`}`,
  next: () =>
    text`次の一手: 原因を直し（招待、アーカイブ解除、トークン更新）、${code('/ops outbox retry all')} を実行してください。`,
  inFallback: () => text`過去7日間に代替チャンネルへ送ったもの:`,
  sendAgain: '再送',
  sendAllAgain: 'すべて再送',
  drop: '破棄',
  dropForm: (n) => ({
    title: `MSG-${n} を破棄しますか？`,
    text: 'この内容は誰にも届きません。後の変更は改めて表示されます。',
    yes: '破棄',
    no: '残す',
  }),
  retried: ({ numbers }) =>
    numbers.length === 1
      ? text`${bold(`MSG-${numbers[0]}`)} を再送しています。`
      : text`${bold(`${numbers.length} 件`)}を再送しています。`,
  dropped: (p) =>
    text`${bold(`MSG-${p.number}`)} を破棄しました。${p.inDoubt ? '以前の送信が届いている可能性があります。' : ''}後の変更は改めて表示されます。`,
  nothing: (p) =>
    p.incident === undefined
      ? text`再送するものはありません。すべて届いたか、送信中です。`
      : text`INC-${p.incident} に届いていないメッセージはありません。一覧: ${code('/ops outbox')}`,
  several: (p) =>
    text`INC-${p.incident} には複数あります（${p.numbers.map((n) => `MSG-${n}`).join('、')}）。まだ何も破棄していません。例: ${code(`/ops outbox drop MSG-${p.numbers[0]}`)}`,
  missing: (p) => text`MSG-${p.number} はありません（7日より前に届いた可能性もあります）。一覧: ${code('/ops outbox')}`,
  whichOne: (p) => text`どれですか？例: ${code(`/ops outbox ${p.verb} MSG-12`)}（一覧: ${code('/ops outbox')}）`,
  notANumber: (p) =>
    text`${code(p.typed)} はメッセージ番号ではありません。${code('MSG-12')}、またはインシデント全体なら ${code('INC-5')} のように書いてください（一覧: ${code('/ops outbox')}）。`,
  notAllowed: (p) =>
    text`${code(`/ops outbox ${p.verb}`)} には ${code(p.needs)} の権限が必要です。何も変更していません。`,
  states: {
    sending: (n) => text`MSG-${n} は送信中です。1分後にもう一度確認してください。`,
    waiting: (n) => text`MSG-${n} はスレッドの元の投稿を待っています。一緒に送られます。`,
    'on-its-way': (n) => text`MSG-${n} はまもなく送られます。することはありません。`,
    delivered: (n) => text`MSG-${n} は届いています。することはありません。`,
    'in-fallback': (n) =>
      text`MSG-${n} は代替チャンネルにあり、後の変更もそこに表示されます。新しいメッセージは本来のチャンネルから試します。`,
    dropped: (n) => text`MSG-${n} はすでに破棄されています。`,
    withdrawn: (n) => text`MSG-${n} は不要になり、取り下げられました。`,
  },
};
