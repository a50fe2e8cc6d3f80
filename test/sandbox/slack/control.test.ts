import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { startApp, type TestApp } from './app.ts';
import { button, call, modal, posted, postJson, raw, stillSlack } from './help.ts';

let slack: FakeSlack;
let app: TestApp;

beforeEach(async () => {
  slack = await stillSlack();
  app = await startApp();
});

afterEach(async () => {
  await slack.close();
  await app.close();
});

const set = async (name: string, body: unknown = {}) =>
  (await postJson(`${slack.url}/sandbox/${name}`, body)).json() as Promise<Record<string, unknown>>;
const act = (as: string, what: string, body: object = {}) => set('act', { as, do: what, ...body });

describe('the control API', () => {
  it('does what people do', async () => {
    await set('deliver', { kind: 'http', url: app.url });
    app.answer = () => ({ body: 'usage' });
    expect(await act('hana', 'command', { channel: 'ops', text: '/ops help' })).toMatchObject({
      ok: true,
      answer: { text: 'usage' },
    });
    const message = await posted(slack, 'alerts', { blocks: [{ type: 'actions', elements: [button('Ack')] }] });
    app.answer = () => ({});
    expect(await act('taro', 'click', { channel: 'alerts', ts: message.ts, control: 'Ack' })).toEqual({ ok: true });
    const trigger = app.got.at(-1)?.body['trigger_id'];
    const blocks = [
      {
        type: 'input',
        block_id: 'why',
        label: { type: 'plain_text', text: 'Why' },
        element: { type: 'plain_text_input', action_id: 'a' },
      },
    ];
    await call(slack, 'views.open', {
      trigger_id: trigger,
      view: modal({ submit: { type: 'plain_text', text: 'Go' }, blocks }),
    });
    expect(await act('taro', 'submit')).toMatchObject({ ok: false, errors: { why: expect.any(String) } });
    expect(await act('taro', 'submit', { values: { why: 'x' } })).toEqual({ ok: true });
    expect(await act('hana', 'say', { channel: 'ops', text: 'hi' })).toMatchObject({ message: { text: 'hi' } });
    expect(await act('hana', 'dm', { text: 'help' })).toMatchObject({ message: { text: 'help' } });
    expect(await act('hana', 'react', { channel: 'alerts', ts: message.ts, name: 'eyes' })).toEqual({ ok: true });
    expect(await act('hana', 'unreact', { channel: 'alerts', ts: message.ts, name: 'eyes' })).toEqual({ ok: true });
  });

  it('says why something cannot be done', async () => {
    expect(await act('hana', 'fly')).toMatchObject({ ok: false, error: expect.stringContaining('nobody can "fly"') });
    expect(await act('gil', 'say', { channel: 'alerts', text: 'x' })).toMatchObject({
      ok: false,
      error: 'gil is not in alerts',
    });
    expect(await act('zoe', 'say')).toMatchObject({ ok: false, error: expect.stringContaining('no such person') });
    expect((await postJson(`${slack.url}/sandbox/unknown`, {})).status).toBe(404);
    expect(await set('faults', { kind: 'http500', tims: 1 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('tims'),
    });
    expect(await set('hold')).toMatchObject({ ok: false, error: expect.stringContaining('method') });
  });

  it('shows the state and the log', async () => {
    await posted(slack, 'alerts', { text: `<@${PEOPLE.taro}>` });
    const state = (await (await fetch(`${slack.url}/sandbox/state`)).json()) as {
      channels: { id: string; messages: unknown[] }[];
    };
    expect(state.channels.find((channel) => channel.id === CHANNELS.alerts)?.messages).toHaveLength(1);
    expect(state).toMatchObject({ notifications: [{ user: PEOPLE.taro, why: 'mention' }], seq: slack.log.length });
    const { lines } = (await (await fetch(`${slack.url}/sandbox/log?since=1`)).json()) as { lines: { seq: number }[] };
    expect(lines[0]?.seq).toBe(2);
  });

  it('streams what happens', async () => {
    await posted(slack, 'alerts', { text: 'before' });
    const abort = new AbortController();
    const response = await fetch(`${slack.url}/sandbox/events?since=0`, { signal: abort.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await posted(slack, 'alerts', { text: 'after' });
    let text = '';
    while (!text.includes('"text":"after"')) text += (await reader.read()).value ?? '';
    expect(text).toContain('"text":"before"');
    expect(text).toMatch(/id: 1\nevent: change\ndata: \{/);
    abort.abort();
  });

  it('works the switches', async () => {
    await set('faults', { kind: 'http500', times: 1 });
    expect((await raw(slack, 'auth.test')).status).toBe(500);
    await set('faults', { kind: 'http503' });
    await set('clear-faults');
    expect((await raw(slack, 'auth.test')).status).toBe(200);
    await set('limits', { limits: { tier2: 0 } });
    expect((await raw(slack, 'usergroups.list')).status).toBe(429);
    await set('token', { trouble: 'token_revoked' });
    expect(await call(slack, 'auth.test')).toMatchObject({ error: 'token_revoked' });
    await set('token', {});
    await set('advance', { ms: 5000 });
    expect(slack.now()).toBe(1_700_000_005_000);
    await set('channel', { id: 'ops', archived: true });
    expect(await call(slack, 'chat.postMessage', { channel: CHANNELS.ops, text: 'x' })).toMatchObject({
      error: 'is_archived',
    });
    await set('person', { id: 'hana', change: { presence: 'away' } });
    await set('group', { id: 'sre', members: ['hana'] });
    expect(slack.snapshot()).toMatchObject({ groups: [{ members: [PEOPLE.hana] }] });
  });

  it('holds a call', async () => {
    const { id } = await set('hold', { method: 'chat.postMessage' });
    const posting = raw(slack, 'chat.postMessage', { channel: CHANNELS.alerts, text: 'held' });
    expect(await set(`hold/${String(id)}/arrived`)).toMatchObject({ args: { text: 'held' } });
    await set(`hold/${String(id)}/release`);
    expect((await posting).status).toBe(200);
  });
});

describe('the workspace as a process', () => {
  it('prints its addresses and ends with its input', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/slack/standalone.ts', '{"limits":"off"}'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url, apiUrl, botToken } = JSON.parse(line) as Record<string, string>;
    expect(apiUrl).toBe(`${url}/api/`);
    const answer = await fetch(`${apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${botToken}` },
    });
    expect(await answer.json()).toMatchObject({ ok: true });
    child.stdin.end();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
