import type { KnownBlock } from '@slack/types';
import type { Block, Mention } from '../../../domain/content.ts';
import { type Drawn, draw, omitted } from './blocks.ts';
import { mentionKey, mentionsIn } from './ids.ts';
import { mention } from './rich.ts';

/** Of one block, and of a whole page; more is unreadable on a phone, and Slack's own sum (msg_blocks_too_long) is unpublished. */
const BLOCK_CHARACTERS = 3_000;
const PAGE_CHARACTERS = 10_000;
/** Below this a piece of text says nothing. */
const WORTH_SHOWING = 40;
const MOST_MENTIONS = 100;

/** At most `max` Slack blocks. What had no place is counted in a line of its own; buttons always have one. */
export function page(blocks: readonly Block[], max: number): KnownBlock[] {
  return fitted(drawAll(blocks), max);
}

/** A drawn block, or one that the budget had no characters left for. */
export type Fitted = Drawn & { readonly dropped?: boolean };
const DROPPED: Fitted = { blocks: [], size: 0, must: false, dropped: true };

function takesText(block: Block): boolean {
  return block.kind !== 'buttons' && block.kind !== 'divider';
}

/** One entry per neutral block, drawn within the page's budget of characters. */
export function drawAll(blocks: readonly Block[]): Fitted[] {
  let left = PAGE_CHARACTERS;
  return blocks.map((block) => {
    if (takesText(block) && left < WORTH_SHOWING) return DROPPED;
    const drawn = draw(block, Math.min(BLOCK_CHARACTERS, left));
    left -= drawn.size;
    return drawn;
  });
}

/** Takes from the end of what is not needed until the rest fits, and says so where the first was taken. */
export function fitted(drawn: readonly Fitted[], max: number): KnownBlock[] {
  const dropped = drawn.filter((one) => one.dropped).length;
  const kept = drawn.filter((one) => !one.dropped);
  if (dropped === 0 && count(kept) <= max) return kept.flatMap((one) => one.blocks);
  const needed = count(kept.filter((one) => one.must));
  let room = Math.max(0, max - needed - 1);
  let missing = dropped;
  let markAt = -1;
  const out: KnownBlock[] = [];
  for (const one of kept) {
    if (!one.must && one.blocks.length > room) {
      missing += 1;
      if (markAt < 0) markAt = out.length;
      continue;
    }
    if (!one.must) room -= one.blocks.length;
    out.push(...one.blocks);
  }
  out.splice(markAt < 0 ? lastText(out) : markAt, 0, omitted(missing));
  return out.slice(0, max);
}

/** Behind the last block that is not a row of buttons. */
function lastText(blocks: readonly KnownBlock[]): number {
  const at = blocks.findLastIndex((block) => block.type !== 'actions');
  return at < 0 ? 0 : at + 1;
}

function count(drawn: readonly Drawn[]): number {
  return drawn.reduce((sum, one) => sum + one.blocks.length, 0);
}

/** Who is named in the typed content. */
export function mentionsOf(blocks: readonly Block[]): Mention[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'text') return mentionsIn(block.text);
    if (block.kind === 'fields') return block.fields.flatMap((field) => mentionsIn(field.value));
    if (block.kind === 'context') return block.lines.flatMap(mentionsIn);
    return block.kind === 'list' ? block.items.flatMap(mentionsIn) : [];
  });
}

/** Mentions that no block shows any more, because they stood in the text only or in what was cut: a ping must reach its person. */
export function missingMentions(typed: readonly Mention[], shown: readonly KnownBlock[]): KnownBlock[] {
  const elements = JSON.stringify(shown.filter((block) => block.type === 'rich_text'));
  const marked = shown.flatMap(mrkdwnOf).join('\n');
  const lost = typed.filter((one) => !elements.includes(JSON.stringify(mention(one))) && !marked.includes(form(one)));
  const missing = [...new Map(lost.map((one) => [mentionKey(one), one])).values()].slice(0, MOST_MENTIONS);
  if (missing.length === 0) return [];
  const line = missing.flatMap((one, i) =>
    i === 0 ? [mention(one)] : [{ type: 'text' as const, text: ' ' }, mention(one)],
  );
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: line }] }];
}

function mrkdwnOf(block: KnownBlock): string[] {
  if (block.type !== 'context') return [];
  return block.elements.flatMap((element) => (element.type === 'mrkdwn' ? [element.text] : []));
}

/** As it stands in a context line, where data is escaped. */
function form(one: Mention): string {
  if (one.kind === 'person') return `<@${one.id}>`;
  return one.kind === 'group' ? `<!subteam^${one.id}>` : `<!${one.scope}>`;
}
