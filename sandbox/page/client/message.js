// @ts-check
import { inline, renderBlocks } from './blocks.js';
import { h } from './dom.js';
import { repliesTo } from './store.js';
import { clockOf, parseMrkdwn } from './text.js';

/** @typedef {import('./store.js').Fields} Fields */
/** @typedef {import('./page.js').Page} Page */

/** @param {Page} page @param {Fields} message @param {Fields | undefined} channel @param {{ inThread: boolean }} where */
export function messageView(page, message, channel, { inThread }) {
  const { words, lang, space } = page;
  const author = space.people.find((one) => one['id'] === message['user']);
  const bot = message['bot_id'] !== undefined || message['ephemeral'] === true;
  const name = message['ephemeral'] ? 'Hikeshi' : (author?.['realName'] ?? message['user']);
  const replies = channel && !inThread && !message['ephemeral'] ? repliesTo(channel, message['ts']) : [];
  return h(
    'li',
    {
      key: message['ts'],
      class: message['ephemeral'] ? 'message ephemeral' : 'message',
      id: `${inThread ? 't' : 'm'}-${message['ts']}`,
    },
    h('span', { class: bot ? 'face app' : 'face', 'aria-hidden': 'true' }, bot ? '火' : name.slice(0, 1)),
    h(
      'div',
      { class: 'body' },
      message['ephemeral'] && h('p', { class: 'only' }, words['onlyYou']),
      message['broadcast'] && h('p', { class: 'only' }, words['broadcast']),
      h(
        'p',
        { class: 'who' },
        h('strong', null, name),
        bot && h('span', { class: 'badge' }, words['app']),
        h('time', null, clockOf(message['ts'], lang)),
      ),
      contentView(page, message),
      message['edited'] && h('p', { class: 'context' }, words['edited']),
      reactionsView(message),
      !inThread && !message['ephemeral'] && threadLink(page, message, replies),
    ),
  );
}

/** Blocks where there are some, else the text. @param {Page} page @param {Fields} message */
function contentView(page, message) {
  const ctx = {
    ...page.context(),
    press: (/** @type {Fields} */ element, /** @type {string | undefined} */ choose) =>
      page.press({ channel: message['channel'], ts: message['ts'] }, element, choose),
  };
  const files = (message['files'] ?? []).map((/** @type {Fields} */ file) =>
    h('p', { class: 'file' }, `▤ ${file['title'] || file['name']}`),
  );
  const attached = (message['attachments'] ?? []).map((/** @type {Fields} */ one) =>
    h(
      'div',
      { class: 'attachment' },
      one['text'] ? inline(parseMrkdwn(one['text']), ctx) : renderBlocks(one['blocks'] ?? [], ctx),
    ),
  );
  const main = message['blocks']?.length
    ? renderBlocks(message['blocks'], ctx)
    : [h('p', { class: 'text' }, inline(parseMrkdwn(message['text']), ctx))];
  return h('div', { class: 'content' }, main, attached, files);
}

/** @param {Fields} message */
function reactionsView(message) {
  const all = message['reactions'] ?? [];
  return (
    all.length > 0 &&
    h(
      'p',
      { class: 'reactions' },
      all.map((/** @type {Fields} */ one) => h('span', null, `:${one['name']}: ${one['count']}`)),
    )
  );
}

/** @param {Page} page @param {Fields} message @param {Fields[]} replies */
function threadLink(page, message, replies) {
  const { words, lang } = page;
  const count = replies.length;
  const label =
    count === 0
      ? words['inThread']
      : `${count} ${words[count === 1 ? 'reply' : 'replies']} · ${clockOf(replies[count - 1]?.['ts'], lang)}`;
  return h(
    'button',
    {
      type: 'button',
      class: count === 0 ? 'thread-link quiet' : 'thread-link',
      onclick: () => page.update({ thread: message['ts'], pane: 'chat' }),
    },
    label,
  );
}
