import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page, type PageControls, startPage } from '../../../sandbox/page/server.ts';
import { type FakeSlack, startSlack } from '../../../sandbox/slack/index.ts';

let slack: FakeSlack;
let page: Page;
const done: unknown[] = [];
let listener: (() => void) | undefined;
const controls: PageControls = {
  state: () => ({ firing: done.length }),
  listen(added) {
    listener = added;
    return () => {
      listener = undefined;
    };
  },
  async perform(what, body) {
    done.push([what, body['minutes']]);
    return what === 'fly' ? 'nobody can fly' : undefined;
  },
};

beforeAll(async () => {
  slack = await startSlack();
  page = await startPage({ slackUrl: slack.url, controls, port: 0 });
});

afterAll(async () => {
  await page.close();
  await slack.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${page.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** `fetch` sets Host and Origin itself. */
function ask(headers: Record<string, string>, method = 'GET', path = '/'): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${page.url}${path}`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}

describe('the page’s server', () => {
  it('serves the page with a policy that lets nothing foreign in', async () => {
    const response = await fetch(page.url);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await response.text()).toContain('<script type="module" src="main.js">');
    const types = await Promise.all(
      ['main.js', 'style.css', 'words.json', 'icon.svg'].map(async (name) =>
        (await fetch(`${page.url}/${name}`)).headers.get('content-type'),
      ),
    );
    expect(types.map((type) => type?.split(';')[0])).toEqual([
      'text/javascript',
      'text/css',
      'application/json',
      'image/svg+xml',
    ]);
  });

  it.each(['/../server.ts', '/%2e%2e/server.ts', '/..%2fserver.ts', '/client/main.js', '/nothing.js', '/.hidden.js'])(
    'has no %s',
    async (path) => {
      expect(await ask({ host: new URL(page.url).host }, 'GET', path)).toBe(404);
    },
  );

  it('passes on what a person’s client may ask, and none of the workspace’s switches', async () => {
    expect(await (await fetch(`${page.url}/sandbox/state`)).json()).toMatchObject({ team: { name: 'Hikeshi' } });
    expect(
      await (await post('/sandbox/act', { as: 'hana', do: 'say', channel: 'ops', text: 'hi' })).json(),
    ).toMatchObject({ ok: true });
    expect((await post('/sandbox/act', { as: 'hana', do: 'fly' })).status).toBe(409);
    for (const path of ['/sandbox/faults', '/sandbox/token', '/sandbox/advance', '/api/chat.postMessage'])
      expect((await post(path, {})).status).toBe(404);
    expect((await fetch(`${page.url}/sandbox/log`)).status).toBe(404);
  });

  it('streams the workspace and the demo’s own state', async () => {
    const abort = new AbortController();
    const read = async (path: string, until: string) => {
      const { body } = await fetch(`${page.url}${path}`, { signal: abort.signal });
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; !text.includes(until); ) text += (await reader.read()).value ?? '';
    };
    await read('/sandbox/events?since=0', '"what":"posted"');
    const twice = read('/demo/events', 'event: state\ndata: {"firing":0}\n\nevent: state');
    while (!listener) await new Promise(setImmediate);
    listener();
    await twice;
    abort.abort();
  });

  it('does what the demo can do, and says why it cannot', async () => {
    expect(await (await post('/demo/do', { what: 'advance', minutes: 10 })).json()).toEqual({ ok: true });
    expect(done.at(-1)).toEqual(['advance', 10]);
    const refused = await post('/demo/do', { what: 'fly' });
    expect([refused.status, await refused.json()]).toEqual([409, { ok: false, error: 'nobody can fly' }]);
    expect((await post('/demo/do', 'no object')).status).toBe(400);
    expect((await post('/demo/do', { what: 'x'.repeat(70_000) })).status).toBe(400);
  });

  it('answers nobody but this machine’s own page', async () => {
    const own = new URL(page.url).host;
    expect(await ask({ host: own })).toBe(200);
    expect(await ask({ host: 'evil.example' })).toBe(403);
    expect(await ask({ host: own, origin: 'http://evil.example' }, 'POST', '/demo/do')).toBe(403);
    expect(await ask({ host: own, 'content-type': 'text/plain' }, 'POST', '/sandbox/act')).toBe(403);
  });
});

describe('the page’s scripts', () => {
  it('pass the type checker', { timeout: 60_000 }, async () => {
    const tsc = ['node_modules/typescript/bin/tsc', '-p', 'sandbox/page/client'];
    const { stdout } = await promisify(execFile)(process.execPath, tsc).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe('');
  });

  it('speak both languages in full', async () => {
    const words = (await (await fetch(`${page.url}/words.json`)).json()) as Record<string, object>;
    expect(Object.keys(words)).toEqual(['en', 'ja']);
    expect(Object.keys(words['ja']!)).toEqual(Object.keys(words['en']!));
  });

  it('never make markup of data', async () => {
    const client = new URL('../../../sandbox/page/client/', import.meta.url);
    const scripts = readdirSync(client).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(scripts.map(async (name) => (await fetch(`${page.url}/${name}`)).text()));
    expect(texts.join('\n')).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
  });
});
