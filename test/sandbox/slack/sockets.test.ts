import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { FakeSlack } from '../../../sandbox/slack/index.ts';
import { call, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack({ delivery: { kind: 'socket' } });
});

afterEach(async () => slack.close());

interface Frame {
  readonly type: string;
  readonly envelope_id?: string;
  readonly [field: string]: unknown;
}

/** One raw connection: its frames, and what it acknowledges. */
async function connect(
  query = '',
): Promise<{ socket: WebSocket; frames: Frame[]; next: (count: number) => Promise<Frame> }> {
  const { url } = await call(slack, 'apps.connections.open', {}, slack.appToken);
  const socket = new WebSocket(`${String(url)}${query}`);
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  const next = async (count: number): Promise<Frame> => {
    while (frames.length < count) await once(socket, 'message');
    return frames[count - 1]!;
  };
  await next(1);
  return { socket, frames, next };
}

describe('a connection', () => {
  it('starts with hello', async () => {
    const { frames } = await connect();
    expect(frames[0]).toMatchObject({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: 'A0HIKESHI1' },
      debug_info: { approximate_connection_time: 18_060 },
    });
    expect((await connect('&debug_reconnects=true')).frames[0]).toMatchObject({
      num_connections: 2,
      debug_info: { approximate_connection_time: 360 },
    });
    expect(slack.sockets.count).toBe(2);
  });

  it('needs a ticket, and the ticket serves once', async () => {
    const { url } = await call(slack, 'apps.connections.open', {}, slack.appToken);
    const first = new WebSocket(String(url));
    await once(first, 'open');
    const second = new WebSocket(String(url));
    const [refused] = (await once(second, 'error')) as [Error];
    expect(refused.message).toContain('401');
    const [strange] = (await once(new WebSocket(`${slack.url.replace('http', 'ws')}/link/?ticket=x`), 'error')) as [
      Error,
    ];
    expect(strange.message).toContain('401');
  });

  it('is refused beyond ten', async () => {
    for (let count = 0; count < 10; count += 1) await connect();
    expect((await connect()).frames[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(slack.sockets.count).toBe(10);
  });

  it('is refused where the app is set to HTTP', async () => {
    slack.deliverTo('http://127.0.0.1:1/x');
    expect((await connect()).frames[0]).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
  });

  it('is told to go: warned ten seconds before, or at once', async () => {
    const { socket, next } = await connect();
    slack.sockets.disconnect('warning');
    expect(await next(2)).toMatchObject({ type: 'disconnect', reason: 'warning' });
    expect(slack.sockets.count).toBe(1);
    slack.advance(10_000);
    await once(socket, 'close');
    const again = await connect();
    slack.sockets.disconnect('refresh_requested');
    expect(await again.next(2)).toMatchObject({ reason: 'refresh_requested' });
    await slack.until(() => slack.sockets.count === 0);
  });

  it('can be cut, and answers pings', async () => {
    const { socket } = await connect();
    socket.ping();
    await once(socket, 'pong');
    slack.sockets.dropAll();
    await once(socket, 'close');
    await slack.until(() => slack.sockets.count === 0);
  });
});

describe('envelopes', () => {
  it('carry commands and interactions, and take an answer', async () => {
    const { socket, next } = await connect();
    const seen = slack.as('hana').command('ops', '/ops help');
    const envelope = await next(2);
    expect(envelope).toMatchObject({
      type: 'slash_commands',
      accepts_response_payload: true,
      payload: { command: '/ops', text: 'help' },
    });
    socket.send(JSON.stringify({ envelope_id: envelope.envelope_id, payload: { text: 'usage' } }));
    expect(await seen).toMatchObject({ ok: true, answer: { text: 'usage' } });
  });

  it('go to any one connection', async () => {
    const all = [await connect(), await connect()];
    slack.as('hana').say('ops', '@hikeshi one');
    slack.as('hana').say('ops', '@hikeshi two');
    await Promise.all(all.map((one) => one.next(2)));
    expect(all.map((one) => one.frames.length)).toEqual([2, 2]);
  });

  it('time out after three seconds; an empty payload is an empty answer', async () => {
    const { socket, next } = await connect();
    const late = slack.as('hana').command('ops', '/ops help');
    await next(2);
    slack.advance(3000);
    expect(await late).toEqual({ ok: false, error: 'operation_timeout' });
    const fine = slack.as('hana').command('ops', '/ops help');
    const { envelope_id } = await next(3);
    socket.send(JSON.stringify({ envelope_id, payload: {} }));
    expect(await fine).toEqual({ ok: true });
  });

  it('fail without a connection, or wait where the switch says so', async () => {
    expect(await slack.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'dispatch_failed' });
    const waiting = await stillSlack({ delivery: { kind: 'socket' }, switches: { failWithoutSocket: false } });
    expect(await waiting.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'operation_timeout' });
    await waiting.close();
  });

  it('bring events again after four seconds, a minute and five, until one is acknowledged', async () => {
    const { socket, next } = await connect();
    slack.as('hana').say('ops', '@hikeshi');
    expect(await next(2)).toMatchObject({
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
    });
    slack.advance(3000);
    await slack.until(() => slack.deliveries('event').length === 1);
    slack.advance(1000);
    expect(await next(3)).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
    slack.advance(3000);
    await slack.until(() => slack.deliveries('event').length === 2);
    slack.advance(60_000);
    const third = await next(4);
    expect(third).toMatchObject({ retry_attempt: 2 });
    socket.send(JSON.stringify({ envelope_id: third.envelope_id }));
    await slack.until(() => slack.deliveries('event').at(-1)?.outcome === 'acked');
    slack.advance(3_600_000);
    expect(slack.deliveries('event')).toHaveLength(3);
  });

  it('bring events that came while nobody was connected', async () => {
    slack.as('hana').say('ops', '@hikeshi');
    await slack.until(() => slack.deliveries('event').length === 1);
    const { next } = await connect();
    slack.advance(1000);
    expect(await next(2)).toMatchObject({ type: 'events_api', retry_attempt: 1 });
  });
});
