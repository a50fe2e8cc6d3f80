// @ts-check
/** The workspace's doors for people, and the demo's own for the buttons on top. Both are on the page's own address. */

/** @param {string} path @param {object} body @returns {Promise<Record<string, any>>} */
async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** @param {string} path */
export async function get(path) {
  return (await fetch(path)).json();
}

/** One thing that one person does. @param {string} as @param {string} what @param {object} [body] */
export function act(as, what, body = {}) {
  return post('/sandbox/act', { as, do: what, ...body });
}

/** @param {string} what @param {object} [body] */
export function control(what, body = {}) {
  return post('/demo/do', { what, ...body });
}

/** Server-sent events; `onLost` when they break off and when they are back. @param {string} path @param {string[]} kinds @param {(data: any) => void} onData @param {(lost: boolean) => void} onLost */
export function listen(path, kinds, onData, onLost) {
  const source = new EventSource(path);
  for (const kind of kinds) source.addEventListener(kind, (event) => onData(JSON.parse(event.data)));
  source.onerror = () => onLost(true);
  source.onopen = () => onLost(false);
  return source;
}
