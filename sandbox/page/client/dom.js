// @ts-check
/**
 * What is to be seen, as plain objects, and the one function that brings a document in line with it. Text always becomes a
 * text node: nothing here can turn data into markup.
 *
 * @typedef {{ tag: string, key?: string, props: Record<string, any>, children: Child[] }} VNode
 * @typedef {VNode | string} Child
 */

/**
 * @param {string} tag
 * @param {Record<string, any> | null} [props] attributes; `on…` are listeners, `key` names a node among its siblings
 * @param {...any} children nested arrays are flattened; null, undefined, false and '' vanish
 * @returns {VNode}
 */
export function h(tag, props, ...children) {
  const { key, ...rest } = props ?? {};
  const shown = children
    .flat(Number.POSITIVE_INFINITY)
    .filter((c) => c !== null && c !== undefined && c !== false && c !== '');
  return { tag, key, props: rest, children: shown.map((c) => (typeof c === 'object' ? c : String(c))) };
}

/** @type {WeakMap<Node, VNode>} */
const drawn = new WeakMap();

/** Changes as little as it can, so that focus, scroll and what is typed stay. @param {Element} parent @param {Child[]} children */
export function patch(parent, children) {
  const wanted = new Set(children.map((c) => (typeof c === 'string' ? undefined : c.key)));
  /** @type {Map<string, ChildNode>} */
  const keyed = new Map();
  for (const node of [...parent.childNodes]) {
    const key = drawn.get(node)?.key;
    if (key === undefined) continue;
    if (wanted.has(key)) keyed.set(key, node);
    else node.remove();
  }
  let at = parent.firstChild;
  for (const child of children) {
    const node = reusable(child, keyed, at);
    if (!node) parent.insertBefore(create(child), at);
    else {
      if (node === at) at = at.nextSibling;
      else parent.insertBefore(node, at);
      update(node, child);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** @param {Child} child @param {Map<string, ChildNode>} keyed @param {ChildNode | null} at @returns {ChildNode | null} */
function reusable(child, keyed, at) {
  if (typeof child === 'string') return at instanceof Text ? at : null;
  const found = child.key === undefined ? at : keyed.get(child.key);
  const old = found && drawn.get(found);
  return found && old && old.tag === child.tag && old.key === child.key ? found : null;
}

/** @param {Child} child @returns {ChildNode} */
function create(child) {
  if (typeof child === 'string') return document.createTextNode(child);
  const element = document.createElement(child.tag);
  drawn.set(element, { ...child, props: {}, children: [] });
  update(element, child);
  return element;
}

/** @param {ChildNode} node @param {Child} child */
function update(node, child) {
  if (typeof child === 'string') {
    if (node.nodeValue !== child) node.nodeValue = child;
    return;
  }
  const element = /** @type {HTMLElement} */ (node);
  const old = drawn.get(element);
  if (old === child) return;
  for (const name of Object.keys({ ...old?.props, ...child.props }))
    if (old?.props[name] !== child.props[name]) set(element, name, child.props[name]);
  drawn.set(element, child);
  patch(element, child.children);
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (name.startsWith('on') || name === 'value' || name === 'checked')
    Object.assign(element, { [name]: value ?? null });
  else if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
