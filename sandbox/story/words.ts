import type { Message } from '../slack/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names for ids, as a reader sees them. */
export interface Names {
  readonly person: (id: string) => string;
  readonly group: (id: string) => string;
  readonly channel: (id: string) => string;
}

const SPOKEN = ['title', 'text', 'label', 'elements', 'element', 'hint'] as const;
const MARKS: Readonly<Record<string, string>> = {
  red_circle: '(critical)',
  white_check_mark: '(ok)',
  hourglass_flowing_sand: '(running)',
};

/** The lines of a message or a modal as its reader sees them; buttons in brackets. */
export function linesOf(shown: Pick<Message, 'text' | 'blocks'> | Fields, names: Names): string[] {
  const { blocks, text } = shown as { readonly blocks?: readonly unknown[]; readonly text?: string };
  const parts = blocks?.length ? blocks.map((block) => wordsOf(block, names)) : [marked(text ?? '', names)];
  return parts.flatMap((part) => part.split('\n')).filter((line) => line.trim() !== '');
}

function wordsOf(part: unknown, names: Names): string {
  if (typeof part === 'string') return part;
  if (Array.isArray(part)) return part.map((one) => wordsOf(one, names)).join('\n');
  if (typeof part !== 'object' || part === null) return '';
  const fields = part as Fields;
  const type = String(fields['type']);
  const own = INLINE[type]?.(fields, names);
  if (own !== undefined) return own;
  if (type === 'actions')
    return asList(fields['elements'])
      .map((one) => wordsOf(one, names))
      .join(' ');
  if (type === 'button') return `[${wordsOf(fields['text'], names)}]`;
  if (type.startsWith('rich_text_') && type !== 'rich_text_list')
    return asList(fields['elements'])
      .map((one) => wordsOf(one, names))
      .join('');
  return SPOKEN.map((name) => wordsOf(fields[name], names))
    .filter((words) => words !== '')
    .join('\n');
}

const INLINE: Readonly<Record<string, (fields: Fields, names: Names) => string>> = {
  user: (fields, names) => `@${names.person(String(fields['user_id']))}`,
  usergroup: (fields, names) => `@${names.group(String(fields['usergroup_id']))}`,
  channel: (fields, names) => `#${names.channel(String(fields['channel_id']))}`,
  emoji: (fields) => MARKS[String(fields['name'])] ?? `:${String(fields['name'])}:`,
  date: (fields) => clockTime(Number(fields['timestamp'])),
  broadcast: (fields) => `@${String(fields['range'])}`,
  link: (fields) => String(fields['text'] ?? fields['url']),
  mrkdwn: (fields, names) => marked(String(fields['text']), names),
  static_select: () => '',
  plain_text_input: () => '',
};

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Slack's own forms in a text, as words. */
export function marked(text: string, names: Names): string {
  return text
    .replace(/<@([A-Z0-9]+)>/g, (_, id: string) => `@${names.person(id)}`)
    .replace(/<!subteam\^([A-Z0-9]+)>/g, (_, id: string) => `@${names.group(id)}`)
    .replace(/<#([A-Z0-9]+)>/g, (_, id: string) => `#${names.channel(id)}`)
    .replace(/<!(here|channel|everyone)>/g, '@$1')
    .replace(/<!date\^(\d+)\^[^>]*>/g, (_, seconds: string) => clockTime(Number(seconds)))
    .replace(/<[^>|]+\|([^>]*)>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 16);
}
