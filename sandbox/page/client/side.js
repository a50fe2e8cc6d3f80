// @ts-check
import { h } from './dom.js';
import { channelOf, unread } from './store.js';
import { clockOf, plainWords } from './text.js';

/** @typedef {import('./store.js').Fields} Fields */
/** @typedef {import('./page.js').Page} Page */

/** Channels one is in, with what is new in them, and the conversation with the bot. @param {Page} page */
export function sideView(page) {
  const { space, me, words } = page;
  const mine = space.channels.filter(
    (one) => one['kind'] !== 'im' && !one['is_archived'] && one['members'].includes(me),
  );
  const sorted = mine.sort((a, b) => (a['name'] < b['name'] ? -1 : 1));
  return h(
    'nav',
    { class: 'side pane-channels', 'aria-label': words['channels'] },
    h('h2', null, words['channels']),
    h(
      'ul',
      null,
      sorted.map((one) => entry(page, one['id'], `${one['kind'] === 'private' ? '◆' : '#'} ${one['name']}`)),
    ),
    h('h2', null, words['direct']),
    h('ul', null, entry(page, 'dm', '火 Hikeshi')),
  );
}

/** @param {Page} page @param {string} id @param {string} label */
function entry(page, id, label) {
  const channel = channelOf(page.space, id, page.me);
  const { any, called } = unread(page.space, channel, page.me, page.readUpTo(channel?.['id']));
  const here = page.where === id;
  return h(
    'li',
    { key: id },
    h(
      'button',
      {
        type: 'button',
        class: any || called ? 'new' : undefined,
        'aria-current': here ? 'true' : undefined,
        onclick: () => page.update({ where: id, thread: '', pane: 'chat' }),
      },
      label,
      called > 0 && h('span', { class: 'count' }, called),
    ),
  );
}

const WHY = {
  mention: '@',
  group: '@@',
  dm: '✉',
  thread: '↳',
  channel: '@channel',
  here: '@here',
  everyone: '@everyone',
};

/** Who was told what, as their phones show it while locked. @param {Page} page */
export function phonesView(page) {
  const { space, words, demo } = page;
  const people = demo.people
    .map((/** @type {Fields} */ one) => space.people.find((p) => p['id'] === one['id']))
    .filter(Boolean);
  return h(
    'aside',
    { class: 'phones pane-phones', 'aria-label': words['phones'] },
    h('h2', null, words['phones']),
    people.map((/** @type {Fields} */ one) => phone(page, one)),
  );
}

const SHOWN = 4;

/** @param {Page} page @param {Fields} person */
function phone(page, person) {
  const { space, words } = page;
  const told = space.notifications.filter((n) => n['user'] === person['id']);
  const shown = told.slice(-SHOWN).reverse();
  return h(
    'section',
    { key: person['id'], class: 'phone', 'aria-label': person['realName'] },
    h(
      'h3',
      null,
      person['realName'],
      told.length > 0 ? h('span', { class: 'count' }, told.length) : h('span', { class: 'context' }, words['noCalls']),
    ),
    h(
      'ul',
      null,
      shown.map((one) => notice(page, one)),
    ),
  );
}

/** @param {Page} page @param {Fields} one */
function notice(page, one) {
  const { names, lang } = page.context();
  const channel = page.space.channels.find((c) => c['id'] === one['channel']);
  const place = channel?.['kind'] === 'im' ? 'Hikeshi' : `#${channel?.['name'] ?? ''}`;
  const message = channel?.['messages'].find((/** @type {Fields} */ m) => m['ts'] === one['ts']);
  const thread = message?.['thread_ts'] ?? '';
  const open = () =>
    page.update({
      me: one['user'],
      where: channel?.['kind'] === 'im' ? 'dm' : one['channel'],
      thread: thread === one['ts'] ? '' : thread,
      pane: 'chat',
    });
  const why = WHY[/** @type {'mention'} */ (one['why'])] ?? '';
  return h(
    'li',
    { key: `${one['channel']} ${one['ts']}` },
    h(
      'button',
      { type: 'button', onclick: open },
      h(
        'span',
        { class: 'context' },
        `${why} ${place} · ${clockOf(one['ts'], lang)}${one['device'] ? '' : ` · ${page.words['quiet']}`}`,
      ),
      h('span', { class: 'told' }, plainWords(one['text'], names, lang)),
    ),
  );
}
