import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
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
  const commands = [{ usage: '/ops pods', summary: { en: 'pods', ja: 'ポッド' } }];
  page = await startPage({ slackUrl: () => slack.url, controls, commands, port: 0 });
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
    expect(await response.text()).toContain('<script type="module" src="page.js">');
    const types = await Promise.all(
      ['page.js', 'page.css', 'icon.svg'].map(async (name) =>
        (await fetch(`${page.url}/${name}`)).headers.get('content-type'),
      ),
    );
    expect(types.map((type) => type?.split(';')[0])).toEqual(['text/javascript', 'text/css', 'image/svg+xml']);
  });

  it.each(['/../server.ts', '/%2e%2e/server.ts', '/..%2fserver.ts', '/client/main.tsx', '/nothing.js', '/.hidden.js'])(
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

  it('says which commands there are', async () => {
    expect(await (await fetch(`${page.url}/demo/commands`)).json()).toMatchObject([{ usage: '/ops pods' }]);
  });

  it('gives a file to who is where it was shared, as bytes to keep', async () => {
    const web = (method: string, body: Record<string, string>) =>
      fetch(`${slack.apiUrl}${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slack.botToken}` },
        body: new URLSearchParams(body),
      }).then((response) => response.json() as Promise<{ upload_url: string; file_id: string }>);
    const { upload_url: to, file_id: id } = await web('files.getUploadURLExternal', {
      filename: '値.txt',
      length: '3',
    });
    await fetch(to, { method: 'POST', body: 'abc' });
    const channel = slack.channel('oncall').id;
    await web('files.completeUploadExternal', { files: JSON.stringify([{ id }]), channel_id: channel });
    await slack.until(() => slack.channel('oncall').messages.length > 0);
    const given = await fetch(`${page.url}/sandbox/file/${id}?as=taro`);
    expect([await given.text(), given.headers.get('content-disposition')]).toEqual([
      'abc',
      "attachment; filename*=UTF-8''%E5%80%A4.txt",
    ]);
    expect(given.headers.get('content-type')).toMatch(/^text\/plain/);
    for (const [file, as] of [
      [id, 'hana'],
      ['F0', 'taro'],
      [id, 'nobody'],
    ] as const)
      expect((await fetch(`${page.url}/sandbox/file/${file}?as=${as}`)).status, `${file} ${as}`).toBe(409);
  });

  it('changes a person’s language as Slack’s client does, and tells the app', async () => {
    expect((await post('/sandbox/act', { as: 'hana', do: 'language', locale: 'ja-JP' })).status).toBe(200);
    expect(slack.snapshot()['people']).toContainEqual(expect.objectContaining({ name: 'hana', locale: 'ja-JP' }));
    expect((await post('/sandbox/act', { as: 'hana', do: 'language', locale: '<b>' })).status).toBe(409);
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
  it('never make markup of data', async () => {
    const client = new URL('../../../sandbox/page/client/', import.meta.url);
    const names = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    const texts = names.map((name) => readFileSync(new URL(name, client), 'utf8'));
    expect(names.length).toBeGreaterThan(20);
    expect(texts.join('\n')).not.toMatch(
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|srcdoc/i,
    );
  });
});
