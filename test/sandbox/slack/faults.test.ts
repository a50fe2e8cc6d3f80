import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack } from '../../../sandbox/slack/index.ts';
import { call, raw, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack();
});

afterEach(async () => slack.close());

const post = (text = 'x', channel: string = CHANNELS.alerts) => raw(slack, 'chat.postMessage', { channel, text });
const texts = () =>
  slack
    .channel('alerts')
    .posts()
    .map((message) => message.text);

describe('faults', () => {
  it('answer without doing the work', async () => {
    slack.faults.add({ kind: 'rate-limited', method: 'chat.postMessage', retryAfter: 7, times: 1 });
    const limited = await post();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    slack.faults.add({ kind: 'http500', times: 1 });
    expect((await post()).status).toBe(500);
    slack.faults.add({ kind: 'http503', times: 1 });
    expect((await post()).status).toBe(503);
    slack.faults.add({ kind: 'error', code: 'fatal_error', times: 1 });
    expect(await (await post()).json()).toEqual({ ok: false, error: 'fatal_error' });
    expect(texts()).toEqual([]);
    expect((await post('fine')).status).toBe(200);
    expect(slack.calls().map((line) => line.fault)).toEqual(['rate-limited', 'http500', 'http503', 'error', undefined]);
  });

  it('meet one method, one channel, a number of times', async () => {
    slack.faults.add({ kind: 'http500', method: 'chat.postMessage', channel: CHANNELS.alerts, times: 2 });
    expect((await post('x', CHANNELS.ops)).status).toBe(200);
    expect((await raw(slack, 'conversations.history', { channel: CHANNELS.alerts })).status).toBe(200);
    expect([(await post()).status, (await post()).status, (await post()).status]).toEqual([500, 500, 200]);
  });

  it('last until they are cleared', async () => {
    slack.faults.add({ kind: 'http503' });
    expect([(await post()).status, (await post()).status]).toEqual([503, 503]);
    slack.faults.clear();
    expect((await post()).status).toBe(200);
  });

  it('reset before or after the work', async () => {
    slack.faults.add({ kind: 'reset', times: 1 });
    await expect(post('lost')).rejects.toThrow();
    slack.faults.add({ kind: 'accept-then-reset', times: 1 });
    await expect(post('done')).rejects.toThrow();
    expect(texts()).toEqual(['done']);
    expect(slack.calls()).toMatchObject([
      { refused: true, fault: 'reset' },
      { refused: false, fault: 'accept-then-reset' },
    ]);
    expect(slack.calls()[1]).not.toHaveProperty('status');
  });

  it('hang before or after the work, until cleared', async () => {
    slack.faults.add({ kind: 'hang', times: 1 });
    const lost = expect(post('lost')).rejects.toThrow();
    await slack.until(() => slack.calls().length === 1);
    slack.faults.add({ kind: 'accept-then-hang', times: 1 });
    const done = expect(post('done')).rejects.toThrow();
    await slack.until(() => slack.calls().length === 2);
    expect(texts()).toEqual(['done']);
    slack.faults.clear();
    await Promise.all([lost, done]);
  });

  it('do the work and call it failed', async () => {
    slack.faults.add({ kind: 'accept-then-error', code: 'internal_error', times: 1 });
    expect(await (await post('done')).json()).toEqual({ ok: false, error: 'internal_error' });
    expect(texts()).toEqual(['done']);
  });

  it("delay on the fake's own clock", async () => {
    const hold = slack.hold({ method: 'chat.postMessage', when: 'before' });
    slack.faults.add({ kind: 'delay', ms: 5000, times: 1 });
    const answer = post('late');
    await hold.arrived;
    hold.release();
    await Promise.resolve();
    expect(texts()).toEqual([]);
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        slack.advance(5000);
        resolve();
      });
    });
    expect((await answer).status).toBe(200);
    expect(texts()).toEqual(['late']);
  });

  it('meet response_urls and uploads, too', async () => {
    slack.faults.add({ kind: 'http500', method: 'response_url' });
    slack.faults.add({ kind: 'http503', method: 'upload' });
    expect((await fetch(`${slack.url}/response/commands/T/x`, { method: 'POST', body: '{}' })).status).toBe(500);
    expect((await fetch(`${slack.url}/upload/v1/F1`, { method: 'POST', body: 'x' })).status).toBe(503);
  });
});

describe('a hold', () => {
  it('stops one call after its work, tells, and lets it go', async () => {
    const hold = slack.hold({ method: 'chat.postMessage', channel: CHANNELS.alerts });
    const first = post('held');
    expect(await hold.arrived).toMatchObject({ text: 'held' });
    expect(texts()).toEqual(['held']);
    expect((await post('free')).status).toBe(200);
    hold.release();
    expect((await first).status).toBe(200);
  });

  it('stops one before its work', async () => {
    const hold = slack.hold({ method: 'chat.postMessage', when: 'before' });
    const answer = post('held');
    await hold.arrived;
    expect(texts()).toEqual([]);
    hold.release();
    await answer;
    expect(texts()).toEqual(['held']);
  });
});

describe('until', () => {
  it('wakes with the log, and says what happened when it does not', async () => {
    const waiting = slack.until(() => texts().length === 1 && texts());
    await post('seen');
    expect(await waiting).toEqual(['seen']);
    await expect(slack.until(() => false, 1)).rejects.toThrow(/call chat.postMessage -> ok/);
  });
});

it('has no gaps in its log', async () => {
  await call(slack, 'auth.test');
  await post();
  expect(slack.log.map((line) => line.seq)).toEqual(slack.log.map((_, index) => index + 1));
});
