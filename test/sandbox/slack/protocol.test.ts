import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, DEFAULT_SCOPES, type FakeSlack } from '../../../sandbox/slack/index.ts';
import { METHODS } from '../../../sandbox/slack/methods/index.ts';
import { call, postJson, raw, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack();
});

afterEach(async () => slack.close());

describe('every call', () => {
  it('answers 200 and unknown_method for a method there is not', async () => {
    const response = await raw(slack, 'chat.shout');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: false, error: 'unknown_method' });
  });

  it('wants a token, and a known one', async () => {
    const bare = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect(await bare.json()).toEqual({ ok: false, error: 'not_authed' });
    expect(await call(slack, 'auth.test', {}, 'xoxb-other')).toEqual({ ok: false, error: 'invalid_auth' });
  });

  it('takes the token in a form, a query or the header, but in JSON only in the header', async () => {
    const form = await fetch(`${slack.apiUrl}auth.test`, {
      method: 'POST',
      body: new URLSearchParams({ token: slack.botToken }),
    });
    expect(await form.json()).toMatchObject({ ok: true });
    expect(await (await fetch(`${slack.apiUrl}auth.test?token=${slack.botToken}`)).json()).toMatchObject({ ok: true });
    expect(await (await postJson(`${slack.apiUrl}auth.test`, { token: slack.botToken })).json()).toMatchObject({
      error: 'not_authed',
    });
    expect(
      await (await postJson(`${slack.apiUrl}auth.test`, {}, { authorization: `Bearer ${slack.botToken}` })).json(),
    ).toMatchObject({ ok: true });
  });

  it.each(['account_inactive', 'token_revoked', 'token_expired'] as const)(
    'answers %s for a dead token',
    async (trouble) => {
      slack.breakToken(trouble);
      expect(await call(slack, 'auth.test')).toEqual({ ok: false, error: trouble });
      slack.breakToken(undefined);
      expect(await call(slack, 'auth.test')).toMatchObject({ ok: true });
    },
  );

  it('refuses a token of the wrong kind', async () => {
    expect(await call(slack, 'apps.connections.open')).toEqual({ ok: false, error: 'not_allowed_token_type' });
    expect(await call(slack, 'chat.postMessage', { channel: CHANNELS.ops, text: 'x' }, slack.appToken)).toEqual({
      ok: false,
      error: 'not_allowed_token_type',
    });
    expect(await call(slack, 'apps.connections.open', {}, slack.appToken)).toMatchObject({
      ok: true,
      url: expect.stringMatching(/^ws:/),
    });
  });

  it('refuses JSON that is none, and JSON that is no object', async () => {
    const send = async (body: string): Promise<unknown> =>
      (
        await fetch(`${slack.apiUrl}auth.test`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
      ).json();
    expect(await send('{')).toEqual({ ok: false, error: 'invalid_json' });
    expect(await send('[]')).toEqual({ ok: false, error: 'json_not_object' });
  });

  it('names the missing arguments', async () => {
    expect(await call(slack, 'chat.postMessage', { text: 'x' })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel'] },
    });
  });

  it.each(Object.entries(METHODS).filter(([, spec]) => spec.scopes && !spec.tokens?.includes('app')))(
    '%s says which scope it misses',
    async (method, spec) => {
      slack.setScopes(DEFAULT_SCOPES.filter((scope) => !spec.scopes?.includes(scope)));
      expect(await call(slack, method)).toMatchObject({
        ok: false,
        error: 'missing_scope',
        needed: spec.scopes?.join(','),
        provided: expect.any(String),
      });
      slack.setScopes(DEFAULT_SCOPES);
      expect((await call(slack, method)).error).not.toBe('missing_scope');
    },
  );

  it.each(Object.entries(METHODS).filter(([, spec]) => spec.anyScope))(
    '%s needs one of its scopes',
    async (method, spec) => {
      slack.setScopes(['chat:write']);
      expect(await call(slack, method)).toMatchObject({
        error: 'missing_scope',
        needed: spec.anyScope?.join(','),
        provided: 'chat:write',
      });
    },
  );

  it('tells its scopes in headers', async () => {
    const response = await raw(slack, 'chat.postMessage', { channel: CHANNELS.ops, text: 'x' });
    expect(response.headers.get('x-accepted-oauth-scopes')).toBe('chat:write');
    expect(response.headers.get('x-oauth-scopes')).toContain('chat:write');
  });

  it('is written down, refused or not', async () => {
    await call(slack, 'chat.postMessage', { channel: CHANNELS.ops, text: 'hi' });
    await call(slack, 'chat.postMessage', { channel: 'C0NOWHERE1', text: 'hi' });
    expect(slack.calls()).toMatchObject([
      { method: 'chat.postMessage', args: { text: 'hi' }, status: 200, refused: false, at: 1_700_000_000_000 },
      { refused: true, error: 'channel_not_found', answer: { ok: false } },
    ]);
  });
});

describe('the loopback guard', () => {
  const statusOf = (headers: Record<string, string>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const outgoing = request(`${slack.url}/sandbox/state`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  it('refuses a Host or an Origin that is not this machine', async () => {
    expect(await statusOf({ host: 'evil.example.com' })).toBe(403);
    expect(await statusOf({ origin: 'https://evil.example.com' })).toBe(403);
    expect(await statusOf({ origin: 'null' })).toBe(403);
    expect(await statusOf({ origin: 'http://localhost:3000' })).toBe(200);
    expect(await statusOf({})).toBe(200);
  });
});
