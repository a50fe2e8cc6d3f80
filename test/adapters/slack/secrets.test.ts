import { inspect } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { CHANNELS, PEOPLE } from '../../../sandbox/slack/index.ts';
import { createScrub } from '../../../src/adapters/slack/secrets.ts';
import { type Bench, type Mode, mark, say, startBench } from './support/bench.ts';

const FAULTS = ['http500', 'http503', 'reset', 'rate-limited', 'error'] as const;

/** Everything that goes wrong, thrown or reported. */
async function misery(bench: Bench): Promise<unknown[]> {
  const { chat, directory } = bench.adapter;
  const at = { channelId: CHANNELS.alerts, ts: '1.000001' };
  const thrown: unknown[] = [];
  for (const kind of FAULTS) {
    const heal = bench.slack.addFault({ kind });
    const calls = [
      chat.post(CHANNELS.alerts, say('x'), mark(1)),
      chat.update(at, say('x')),
      chat.whisper(at, PEOPLE.kenji, say('x')),
      chat.find(at, 1, new Date(0), { timeoutMs: 200 }),
      directory.identity(),
      directory.people({ timeoutMs: 200 }),
    ];
    for (const settled of await Promise.allSettled(calls))
      if (settled.status === 'rejected') thrown.push(settled.reason);
    bench.slack.sockets.dropAll();
    bench.handle = async (request) => ({
      after: async () => ('reply' in request ? request.reply.private(say('x')) : undefined),
    });
    const before = bench.errors.length;
    heal();
    const healReplies = bench.slack.addFault({ kind, method: 'response_url' });
    if (bench.adapter.router) {
      await bench.slack.as('kenji').command('alerts', '/ops pods');
      await bench.until(() => bench.errors.length > before);
    }
    healReplies();
  }
  return [...thrown, ...bench.errors];
}

test.each<Mode>(['http', 'socket'])(
  'by %s no error and no log line holds a token, a secret, or an address that answers in our name',
  async (mode) => {
    const bench = await startBench({ mode });
    const errors = await misery(bench);
    const { botToken, appToken, signingSecret } = bench.slack;
    const logged: string[] = [];
    const log = pino({}, { write: (line: string) => void logged.push(line) });
    for (const error of errors)
      log.error({ err: error instanceof Error ? error : (error as { error: unknown }).error });
    const told = [
      ...bench.logs,
      ...logged,
      ...errors.map((error) => inspect(error, { depth: 20, showHidden: true })),
    ].join('\n');
    expect(errors.length).toBeGreaterThan(20);
    for (const secret of [botToken, appToken, signingSecret, '/response/', 'ticket='])
      expect(told).not.toContain(secret);
    await bench.close();
  },
);

test('what looks like a token goes, known or not', () => {
  const scrub = createScrub(['s3cret-signing']);
  expect(
    scrub(
      'a s3cret-signing b xoxb-1-2-abc c xapp-1-A-2 d https://hooks.slack.com/actions/T/1/x e wss://h/?ticket=ab&x=1',
    ),
  ).toBe('a *** b *** c *** d *** e wss://h/?ticket=***&x=1');
});
