import type { ContextBlock, KnownBlock, RichTextBlock, RichTextElement } from '@slack/types';
import { clean } from '../../../domain/clean.ts';
import type { Block, Field, Text } from '../../../domain/content.ts';
import { buttonRows } from './buttons.ts';
import { moreMark, oneLine } from './clean.ts';
import { mrkdwn } from './mrkdwn.ts';
import { type Rich, rich } from './rich.ts';
import { codeText, tableText } from './table.ts';

/** What one block became. */
export interface Drawn {
  readonly blocks: readonly KnownBlock[];
  /** Characters it took. */
  readonly size: number;
  /** Never dropped when there are too many: without its buttons a post is of no use. */
  readonly must: boolean;
}

const HEADING_MAX = 150;
const CONTEXT_MAX = 1_500;
const ITEM_MAX = 600;
const NOTHING: Drawn = { blocks: [], size: 0, must: false };

/** `room`: how many characters this block may still take. */
export function draw(block: Block, room: number): Drawn {
  switch (block.kind) {
    case 'heading':
      return heading(block.text, room);
    case 'text':
      return section(rich(block.text, room));
    case 'fields':
      return section(fields(block.fields, room));
    case 'context':
      return context(block.lines, Math.min(room, CONTEXT_MAX));
    case 'code':
      return preformatted(codeText(clean(block.code), room));
    case 'table':
      return preformatted(tableText(block.columns, block.rows, block.more, room));
    case 'buttons':
      return { blocks: buttonRows(block.buttons, block.menu), size: 0, must: true };
    case 'list':
      return list(block.items, room);
    case 'divider':
      return { blocks: [{ type: 'divider' }], size: 0, must: false };
  }
}

function heading(text: string, room: number): Drawn {
  const shown = oneLine(text, Math.min(HEADING_MAX, room));
  if (!shown) return NOTHING;
  return {
    blocks: [{ type: 'header', text: { type: 'plain_text', text: shown, emoji: false } }],
    size: shown.length,
    must: false,
  };
}

function richBlock(element: RichTextBlock['elements'][number]): RichTextBlock {
  return { type: 'rich_text', elements: [element] };
}

function section(content: Rich): Drawn {
  if (content.elements.length === 0) return NOTHING;
  return {
    blocks: [richBlock({ type: 'rich_text_section', elements: content.elements })],
    size: content.size,
    must: false,
  };
}

/** One line each, the label bold: on a phone two columns wrap badly, and a section's fields would parse mrkdwn. */
function fields(all: readonly Field[], room: number): Rich {
  const lines = all.map((field) => [{ bold: oneLine(field.label, 100) }, '  ', ...field.value]);
  const { shown, left, size } = takeItems(lines, room);
  const elements = shown.flatMap((line, i): RichTextElement[] =>
    i === 0 ? line.elements : [newline, ...line.elements],
  );
  return {
    elements: left > 0 ? [...elements, { type: 'text', text: `\n${moreMark(left)}` }] : elements,
    size,
    cut: left > 0,
  };
}

const newline: RichTextElement = { type: 'text', text: '\n' };

/** As many whole items as fit, each of bounded length; at least one. */
function takeItems(items: readonly Text[], room: number): { shown: Rich[]; left: number; size: number } {
  const shown: Rich[] = [];
  let size = 0;
  for (const item of items) {
    const drawn = rich(item, Math.min(ITEM_MAX, room));
    if (shown.length > 0 && size + drawn.size + 1 > room) break;
    shown.push(drawn);
    size += drawn.size + 1;
  }
  return { shown, left: items.length - shown.length, size };
}

function list(items: readonly Text[], room: number): Drawn {
  const { shown, left, size } = takeItems(items, room);
  const sections = shown.filter((item) => item.elements.length > 0).map((item) => item.elements);
  if (left > 0) sections.push([{ type: 'text', text: moreMark(left) }]);
  if (sections.length === 0) return NOTHING;
  const elements = sections.map((one) => ({ type: 'rich_text_section' as const, elements: one }));
  return { blocks: [richBlock({ type: 'rich_text_list', style: 'bullet', elements })], size, must: false };
}

/** A run of three backticks ends a code block wherever the text is copied to. */
function preformatted(text: string): Drawn {
  const shown = text.replace(/```/g, "'''");
  if (!shown.trim()) return NOTHING;
  const elements = [{ type: 'text' as const, text: shown }];
  return { blocks: [richBlock({ type: 'rich_text_preformatted', elements })], size: shown.length, must: false };
}

/** Plain where it can be: only a line with a mention, link, time or emoji needs mrkdwn. */
function context(lines: readonly Text[], room: number): Drawn {
  const joined = lines.filter((line) => line.length > 0).flatMap((line, i): Text => (i === 0 ? line : ['\n', ...line]));
  const flat = rich(joined, room);
  const words = flat.elements.map((element) => (element.type === 'text' ? element.text : undefined));
  const isPlain = words.every((word) => word !== undefined);
  const text = isPlain ? words.join('') : mrkdwn(joined, room);
  return text.trim() ? contextBlock(text, isPlain) : NOTHING;
}

function contextBlock(text: string, isPlain: boolean): Drawn {
  const block: ContextBlock = {
    type: 'context',
    elements: [isPlain ? { type: 'plain_text', text, emoji: false } : { type: 'mrkdwn', text, verbatim: true }],
  };
  return { blocks: [block], size: text.length, must: false };
}

/** A line that says how much is missing. */
export function omitted(count: number): KnownBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text: moreMark(count), emoji: false }] };
}
