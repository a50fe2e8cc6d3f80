import type { Inline, Mention, Text } from '../../../domain/content.ts';

/** Slack's ids: a letter for the kind, then capitals and digits. Anything else in a typed mention is shown as text. */
const PERSON = /^[UW][A-Z0-9]{1,30}$/;
const GROUP = /^S[A-Z0-9]{1,30}$/;
const CHANNEL = /^[CGD][A-Z0-9]{1,30}$/;
const EMOJI = /^[\p{L}\p{N}_+'-]{1,100}(?:::skin-tone-[2-6])?$/u;

export function isPersonId(id: string): boolean {
  return PERSON.test(id);
}

export function isChannelId(id: string): boolean {
  return CHANNEL.test(id);
}

export function isEmojiName(name: string): boolean {
  return EMOJI.test(name);
}

export function isValidMention(mention: Mention): boolean {
  if (mention.kind === 'everyone') return mention.scope === 'channel' || mention.scope === 'here';
  return (mention.kind === 'person' ? PERSON : GROUP).test(mention.id);
}

/** A mention that is none, in words: `@someone`. */
export function mentionAsText(mention: Mention): string {
  return `@${mention.kind === 'everyone' ? mention.scope : mention.id}`;
}

function mentionOf(inline: Inline): Mention | undefined {
  return typeof inline === 'object' && 'mention' in inline ? inline.mention : undefined;
}

export function mentionsIn(text: Text): Mention[] {
  return text.map(mentionOf).filter((m): m is Mention => m !== undefined && isValidMention(m));
}

export function mentionKey(mention: Mention): string {
  return `${mention.kind}:${mention.kind === 'everyone' ? mention.scope : mention.id}`;
}
