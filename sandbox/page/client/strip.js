// @ts-check
import { control } from './api.js';
import { h } from './dom.js';

/** @typedef {import('./page.js').Page} Page */

/** @type {[word: string, what: string, body?: object][]} */
const BUTTONS = [
  ['break', 'break'],
  ['mend', 'mend'],
  ['fire', 'fire'],
  ['resolve', 'resolve'],
  ['many', 'many'],
  ['minute', 'advance', { minutes: 1 }],
  ['ten', 'advance', { minutes: 10 }],
];

/** What happens to the world outside of Slack: the cluster, Alertmanager, the clock. @param {Page} page */
export function stripView(page) {
  const { words, demo } = page;
  const press = (/** @type {string} */ what, /** @type {object | undefined} */ body) =>
    void control(what, body).then((answer) => answer['ok'] === false && page.tell(answer['error']));
  return h(
    'section',
    { class: 'strip pane-demo', 'aria-label': words['demo'] },
    h(
      'div',
      { class: 'actions' },
      BUTTONS.map(([word, what, body]) =>
        h('button', { key: word, type: 'button', class: 'plain', onclick: () => press(what, body) }, words[word]),
      ),
    ),
    h(
      'ul',
      { class: 'world', 'aria-label': words['cluster'] },
      demo.workloads.map((/** @type {any} */ one) => workload(one)),
    ),
    h(
      'p',
      { class: 'context' },
      `${words['firing']}: ${demo.firing}${demo.movedMinutes ? ` · ${words['clock']} +${demo.movedMinutes} min` : ''}`,
    ),
  );
}

/** @param {{ name: string, namespace: string, ready: number, desired: number }} one */
function workload({ namespace, name, ready, desired }) {
  return h(
    'li',
    { key: `${namespace}/${name}`, class: ready < desired ? 'bad' : 'good' },
    h('span', null, `${namespace}/${name}`),
    ` ${ready}/${desired}`,
  );
}
