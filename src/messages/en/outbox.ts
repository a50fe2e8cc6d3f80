import { type Inline, type Text, text } from '../../domain/content.ts';

/** Why a channel takes nothing, by Slack's own word; anything else is shown as Slack says it. */
const refusals: Readonly<Record<string, string>> = {
  is_archived: 'it is archived',
  is_inactive: 'it is archived',
  not_in_channel: 'I am not in it (/invite me there)',
  channel_not_found: 'there is none, or it is private and I am not in it',
  restricted_action: 'posting there is restricted',
  user_disabled: 'the account is deactivated',
  user_not_found: 'there is no such person',
  cannot_dm_bot: 'it belongs to a bot',
  messages_tab_disabled: 'direct messages to me are switched off in the app',
};

export const outbox = {
  /** On top of a message in the fallback channel. */
  undelivered: (p: { to: Inline; code: string }): Text =>
    text`Meant for ${p.to}, which did not take it: ${refusals[p.code] ?? p.code}.`,

  /** On top of a post made anew, because the one before can no longer be edited. */
  continues: (p: { link?: string }): Text =>
    p.link
      ? text`Continues ${{ link: p.link, label: 'an earlier message' }}, which can no longer be changed.`
      : text`Continues an earlier message, which is gone.`,

  /** Under the short form of a message that Slack refused in full. */
  shortened: (p: { code: string }): Text => text`Short form: Slack refused the full one (${p.code}).`,

  /** Instead of a message that could not be put together. */
  unrenderable: (p: { subject: string }): Text =>
    text`Something is to be told about ${p.subject}, but putting the message together failed. The reason is in the log.`,
};
