import { clean } from '../../../domain/clean.ts';
import { type Block, cut, type Message, type Text } from '../../../domain/content.ts';
import { moreMark, oneLine } from './clean.ts';
import { mentionAsText } from './ids.ts';
import { plainTable } from './table.ts';
import { timeAsText } from './times.ts';

/** Slack shows up to so much of a text file; of more nobody reads anything. */
const BYTES_MAX = 1_000_000;
const CELL_MAX = 1_000;

/** The whole message as lines of plain text, tables as wide as they are. Never empty. */
export function fileText(message: Message): string {
  const lines = message.blocks.map(blockText).filter((text) => text !== '');
  const whole = lines.length > 0 ? lines.join('\n\n') : textOf(message.text);
  return `${cut(whole, BYTES_MAX / 4)}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return clean(block.text);
    case 'text':
      return textOf(block.text);
    case 'fields':
      return block.fields.map(({ label, value }) => `${label}: ${textOf(value)}`).join('\n');
    case 'context':
      return block.lines.map(textOf).join('\n');
    case 'list':
      return block.items.map((item) => `- ${textOf(item)}`).join('\n');
    case 'code':
      return clean(block.code, BYTES_MAX);
    case 'table': {
      const shape = [block.columns, ...block.rows].map((row) =>
        block.columns.map((_, i) => oneLine(row[i] ?? '', CELL_MAX)),
      );
      return [...plainTable(shape), ...(block.more > 0 ? [moreMark(block.more)] : [])].join('\n');
    }
    case 'buttons':
    case 'divider':
      return '';
  }
}

const textOf = (text: Text): string => clean(text.map(word).join(''));

function word(inline: Text[number]): string {
  if (typeof inline === 'string') return inline;
  if ('bold' in inline) return inline.bold;
  if ('code' in inline) return inline.code;
  if ('strike' in inline) return inline.strike;
  if ('link' in inline) return `${inline.label} (${inline.link})`;
  if ('channel' in inline) return `#${inline.channel}`;
  if ('mention' in inline) return mentionAsText(inline.mention);
  return 'time' in inline ? timeAsText(inline.time) : '';
}
