import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bench, say, startBench } from './support/bench.ts';
import { read } from './support/rendered.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench({ mode: 'http', adapter: { handlerMs: 50 } });
});
afterEach(() => bench.close());

interface Sending {
  readonly secret?: string;
  readonly secondsOff?: number;
  readonly headers?: Record<string, string>;
}

async function send(body: string, { secret, secondsOff = 0, headers = {} }: Sending = {}): Promise<Response> {
  const stamp = String(Math.floor(bench.slack.now() / 1_000) + secondsOff);
  const signature = `v0=${createHmac('sha256', secret ?? bench.slack.signingSecret)
    .update(`v0:${stamp}:${body}`)
    .digest('hex')}`;
  return fetch(bench.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': signature,
      ...headers,
    },
    body,
  });
}

const event = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    type: 'event_callback',
    team_id: 'T1',
    event_id: 'Ev1',
    event: { type: 'user_change', user: { id: 'U1' } },
    ...fields,
  });

describe('who may speak', () => {
  test.each<[string, number, Sending]>([
    ['signed now', 200, {}],
    ['signed 4 minutes ago', 200, { secondsOff: -240 }],
    ['signed over 5 minutes ago', 401, { secondsOff: -310 }],
    ['signed over 5 minutes ahead', 401, { secondsOff: 310 }],
    ['signed with another secret', 401, { secret: 'other' }],
    ['a signature of another length', 401, { headers: { 'x-slack-signature': 'v0=ab' } }],
    ['a stamp that is no number', 401, { headers: { 'x-slack-request-timestamp': 'now' } }],
  ])('%s: %i', async (_, status, sending) => {
    expect((await send(event(), sending)).status).toBe(status);
    expect(bench.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  test('without any signature: 401', async () => {
    expect((await fetch(bench.url, { method: 'POST', body: event() })).status).toBe(401);
  });

  test('over 1 MB: 413, told and streamed', async () => {
    const body = ' '.repeat(1_048_577);
    expect((await send(body)).status).toBe(413);
  });
});

test('the address is verified by its challenge', async () => {
  expect(await bench.slack.verifyUrl(bench.url)).toBe(true);
});

test('ssl_check is answered', async () => {
  expect(
    (await send('ssl_check=1&token=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
  ).toBe(200);
});

test.each([
  ['no JSON', 'x', 'application/json'],
  ['JSON that is no object', '1', 'application/json'],
  ['another type', '<x/>', 'text/xml'],
  ['a payload that is no JSON', 'payload=x', 'application/x-www-form-urlencoded'],
])('%s: 400', async (_, body, type) => {
  expect((await send(body, { headers: { 'content-type': type } })).status).toBe(400);
});

test.each([
  ['an event without its event', { type: 'event_callback', event: null }],
  ['an event of words', { type: 'event_callback', event: 'x' }],
  ['an action without actions', { type: 'block_actions', actions: [] }],
  ['a view without a view', { type: 'view_submission' }],
  ['a thing nobody knows', { type: 'whatever' }],
])('signed nonsense (%s) ends nothing', async (_, body) => {
  expect((await send(JSON.stringify(body))).status).toBeLessThan(500);
  expect((await send(event())).status).toBe(200);
});

test('ids that are none are acknowledged and forgotten', async () => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const command = {
    command: '/ops',
    text: 'pods',
    trigger_id: 't.1',
    response_url: 'x',
    user_id: 'U1',
    team_id: 'T1',
    channel_id: 'C1',
  };
  const sent = (fields: object) => send(new URLSearchParams({ ...command, ...fields }).toString(), form);
  const strange = ['', 'u1', '<!channel>', '../users', 'U1\n', 'U'.repeat(60), 'U1&user=U2'];
  for (const field of ['user_id', 'team_id', 'channel_id', 'trigger_id'])
    for (const id of strange.filter((one) => field !== 'trigger_id' || !/^[\x21-\x7e]+$/.test(one)))
      expect((await sent({ [field]: id })).status).toBe(200);
  expect((await send(event({ event_id: 'Ev 2' }))).status).toBe(200);
  expect(bench.requests).toEqual([]);
  await sent({});
  expect(bench.requests).toHaveLength(1);
});

test('a command that is not ours: 404', async () => {
  const body = new URLSearchParams({
    command: '/other',
    text: '',
    trigger_id: 't',
    response_url: 'x',
    user_id: 'U1',
    team_id: 'T1',
    channel_id: 'C1',
  });
  expect(
    (await send(body.toString(), { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
  ).toBe(404);
});

describe('a handler that takes too long', () => {
  const slow = () => {
    let go: () => void = () => {};
    const free = new Promise<void>((resolve) => {
      go = resolve;
    });
    bench.handle = async (request) => {
      await free;
      return { after: async () => ('reply' in request ? request.reply.private(say('done after all')) : undefined) };
    };
    return () => go();
  };

  test('a command: "not recorded" in the acknowledgement; what it decided late is carried out', async () => {
    const go = slow();
    await bench.slack.as('kenji').command('alerts', '/ops pods');
    const seen = () => bench.slack.user('kenji').ephemerals.map(read);
    expect(seen()).toEqual(['Failed: HandlerTooLate']);
    go();
    await bench.until(() => seen().includes('done after all'));
  });

  test('an event: refused, so that Slack sends it again with the same id', async () => {
    const go = slow();
    bench.slack.as('kenji').dm('oncall');
    await bench.until(() => bench.requests.length === 2);
    expect(bench.requests[0]?.id).toBe(bench.requests[1]?.id);
    expect(bench.slack.deliveries('event')[0]?.outcome).toBe('http_error 503');
    go();
  });
});

test('a form that Slack does not open in time fails before the answer is due', async () => {
  await bench.close();
  bench = await startBench({ mode: 'http', adapter: { handlerMs: 1_000 } });
  bench.slack.addFault({ kind: 'hang', method: 'views.open' });
  const form = { id: 'x', title: 'x', close: 'x', carries: { v: 1 }, blocks: [] };
  const refused = new Promise((resolve) => {
    bench.handle = async (request) => {
      if ('reply' in request) await request.reply.openForm?.(form).catch(resolve);
      return {};
    };
  });
  expect(await bench.slack.as('kenji').command('alerts', '/ops restart')).toMatchObject({ ok: true });
  expect(await refused).toMatchObject({ kind: 'ambiguous', code: 'timeout' });
  expect(bench.errors).toEqual([]);
});

describe('stopping', () => {
  test('what is under way is finished, what comes then is refused', async () => {
    let go: () => void = () => {};
    const late = new Promise<void>((resolve) => {
      go = resolve;
    });
    let finished = false;
    bench.handle = async () => ({
      after: async () => {
        await late;
        finished = true;
      },
    });
    await bench.slack.as('kenji').command('alerts', '/ops pods');
    const stopped = bench.adapter.stop(2_000);
    expect((await send(event())).status).toBe(503);
    go();
    await stopped;
    expect(finished).toBe(true);
  });

  test('work that does not end is aborted in time', async () => {
    const aborted = new Promise((resolve) => {
      bench.handle = async () => ({
        after: (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              resolve(true);
              reject(new Error('stopped'));
            });
          }),
      });
    });
    await bench.slack.as('kenji').command('alerts', '/ops pods');
    await bench.adapter.stop(100);
    expect(await aborted).toBe(true);
    expect(bench.errors).toMatchObject([{ error: { message: 'stopped' } }]);
  });
});
