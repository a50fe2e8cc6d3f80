import type { Inline, Text } from '../../src/domain/content.ts';

/** Neutral text as a person would read it out, for comparing. Mentions are `@id`, channels `#id`. */
export function plainText(text: Text): string {
  return text.map(inline).join('');
}

function inline(part: Inline): string {
  if (typeof part === 'string') return part;
  if ('bold' in part) return part.bold;
  if ('code' in part) return part.code;
  if ('strike' in part) return part.strike;
  if ('emoji' in part) return `:${part.emoji}:`;
  if ('link' in part) return part.label;
  if ('mention' in part) return part.mention.kind === 'everyone' ? `@${part.mention.scope}` : `@${part.mention.id}`;
  if ('channel' in part) return `#${part.channel}`;
  return part.time.toISOString();
}
