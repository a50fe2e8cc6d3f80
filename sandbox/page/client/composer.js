// @ts-check
import { act } from './api.js';
import { h } from './dom.js';

/** Where one writes: `/…` is a command, anything else a message. Enter sends, Shift and Enter breaks the line. */

/** @param {import('./page.js').Page} page @param {string} label @param {string} [thread] */
export function composer(page, label, thread) {
  const { words } = page;
  const id = thread ? 'write-thread' : 'write';
  const send = () => void submit(page, /** @type {HTMLTextAreaElement} */ (document.getElementById(id)), thread);
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send();
  };
  return h(
    'form',
    { class: 'composer', onsubmit },
    h('textarea', {
      id,
      rows: '1',
      'aria-label': label,
      placeholder: thread ? words['writeThread'] : `${label} · ${words['hint']}`,
      onkeydown,
      autocomplete: 'off',
    }),
    h('button', { type: 'submit', class: 'primary' }, words['send']),
  );
}

/** Whoever has written wants to see the answer, wherever they had scrolled to. @param {HTMLTextAreaElement} box */
function showEnd(box) {
  const list = box.closest('.pane-chat')?.querySelector('.messages');
  if (list) list.scrollTop = list.scrollHeight;
}

/** @param {import('./page.js').Page} page @param {HTMLTextAreaElement} box @param {string} [thread] */
async function submit(page, box, thread) {
  const text = box.value.trim();
  if (!text) return;
  const channel = page.channel?.['id'] ?? 'dm';
  box.value = '';
  showEnd(box);
  const answer = await act(page.me, text.startsWith('/') ? 'command' : 'say', {
    channel,
    text,
    ...(thread && { thread }),
  });
  if (answer['ok'] !== false) return;
  box.value ||= text;
  page.tell(answer['error']);
}
