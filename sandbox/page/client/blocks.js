// @ts-check
import { h } from './dom.js';
import { parseMrkdwn, safeLink, wordOf } from './text.js';

/**
 * Block Kit, as far as apps of this kind use it, as plain objects for `dom.js`.
 *
 * @typedef {import('./dom.js').VNode} VNode
 * @typedef {import('./text.js').Piece} Piece
 * @typedef {Record<string, any>} Block
 * @typedef {{
 *   names: import('./text.js').Names, lang: string, me: string,
 *   press?: (element: Block, choose?: string) => void,
 *   words: Record<string, string>,
 * }} Context
 */

/** Inline pieces. @param {Piece[]} pieces @param {Context} ctx */
export function inline(pieces, ctx) {
  return pieces.map((piece) => {
    const word = wordOf(piece, ctx.names, ctx.lang);
    if (piece.type === 'link')
      return h('a', { href: safeLink(piece['url']), target: '_blank', rel: 'noopener noreferrer' }, word);
    if (piece.type === 'user' || piece.type === 'usergroup' || piece.type === 'broadcast')
      return h('span', { class: piece['user_id'] === ctx.me ? 'mention me' : 'mention' }, word);
    if (piece.type === 'emoji')
      return h('span', { role: 'img', 'aria-label': piece['name'], class: `emoji ${piece['name']}` }, word);
    return styled(word, piece['style'] ?? {});
  });
}

/** @param {string} word @param {Record<string, boolean>} style @returns {import('./dom.js').Child} */
function styled(word, style) {
  /** @type {import('./dom.js').Child} */
  let out = word;
  if (style['code']) out = h('code', null, out);
  if (style['bold']) out = h('strong', null, out);
  if (style['italic']) out = h('em', null, out);
  if (style['strike']) out = h('s', null, out);
  return out;
}

/** A text object. @param {any} text @param {Context} ctx */
export function textOf(text, ctx) {
  if (!text) return [];
  return text.type === 'mrkdwn' ? inline(parseMrkdwn(text.text), ctx) : String(text.text);
}

/** @type {Record<string, (element: Block, ctx: Context) => VNode>} */
const RICH = {
  rich_text_section: (element, ctx) => h('p', null, inline(element['elements'], ctx)),
  rich_text_quote: (element, ctx) => h('blockquote', null, inline(element['elements'], ctx)),
  rich_text_preformatted: (element, ctx) => h('pre', { tabindex: '0' }, inline(element['elements'], ctx)),
  rich_text_list: (element, ctx) =>
    h(
      element['style'] === 'ordered' ? 'ol' : 'ul',
      { class: element['indent'] ? `indent-${element['indent']}` : undefined },
      element['elements'].map((/** @type {Block} */ item) => h('li', null, inline(item['elements'], ctx))),
    ),
};

/** @type {Record<string, (block: Block, ctx: Context) => any>} */
const BLOCKS = {
  rich_text: (block, ctx) =>
    block['elements'].map((/** @type {Block} */ one) => RICH[one['type']]?.(one, ctx) ?? unknown(one)),
  section: (block, ctx) =>
    h(
      'div',
      { class: 'section' },
      h(
        'div',
        null,
        block['text'] && h('p', null, textOf(block['text'], ctx)),
        block['fields'] &&
          h(
            'div',
            { class: 'fields' },
            block['fields'].map((/** @type {any} */ f) => h('p', null, textOf(f, ctx))),
          ),
      ),
      block['accessory'] && control(block['accessory'], ctx),
    ),
  header: (block, ctx) => h('h3', null, textOf(block['text'], ctx)),
  context: (block, ctx) =>
    h(
      'div',
      { class: 'context' },
      block['elements'].map((/** @type {any} */ one) =>
        h('p', null, one.type === 'image' ? one.alt_text : textOf(one, ctx)),
      ),
    ),
  actions: (block, ctx) =>
    h(
      'div',
      { class: 'actions' },
      block['elements'].map((/** @type {Block} */ one) => control(one, ctx)),
    ),
  divider: () => h('hr'),
  image: (block) => h('p', { class: 'context' }, block['alt_text']),
  markdown: (block) => h('p', null, block['text']),
};

/** @param {Block[]} blocks @param {Context} ctx @returns {VNode[]} */
export function renderBlocks(blocks, ctx) {
  return blocks.flatMap((block) => BLOCKS[block['type']]?.(block, ctx) ?? unknown(block));
}

/** @param {Block} block */
function unknown(block) {
  return h('p', { class: 'context' }, `[${block['type']}]`);
}

/** A button, or a menu of options. @param {Block} element @param {Context} ctx */
function control(element, ctx) {
  const press = ctx.press;
  if (element['type'] === 'button')
    return h(
      'button',
      {
        type: 'button',
        class: element['style'] ?? 'plain',
        onclick: () => press?.(element),
        'aria-label': element['accessibility_label'],
      },
      textOf(element['text'], ctx),
    );
  if (element['type'] !== 'overflow' && element['type'] !== 'static_select') return unknown(element);
  const label = element['placeholder']?.text ?? ctx.words[element['type'] === 'overflow' ? 'more' : 'choose'];
  const onchange = (/** @type {{ target: HTMLSelectElement }} */ event) => press?.(element, event.target.value);
  return h(
    'select',
    { 'aria-label': label, onchange },
    h('option', { value: '' }, element['type'] === 'overflow' ? '⋯' : label),
    options(element),
  );
}

/** @param {Block} element */
export function options(element) {
  const chosen = element['initial_option']?.value;
  return (element['options'] ?? []).map((/** @type {any} */ one) =>
    h('option', { value: one.value, selected: one.value === chosen }, one.text.text),
  );
}
