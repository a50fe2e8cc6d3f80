import { type Inline, type Text, text } from '../../domain/content.ts';
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

export const outbox: typeof en = {
  undelivered: (p: { to: Inline; code: string }): Text =>
    text`${p.to} 宛てでしたが、届けられませんでした：${refusals[p.code] ?? p.code}。`,

  continues: (p: { link?: string }): Text =>
    p.link
      ? text`${{ link: p.link, label: '以前のメッセージ' }}は編集できなくなったため、こちらに続けます。`
      : text`以前のメッセージがなくなったため、こちらに続けます。`,

  shortened: (p: { code: string }): Text => text`短縮表示：Slack が元の形式を受け付けませんでした（${p.code}）。`,

  unrenderable: (p: { subject: string }): Text =>
    text`${p.subject} について通知がありますが、メッセージを作成できませんでした。原因はログにあります。`,
};
