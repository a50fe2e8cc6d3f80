import { dateWords, withDates } from './dates.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './json.ts';
import type { Ephemeral, Message } from './types.ts';

/** The words a person reads: of the blocks if there are some, else the text; controls by their labels, times in UTC. */
export function visibleText(message: Message | Ephemeral | Fields): string {
  const fields = fieldsOf(message);
  const blocks = listOf(fields['blocks']);
  const attachments = listOf(fields['attachments']).flatMap((one) => [
    ...words(one['text']),
    ...listOf(one['blocks']).flatMap(words),
  ]);
  const main = blocks.length > 0 ? blocks.flatMap(words) : words(fields['text']);
  return [...words(fields['title']), ...main, ...attachments].join('\n');
}

const SPOKEN = [
  'title',
  'text',
  'label',
  'fields',
  'elements',
  'element',
  'accessory',
  'rows',
  'child_blocks',
  'hint',
  'placeholder',
  'options',
  'option_groups',
  'alt_text',
];

function words(part: unknown): string[] {
  if (typeof part === 'string') return part === '' ? [] : [withDates(part)];
  if (Array.isArray(part)) return part.flatMap(words);
  if (!isFields(part)) return [];
  const fields = part;
  const mention = MENTIONS[String(fields['type'])]?.(fields);
  if (mention) return [mention];
  if (String(fields['type']).startsWith('rich_text_') && fields['type'] !== 'rich_text_list')
    return [listOf(fields['elements']).flatMap(words).join('')];
  return SPOKEN.flatMap((name) => words(fields[name]));
}

const MENTIONS: Record<string, (fields: Fields) => string> = {
  user: (fields) => `<@${String(fields['user_id'])}>`,
  usergroup: (fields) => `<!subteam^${String(fields['usergroup_id'])}>`,
  channel: (fields) => `<#${String(fields['channel_id'])}>`,
  broadcast: (fields) => `<!${String(fields['range'])}>`,
  emoji: (fields) => `:${String(fields['name'])}:`,
  date: (fields) => dateWords(Number(fields['timestamp']), textOf(fields['format']) ?? '', textOf(fields['fallback'])),
  link: (fields) => textOf(fields['text']) ?? textOf(fields['url']) ?? '',
};
