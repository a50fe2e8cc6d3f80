import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';

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

/** What is tried again by itself. */
const passing: Readonly<Record<string, string>> = {
  invalid_auth: 'the bot token is refused',
  not_authed: 'the bot token is refused',
  token_revoked: 'the bot token was revoked',
  token_expired: 'the bot token has expired',
  account_inactive: 'the app was removed from the workspace',
  missing_scope: 'the app lacks a scope (reinstall it)',
  request_timeout: 'Slack did not answer in time',
  ratelimited: 'Slack asks for patience',
  no_fallback_channel: 'there is no fallback channel any more',
  'lease expired': 'its sender did not come back',
  'not rendered': 'it cannot be put into words (see the log)',
  store: 'the database did not answer',
};

/** Of a direct message, where Slack has the same word for a person as for a channel. */
const refusedDirect: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such person, or I may not write to them',
  not_in_channel: 'there is no such person, or I may not write to them',
  is_archived: 'the account is deactivated',
  is_inactive: 'the account is deactivated',
  restricted_action: 'the workspace does not let me write to them',
};

/** Why Slack took nothing of it; what is not known is shown as Slack says it. */
const why = (code: string): string => refusals[code] ?? passing[code] ?? code;
const whyDirect = (code: string): string => refusedDirect[code] ?? why(code);

export const outbox = {
  /** On top of a message in the fallback channel. */
  undelivered: (p: { to: Inline; code: string }): Text =>
    text`Meant for ${p.to}, which did not take it: ${why(p.code)}.`,

  /** The same of a direct message that calls somebody, who is named so that it still does; of any other, which names nobody. */
  undeliveredCall: (p: { to: Inline; code: string }): Text =>
    text`Meant for ${p.to} as a direct message, which did not arrive: ${whyDirect(p.code)}.`,
  undeliveredDirect: (p: { code: string }): Text =>
    text`Meant for one person as a direct message, which did not arrive: ${whyDirect(p.code)}.`,

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

  /** `/ops outbox` */
  summary: 'messages that have reached nobody: list them, send them again, drop one',
  number: (n: number): string => `MSG-${n}`,
  what: {
    main: 'post',
    copy: 'copy of the post',
    dm: 'direct message',
    ping: 'call',
    lines: 'line in the thread',
    refired: 'line: it fires again',
    other: 'message',
  },
  listed: (p: { failed: number; retrying: number; most: number }): Text => {
    const count = (n: number): string => (n >= p.most ? `${n} and more` : String(n));
    if (p.failed + p.retrying === 0) return text`Every message has reached somebody.`;
    const failed = p.failed === 1 ? '1 message has reached nobody' : `${count(p.failed)} messages have reached nobody`;
    const retrying = p.retrying === 1 ? '1 is being tried again' : `${count(p.retrying)} are being tried again`;
    return text`${joinText([p.failed > 0 ? [bold(failed)] : [], p.retrying > 0 ? [retrying] : []], '; ')}.`;
  },
  item: (p: { number: number; what: string; about: string; to: Inline; code: string; direct: boolean }): Text =>
    text`${bold(`MSG-${p.number}`)} ${p.what}${p.about ? ` of ${p.about}` : ''}, for ${p.to}: ${p.direct ? whyDirect(p.code) : why(p.code)}.`,
  tried: (p: { since: Date; tries: number; nextAt?: Date; inDoubt: boolean }): Text =>
    text`Since ${timeOf(p.since)}, ${p.tries === 1 ? '1 try' : `${p.tries} tries`}${p.nextAt ? text`, next at ${timeOf(p.nextAt)}` : '; not tried again by itself'}.${p.inDoubt ? ' Slack may have taken it: it is looked for first.' : ''}`,
  more: (p: { more: number; most: number }): Text => text`${p.more >= p.most ? 'And many' : `And ${p.more}`} more.`,
  next: (): Text =>
    text`Next: mend what is named (invite me, unarchive the channel, renew the token), then ${code('/ops outbox retry all')}.`,
  inFallback: (): Text => text`Went to the fallback channel instead, in the last 7 days:`,
  sendAgain: 'Send again',
  sendAllAgain: 'Send all again',
  drop: 'Drop',
  dropForm: (n: number) => ({
    title: `Drop MSG-${n}?`,
    text: 'Nobody will be told this. What changes later is shown again.',
    yes: 'Drop',
    no: 'Keep',
  }),
  retried: (p: { numbers: readonly number[] }): Text =>
    p.numbers.length === 1
      ? text`${bold(`MSG-${p.numbers[0]}`)} is being sent again.`
      : text`${bold(`${p.numbers.length} messages`)} are being sent again.`,
  dropped: (p: { number: number; inDoubt: boolean }): Text =>
    text`${bold(`MSG-${p.number}`)} is dropped.${p.inDoubt ? ' Slack may have taken it before.' : ''} What changes later is shown again.`,
  nothing: (p: { incident?: number }): Text =>
    p.incident === undefined
      ? text`There is nothing to send again: every message has reached somebody, or is on its way.`
      : text`INC-${p.incident} has no message that has reached nobody. ${code('/ops outbox')} lists all there are.`,
  several: (p: { incident: number; numbers: readonly number[] }): Text =>
    text`INC-${p.incident} has several (${p.numbers.map((n) => `MSG-${n}`).join(', ')}). Nothing is dropped yet: name the one, for example ${code(`/ops outbox drop MSG-${p.numbers[0]}`)}.`,
  missing: (p: { number: number }): Text =>
    text`There is no MSG-${p.number}, or it was delivered over 7 days ago. ${code('/ops outbox')} lists what has reached nobody.`,
  whichOne: (p: { verb: string }): Text =>
    text`Which one? For example ${code(`/ops outbox ${p.verb} MSG-12`)}; ${code('/ops outbox')} lists them.`,
  notANumber: (p: { typed: string }): Text =>
    text`${code(p.typed)} is not a message's number. Write it like ${code('MSG-12')}, or ${code('INC-5')} for those of an incident; ${code('/ops outbox')} lists them.`,
  notAllowed: (p: { verb: string; needs: string }): Text =>
    text`${code(`/ops outbox ${p.verb}`)} needs the role ${code(p.needs)}. Nothing was changed.`,
  states: {
    sending: (n: number): Text => text`MSG-${n} is being sent right now. Look again in a minute.`,
    waiting: (n: number): Text => text`MSG-${n} waits for the message in whose thread it belongs, and leaves with it.`,
    'on-its-way': (n: number): Text => text`MSG-${n} is on its way; there is nothing to do.`,
    delivered: (n: number): Text => text`MSG-${n} has been delivered; there is nothing to do.`,
    'in-fallback': (n: number): Text =>
      text`MSG-${n} is in the fallback channel, and so are its later changes. New messages try their own channel first.`,
    dropped: (n: number): Text => text`MSG-${n} is dropped already.`,
    withdrawn: (n: number): Text => text`MSG-${n} no longer held and was withdrawn.`,
  },
};
