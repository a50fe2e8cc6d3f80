// @ts-check
import { composer } from './composer.js';
import { h } from './dom.js';
import { messageView } from './message.js';
import { confirmView, modalView } from './modal.js';
import { phonesView, sideView } from './side.js';
import { messagesFor } from './store.js';
import { stripView } from './strip.js';

/** @typedef {import('./store.js').Fields} Fields */
/** @typedef {import('./page.js').Page} Page */

/** The whole page. @param {Page} page */
export function pageView(page) {
  return [barView(page), stripView(page), deskView(page), tabsView(page), dialogView(page)].filter(
    (one) => one !== undefined,
  );
}

/** @param {Page} page */
function dialogView(page) {
  const view = page.space.views[page.me]?.at(-1);
  if (page.asking) return confirmView(page, page.asking.confirm, page.asking.answer);
  return view && modalView(page, view);
}

/** Who one is. @param {Page} page */
function barView(page) {
  const { words, demo, me } = page;
  const pick = (/** @type {{ target: HTMLSelectElement }} */ event) =>
    page.update({ me: event.target.value, thread: '' });
  const people = demo['people'].map((/** @type {Fields} */ one) => {
    const name = page.space.people.find((p) => p['id'] === one['id'])?.['realName'];
    return h('option', { value: one['id'], selected: one['id'] === me }, `${name} (${one['role']})`);
  });
  return h(
    'header',
    { class: 'bar' },
    h('h1', null, h('span', { class: 'face app', 'aria-hidden': 'true' }, '火'), page.space.team['name']),
    h('label', null, h('span', null, words['you']), h('select', { id: 'me', onchange: pick, value: me }, people)),
    h('p', { class: 'notice', role: 'status' }, page.lost ? words['lost'] : page.notice),
  );
}

/** @param {Page} page */
function deskView(page) {
  const thread = page.thread && page.channel?.['messages'].some((/** @type {Fields} */ m) => m['ts'] === page.thread);
  const classes = `desk at-${page.pane}${thread ? ' with-thread' : ''}`;
  return h('main', { class: classes }, sideView(page), chatView(page), thread && threadView(page), phonesView(page));
}

/** @param {Page} page */
function chatView(page) {
  const { words, channel, where } = page;
  const title = where === 'dm' ? 'Hikeshi' : `# ${channel?.['name'] ?? ''}`;
  const messages = messagesFor(page.space, channel, page.me).map((one) =>
    messageView(page, one, channel, { inThread: false }),
  );
  return h(
    'section',
    { key: 'chat', class: 'chat pane-chat', 'aria-label': title },
    h('h2', null, title),
    logView(
      `${page.me} ${where}`,
      title,
      messages.length > 0 ? messages : [h('li', { key: 'none', class: 'context' }, words['nothing'])],
    ),
    composer(page, `${words['write']} ${title}`),
  );
}

/** @param {Page} page */
function threadView(page) {
  const { words, channel, thread } = page;
  const label = words['thread'] ?? '';
  const close = h(
    'button',
    { type: 'button', class: 'plain', 'aria-label': words['close'], onclick: () => page.update({ thread: '' }) },
    '✕',
  );
  const messages = messagesFor(page.space, channel, page.me, thread).map((one) =>
    messageView(page, one, channel, { inThread: true }),
  );
  return h(
    'section',
    { key: 'thread', class: 'thread pane-chat', 'aria-label': label },
    h('h2', null, label, close),
    logView(thread, label, messages),
    composer(page, words['writeThread'] ?? '', thread),
  );
}

/** @param {string} key @param {string} label @param {import('./dom.js').VNode[]} messages */
function logView(key, label, messages) {
  return h('ol', { key, class: 'messages', role: 'log', tabindex: '0', 'aria-label': label }, messages);
}

/** On a phone, one thing at a time. @param {Page} page */
function tabsView(page) {
  const go = (/** @type {string} */ pane) => page.update(pane === 'chat' ? { pane, thread: '' } : { pane });
  const tab = (/** @type {string} */ pane) =>
    h(
      'button',
      { type: 'button', 'aria-current': page.pane === pane ? 'true' : undefined, onclick: () => go(pane) },
      page.words[pane],
    );
  return h('nav', { class: 'tabs' }, ['channels', 'chat', 'phones', 'demo'].map(tab));
}
