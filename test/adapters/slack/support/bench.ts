import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { type SlackOptions as FakeOptions, type FakeSlack, startSlack } from '../../../../sandbox/slack/index.ts';
import { createSlack, type Slack, type SlackOptions } from '../../../../src/adapters/slack/index.ts';
import type { Message } from '../../../../src/domain/content.ts';
import type { Answer, Inbound, InboundHandler } from '../../../../src/ports/chat.ts';

export type Mode = 'http' | 'socket';

/** A fake workspace with the real adapter connected to it, and a handler that does what the test says. */
export interface Bench {
  readonly slack: FakeSlack;
  /** The request URL; empty in Socket Mode. */
  readonly url: string;
  readonly adapter: Slack;
  readonly requests: Inbound[];
  readonly errors: { readonly error: unknown; readonly about: string }[];
  readonly logs: string[];
  handle: InboundHandler;
  /** Resolves with what `look` finds; looked at after each request, error and line of the fake's log. */
  until<T>(look: () => T | undefined | false): Promise<T>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly fake?: FakeOptions;
  readonly adapter?: Partial<SlackOptions>;
  readonly mode?: Mode;
}

export async function startBench({ fake = {}, adapter: own = {}, mode = 'http' }: BenchOptions = {}): Promise<Bench> {
  const slack = await startSlack({ ...fake, delivery: { kind: mode } });
  const looks = new Set<() => void>();
  const lookAgain = (): void => {
    for (const look of looks) look();
  };
  const bench: Pick<Bench, 'requests' | 'errors' | 'logs' | 'handle'> = {
    requests: [],
    errors: [],
    logs: [],
    handle: async () => ({}),
  };
  const handler = async (request: Inbound): Promise<Answer> => {
    bench.requests.push(request);
    setImmediate(lookAgain);
    return bench.handle(request);
  };
  const adapter = createSlack({
    botToken: slack.botToken,
    ...(mode === 'http' ? { signingSecret: slack.signingSecret } : { appToken: slack.appToken }),
    apiUrl: slack.apiUrl,
    clock: { now: () => new Date(slack.now()) },
    log: pino({ level: 'trace' }, { write: (line: string) => void bench.logs.push(line) }),
    handler,
    failed,
    onError: (error, about) => {
      bench.errors.push({ error, about });
      setImmediate(lookAgain);
    },
    command: '/ops',
    ...own,
  });
  const server = adapter.router ? await serve(express().use(adapter.router)) : undefined;
  const url = server ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` : '';
  if (server) slack.deliverTo(url);
  await adapter.start();
  const stopListening = slack.listen(() => setImmediate(lookAgain));
  return Object.assign(bench, {
    slack,
    adapter,
    url,
    until: <T>(look: () => T | undefined | false) => until(look, looks, () => slack.log.slice(-8)),
    async close() {
      stopListening();
      await adapter.stop(2_000);
      server?.closeAllConnections();
      server?.close();
      await slack.close();
    },
  });
}

/** The words of the composition root, in short. */
function failed(error: unknown): Message {
  const words = `Failed: ${error instanceof Error ? error.name : 'unknown'}`;
  return { text: [words], blocks: [{ kind: 'text', text: [words] }] };
}

async function serve(app: express.Express): Promise<Server> {
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

function until<T>(look: () => T | undefined | false, looks: Set<() => void>, tail: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (run: () => void): void => {
      clearTimeout(timer);
      looks.delete(check);
      run();
    };
    const check = (): void => {
      const found = look();
      if (found !== undefined && found !== false) end(() => resolve(found));
    };
    const timer = setTimeout(
      () => end(() => reject(new Error(`not seen within 5 s; ${JSON.stringify(tail())}`))),
      5_000,
    );
    looks.add(check);
    check();
  });
}

export const say = (words: string): Message => ({ text: [words], blocks: [{ kind: 'text', text: [words] }] });
export const mark = (row: number, attempt = 'a1') => ({ mark: { row, attempt } });
