// @ts-check
import { act } from './api.js';
import { channelOf, namesIn } from './store.js';
import { safeLink } from './text.js';

/** @typedef {import('./store.js').Fields} Fields */
/** @typedef {ReturnType<typeof makePage>} Page */

const NOTICE_MS = 8_000;
const DRAW_AFTER_MS = 10;

/**
 * Everything that is shown, and how parts of the page ask for change.
 * @param {import('./store.js').Workspace} space @param {Fields} demo @param {Record<string, string>} words
 * @param {(page: Page) => void} draw called some milliseconds after any number of changes
 */
export function makePage(space, demo, words, draw) {
  let planned = false;
  const page = {
    space,
    demo,
    words,
    lang: String(demo['lang']),
    me: String(demo['people'][0].id),
    where: String(space.channels.find((one) => one['name'] === 'alerts')?.['id']),
    thread: '',
    pane: 'chat',
    /** @type {Record<string, string>} the newest message seen, by person and channel */
    read: {},
    /** @type {Record<string, Record<string, string>>} by view, then by block */
    errors: {},
    busy: '',
    /** @type {{ confirm: Fields, answer: (yes: boolean) => void } | undefined} */
    asking: undefined,
    notice: '',
    lost: false,
    get channel() {
      return channelOf(page.space, page.where, page.me);
    },
    context: () => ({ names: namesIn(page.space), lang: page.lang, me: page.me, words }),
    readUpTo: (/** @type {string | undefined} */ channel) => page.read[`${page.me} ${channel}`] ?? '0',
    /** @param {Record<string, any>} change */
    update(change) {
      Object.assign(page, change);
      if (planned) return;
      planned = true;
      setTimeout(() => {
        planned = false;
        draw(page);
      }, DRAW_AFTER_MS);
    },
    /** @param {string} error Slack's word or a sentence */
    tell(error) {
      const notice = words[error] ?? error;
      page.update({ notice });
      setTimeout(() => page.notice === notice && page.update({ notice: '' }), NOTICE_MS);
    },
    /** Uses a control; one with a question asks it first. @param {Fields} place @param {Fields} element @param {string} [choose] */
    press(place, element, choose) {
      const what = { ...place, control: element['action_id'], ...(choose && { choose }) };
      const send = (/** @type {object} */ more) => void act(page.me, 'click', { ...what, ...more }).then(pressed);
      const answer = (/** @type {boolean} */ yes) => {
        page.update({ asking: undefined });
        if (yes) send({ confirm: true });
      };
      if (element['confirm']) page.update({ asking: { confirm: element['confirm'], answer } });
      else send({});
    },
  };
  const pressed = (/** @type {Fields} */ answer) => {
    if (safeLink(answer['opened'])) window.open(answer['opened'], '_blank', 'noopener');
    if (answer['ok'] === false) page.tell(answer['error']);
  };
  return page;
}
