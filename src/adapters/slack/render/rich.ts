import type { RichTextElement } from '@slack/types';
import { clean } from '../../../domain/clean.ts';
import { cut, type Inline, type Mention, type Text } from '../../../domain/content.ts';
import { isChannelId, isEmojiName, isValidMention, mentionAsText } from './ids.ts';
import { linkAsText, safeUrl } from './links.ts';
import { shownTime, timeAsText } from './times.ts';

/** Rich text: nothing in a text element is parsed, so a string can never mention, link, format or become an emoji. */
export interface Rich {
  readonly elements: RichTextElement[];
  /** Characters as the reader sees them, about. */
  readonly size: number;
  readonly cut: boolean;
}

/** Readers see a name or a clock time in place of these; a guess is enough for a budget. */
const TYPED_SIZE = 12;

/** At most `max` characters; what does not fit is cut with a mark. */
export function rich(text: Text, max: number): Rich {
  const elements: RichTextElement[] = [];
  let left = max;
  for (const inline of text) {
    const element = elementOf(inline);
    if (element.type === 'text' && element.text === '') continue;
    const size = sizeOf(element);
    if (size <= left) {
      elements.push(element);
      left -= size;
      continue;
    }
    elements.push(
      element.type === 'text' && left > 1 ? { ...element, text: cut(element.text, left) } : { type: 'text', text: '…' },
    );
    return { elements, size: max, cut: true };
  }
  return { elements, size: max - left, cut: false };
}

function sizeOf(element: RichTextElement): number {
  if (element.type === 'text') return element.text.length;
  if (element.type === 'link') return element.text?.length ?? element.url.length;
  return TYPED_SIZE;
}

const plain = (text: string): RichTextElement => ({ type: 'text', text: clean(text) });

function elementOf(inline: Inline): RichTextElement {
  if (typeof inline === 'string') return plain(inline);
  if ('bold' in inline) return { type: 'text', text: clean(inline.bold), style: { bold: true } };
  if ('code' in inline) return { type: 'text', text: clean(inline.code), style: { code: true } };
  if ('strike' in inline) return { type: 'text', text: clean(inline.strike), style: { strike: true } };
  if ('emoji' in inline) return isEmojiName(inline.emoji) ? { type: 'emoji', name: inline.emoji } : plain(inline.emoji);
  if ('link' in inline) return link(inline.link, inline.label);
  if ('mention' in inline) return mention(inline.mention);
  if ('channel' in inline)
    return isChannelId(inline.channel) ? { type: 'channel', channel_id: inline.channel } : plain(`#${inline.channel}`);
  const shown = shownTime(inline.time, inline.style);
  return shown
    ? { type: 'date', timestamp: shown.unix, format: shown.format, fallback: shown.fallback }
    : plain(timeAsText(inline.time));
}

function link(address: string, label: string): RichTextElement {
  const url = safeUrl(address);
  if (!url) return plain(linkAsText(address, label));
  const shown = clean(label).replace(/\s+/g, ' ').trim();
  return { type: 'link', url, text: shown || url };
}

export function mention(who: Mention): RichTextElement {
  if (!isValidMention(who)) return plain(mentionAsText(who));
  if (who.kind === 'person') return { type: 'user', user_id: who.id };
  return who.kind === 'group' ? { type: 'usergroup', usergroup_id: who.id } : { type: 'broadcast', range: who.scope };
}
