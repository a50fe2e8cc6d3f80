// @ts-check
import { act } from './api.js';
import { options, renderBlocks, textOf } from './blocks.js';
import { h } from './dom.js';

/** @typedef {import('./store.js').Fields} Fields */
/** @typedef {import('./page.js').Page} Page */

/** The modal on top of a person's stack. @param {Page} page @param {Fields} view */
export function modalView(page, view) {
  const ctx = {
    ...page.context(),
    press: (/** @type {Fields} */ element, /** @type {string | undefined} */ choose) =>
      page.press({ view: 'modal' }, element, choose),
  };
  const errors = page.errors[view['id']] ?? {};
  const said = (/** @type {string | undefined} */ error) => error && (page.words[error] ?? error);
  const busy = page.busy === view['id'];
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void submit(page, view, /** @type {HTMLFormElement} */ (event.target));
  };
  const blocks = view['blocks'].map((/** @type {Fields} */ block) =>
    block['type'] === 'input'
      ? inputView(page, block, view, ctx, said(errors[block['block_id']]))
      : renderBlocks([block], ctx),
  );
  const title = h('h2', { id: 'modal-title' }, textOf(view['title'], ctx));
  const footer = h(
    'footer',
    null,
    h(
      'button',
      { type: 'button', class: 'plain', onclick: () => close(page) },
      textOf(view['close'], ctx) || page.words['close'],
    ),
    view['submit'] &&
      h(
        'button',
        { type: 'submit', class: 'primary', disabled: busy },
        busy ? page.words['waiting'] : textOf(view['submit'], ctx),
      ),
  );
  const problem = page.errors[view['id']]?.[''];
  return dialog(`modal-${view['root_view_id']}`, () => close(page), [
    h(
      'form',
      { key: view['id'], onsubmit, novalidate: true },
      h('header', null, title),
      h('div', { class: 'content' }, blocks, problem && h('p', { class: 'error', role: 'alert' }, problem)),
      footer,
    ),
  ]);
}

/** The question a button asks before it counts. @param {Page} page @param {Fields} confirm @param {(yes: boolean) => void} answer */
export function confirmView(page, confirm, answer) {
  const ctx = page.context();
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    answer(true);
  };
  return dialog('confirm', () => answer(false), [
    h(
      'form',
      { onsubmit },
      h('header', null, h('h2', { id: 'modal-title' }, textOf(confirm['title'], ctx))),
      h('div', { class: 'content' }, h('p', null, textOf(confirm['text'], ctx))),
      h(
        'footer',
        null,
        h('button', { type: 'button', class: 'plain', onclick: () => answer(false) }, textOf(confirm['deny'], ctx)),
        h('button', { type: 'submit', class: confirm['style'] ?? 'primary' }, textOf(confirm['confirm'], ctx)),
      ),
    ),
  ]);
}

/** @param {string} key @param {() => void} onclose @param {import('./dom.js').Child[]} children */
function dialog(key, onclose, children) {
  const oncancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    onclose();
  };
  return h('dialog', { key, 'aria-labelledby': 'modal-title', oncancel }, children);
}

/** One input with its label, hint and error. @param {Page} page @param {Fields} block @param {Fields} view @param {import('./blocks.js').Context} ctx @param {string | undefined} error */
function inputView(page, block, view, ctx, error) {
  const { element } = block;
  const id = `in-${block['block_id']}`;
  const typed = view['state']?.values?.[block['block_id']]?.[element.action_id] ?? {};
  const described = error ? `${id}-error` : undefined;
  const common = {
    id,
    name: block['block_id'],
    'aria-invalid': error ? 'true' : undefined,
    'aria-describedby': described,
  };
  return h(
    'div',
    { key: block['block_id'], class: 'input' },
    h(
      'label',
      { for: id },
      textOf(block['label'], ctx),
      block['optional'] && h('span', { class: 'context' }, ` ${ctx.words['optional']}`),
    ),
    field(element, typed, common, page),
    block['hint'] && h('p', { class: 'context' }, textOf(block['hint'], ctx)),
    error && h('p', { id: described, class: 'error', role: 'alert' }, error),
  );
}

/** @param {Fields} element @param {Fields} typed @param {Fields} common @param {Page} page */
function field(element, typed, common, page) {
  if (element['type'] === 'users_select')
    return people(page, typed['selected_user'] ?? element['initial_user'], common);
  if (element['type'] === 'static_select') {
    const chosen = typed['selected_option'] ?? element['initial_option'];
    return h(
      'select',
      common,
      !chosen && h('option', { value: '' }, element['placeholder']?.text ?? ''),
      options({ ...element, initial_option: chosen }),
    );
  }
  const text = {
    ...common,
    maxlength: element['max_length'],
    placeholder: element['placeholder']?.text,
    value: typed['value'] ?? element['initial_value'] ?? '',
  };
  return element['multiline']
    ? h('textarea', { ...text, rows: '3' })
    : h('input', { ...text, type: 'text', autocomplete: 'off' });
}

/** Somebody of the workspace. @param {Page} page @param {string | undefined} chosen @param {Fields} common */
function people(page, chosen, common) {
  return h(
    'select',
    common,
    !chosen && h('option', { value: '' }, page.words['choose']),
    page.space.people.map((one) => h('option', { value: one['id'], selected: one['id'] === chosen }, one['name'])),
  );
}

const SELECTS = ['static_select', 'users_select'];

/** @param {Page} page @param {Fields} view @param {HTMLFormElement} form */
async function submit(page, view, form) {
  if (!view['submit'] || page.busy) return;
  const typed = new FormData(form);
  /** @type {Record<string, string>} */
  const values = {};
  for (const { type, block_id: id, element } of view['blocks']) {
    const value = String(typed.get(id) ?? '');
    if (type === 'input' && (value !== '' || !SELECTS.includes(element.type))) values[id] = value;
  }
  page.update({ busy: view['id'] });
  const answer = await act(page.me, 'submit', { values });
  const errors =
    answer['errors'] ?? (answer['ok'] === false ? { '': page.words[answer['error']] ?? answer['error'] } : {});
  page.update({ busy: '', errors: { [view['id']]: errors } });
}

/** @param {Page} page */
function close(page) {
  void act(page.me, 'closeView').then((answer) => answer['ok'] === false && page.tell(answer['error']));
}
