import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import { type Block, cut, type Form, type Input, type Message, type Text } from '../../domain/content.ts';
import { type Drawn, draw } from './render/blocks.ts';
import { plainText, unique } from './render/buttons.ts';
import { mentionsIn } from './render/ids.ts';
import { inputBlock } from './render/inputs.ts';
import { mrkdwn } from './render/mrkdwn.ts';
import { drawAll, fitted, mentionsOf, missingMentions, page } from './render/page.ts';

/**
 * Neutral content as Slack takes it. Every limit of Block Kit is kept by cutting with a visible mark; nothing here throws
 * because of what an alert says, and no string of the content is ever parsed by Slack.
 */
export interface RenderedMessage {
  /** What notifications and screen readers give: mrkdwn, escaped. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Slack refuses more than 4,000 characters on updates. */
const TEXT_MAX = 3_900;
const MESSAGE_BLOCKS = 50;
const VIEW_BLOCKS = 100;
const VIEW_TITLE = 24;
const METADATA_MAX = 3_000;
const ID_MAX = 255;

export function renderMessage(message: Message): RenderedMessage {
  const typed = [...mentionsIn(message.text), ...mentionsOf(message.blocks)];
  const content: readonly Block[] = message.blocks.length > 0 ? message.blocks : [{ kind: 'text', text: message.text }];
  const shown = page(content, MESSAGE_BLOCKS - 1);
  const blocks = [...shown, ...missingMentions(typed, shown)];
  return { text: lockScreen(message), blocks: named(blocks), unfurl_links: false, unfurl_media: false };
}

/** Never empty: without a text of its own, the first words of the blocks. */
function lockScreen(message: Message): string {
  const own = mrkdwn(message.text, TEXT_MAX).trim();
  if (own) return own;
  const first = message.blocks.map(wordsOf).find((text) => text.length > 0) ?? [];
  return mrkdwn(first, TEXT_MAX).trim() || '…';
}

function wordsOf(block: Block): Text {
  if (block.kind === 'heading') return [block.text];
  if (block.kind === 'text') return block.text;
  if (block.kind === 'list') return block.items[0] ?? [];
  return block.kind === 'code' ? [block.code] : [];
}

/** Position names a block; the same content gives the same names. Blocks without anything to show in them are an empty line. */
function named(blocks: readonly KnownBlock[]): KnownBlock[] {
  const all = blocks.length > 0 ? blocks : [EMPTY];
  return all.map((block, i) => (block.block_id ? block : { ...block, block_id: `b${i}` }));
}

const EMPTY: KnownBlock = { type: 'context', elements: [{ type: 'plain_text', text: '…', emoji: false }] };

const INPUT = 'in:';

/** The block of an input, by the input's id: where its error is shown. */
export function inputBlockId(id: string): string {
  return cut(`${INPUT}${id}`, ID_MAX);
}

/** Inputs are called by words of the code. */
export function isInputBlockId(id: string): boolean {
  return /^in:[\w-]{1,100}(?:#\d+)?$/.test(id);
}

export function renderForm(form: Form): ModalView {
  const taken = new Set<string>();
  const typed = form.blocks.filter(isBlock);
  const drawnText = new Map(drawAll(typed).map((drawn, i) => [typed[i], drawn]));
  const drawn = form.blocks.map(
    (block): Drawn => (isBlock(block) ? (drawnText.get(block) ?? draw(block, 0)) : inputDrawn(block, taken)),
  );
  const blocks = named(fitted(drawn, VIEW_BLOCKS));
  const asks = blocks.some((block) => block.type === 'input');
  return {
    type: 'modal',
    callback_id: cut(form.id, ID_MAX),
    title: plainText(form.title, VIEW_TITLE),
    close: plainText(form.close, VIEW_TITLE),
    ...(form.submit || asks ? { submit: plainText(form.submit || 'OK', VIEW_TITLE) } : {}),
    private_metadata: metadata(form),
    blocks,
  };
}

export function renderHome(blocks: readonly Block[]): HomeView {
  return { type: 'home', callback_id: 'home', private_metadata: '', blocks: named(page(blocks, VIEW_BLOCKS)) };
}

function isBlock(block: Block | Input): block is Block {
  return (
    block.kind !== 'text-input' && block.kind !== 'choice' && block.kind !== 'choices' && block.kind !== 'person-input'
  );
}

function inputDrawn(input: Input, taken: Set<string>): Drawn {
  return { blocks: [inputBlock(input, unique(inputBlockId(input.id), taken))], size: 0, must: true };
}

/** @throws RangeError when ids of 3,000 characters are to be carried: half of them would be another order. */
function metadata(form: Form): string {
  const json = JSON.stringify(form.carries);
  if (json.length > METADATA_MAX)
    throw new RangeError(`form ${form.id} carries ${json.length} characters; a view holds ${METADATA_MAX}`);
  return json;
}

/** Words only, for where Slack takes plain text: error lines of a form. */
export function plainWords(text: Text, max: number): string {
  return plainText(text.map(word).join(''), max).text;
}

function word(inline: Text[number]): string {
  if (typeof inline === 'string') return inline;
  if ('bold' in inline) return inline.bold;
  if ('code' in inline) return inline.code;
  if ('link' in inline) return inline.label || inline.link;
  if ('time' in inline) return inline.time.toISOString();
  return '';
}
