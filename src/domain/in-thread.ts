import type { Block, Inline, Message, Text } from './content.ts';

/** Slack takes no slash command inside a thread: what a message names as one to type is there a mention. */
export function inThread({ text, blocks }: Message): Message {
  return { text: words(text), blocks: blocks.map(blockOf) };
}

function blockOf(block: Block): Block {
  switch (block.kind) {
    case 'text':
      return { ...block, text: words(block.text) };
    case 'context':
      return { ...block, lines: block.lines.map(words) };
    case 'list':
      return { ...block, items: block.items.map(words) };
    case 'fields':
      return { ...block, fields: block.fields.map((field) => ({ ...field, value: words(field.value) })) };
    default:
      return block;
  }
}

const words = (text: Text): Text => text.map(typedThere);

function typedThere(part: Inline): Inline {
  if (typeof part !== 'object' || !('code' in part)) return part;
  return { code: part.code.replace(/^\/ops(?= |$)/, '@Hikeshi') };
}
