// @ts-check
import { get, listen } from './api.js';
import { patch } from './dom.js';
import { pageView } from './frame.js';
import { makePage } from './page.js';
import { applied } from './store.js';

/** @typedef {import('./store.js').Fields} Fields */

const root = /** @type {HTMLElement} */ (document.getElementById('page'));
const AT_END_PX = 40;
const FIELDS = 'input, textarea, select';
/** What had the focus before a dialog opened. @type {Element | null} */
let opener = null;

/** Brings the document in line; lists that were at their end stay there, and focus goes into a dialog and back. @param {import('./page.js').Page} page */
function draw(page) {
  const newest = page.channel?.['messages'].at(-1)?.['ts'];
  if (newest && page.pane === 'chat') page.read[`${page.me} ${page.channel?.['id']}`] = newest;
  const lists = () => [...document.querySelectorAll('.messages')];
  const atEnd = new Map(
    lists().map((list) => [list, list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PX]),
  );
  const [focused, before] = [document.activeElement, document.querySelector('dialog')];
  const couldType = before?.querySelector(FIELDS);
  patch(root, pageView(page));
  for (const list of lists()) if (atEnd.get(list) ?? true) list.scrollTop = list.scrollHeight;
  const dialog = document.querySelector('dialog');
  if (dialog && !before) opener = focused;
  if (dialog && !dialog.open) dialog.showModal();
  const field = dialog?.querySelector(FIELDS);
  if (field instanceof HTMLElement && !couldType) field.focus();
  if (before && !dialog && opener instanceof HTMLElement && opener.isConnected) opener.focus();
}

/** Starts from a snapshot and follows the log from there. */
async function start() {
  const [space, demo, words] = await Promise.all(['/sandbox/state', '/demo/state', '/words.json'].map(get));
  const page = makePage(space, demo, words[demo.lang], draw);
  document.documentElement.lang = page.lang;
  page.update({});
  let asking = false;
  const fresh = async () => {
    if (asking) return;
    asking = true;
    page.update({ space: await get('/sandbox/state') });
    asking = false;
  };
  const onLine = (/** @type {Fields} */ line) => {
    const next = applied(page.space, line);
    if (next) page.update({ space: next });
    else void fresh();
  };
  listen(`/sandbox/events?since=${space.seq}`, ['change'], onLine, (lost) => {
    if (page.lost && !lost) void fresh();
    page.update({ lost });
  });
  listen(
    '/demo/events',
    ['state'],
    (state) => page.update({ demo: state }),
    () => {},
  );
}

await start();
