import type { Block, Inline, Message, Text } from '../../src/domain/content.ts';

/** Neutral content as plain words: what a snapshot should show. Times are in UTC. */
export function plainText(text: Text): string {
  return text.map(plainInline).join('');
}

function plainInline(part: Inline): string {
  if (typeof part === 'string') return part;
  if ('bold' in part) return `*${part.bold}*`;
  if ('code' in part) return `\`${part.code}\``;
  if ('strike' in part) return `~${part.strike}~`;
  if ('emoji' in part) return `:${part.emoji}:`;
  if ('link' in part) return `[${part.label}](${part.link})`;
  if ('channel' in part) return `<#${part.channel}>`;
  if ('time' in part) return part.time.toISOString().slice(part.style === 'time' ? 11 : 0, 16);
  const { mention } = part;
  return mention.kind === 'everyone'
    ? `<!${mention.scope}>`
    : `<${mention.kind === 'group' ? 'S' : '@'}:${mention.id}>`;
}

export function plainMessage(message: Message): string {
  return [`lock screen: ${plainText(message.text)}`, ...message.blocks.map(plainBlock)].join('\n');
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `# ${block.text}`;
    case 'text':
      return plainText(block.text);
    case 'fields':
      return block.fields.map((f) => `${f.label}: ${plainText(f.value)}`).join('\n');
    case 'context':
      return block.lines.map((l) => `  ${plainText(l)}`).join('\n');
    case 'code':
      return block.code;
    case 'table':
      return [block.columns, ...block.rows].map((r) => r.join(' | ')).join('\n');
    case 'buttons':
      return [
        ...block.buttons.map((b) => `[${b.label}]`),
        ...(block.menu ? [`⋯ ${block.menu.map((item) => item.label).join(' | ')}`] : []),
      ].join(' ');
    case 'list':
      return block.items.map((i) => `- ${plainText(i)}`).join('\n');
    case 'divider':
      return '---';
  }
}
