import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  /** The form's or the JSON's fields; an interaction's own payload. */
  readonly body: Record<string, unknown>;
}

export interface Answering {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Record<string, unknown>;
}

/** An app that writes down what it gets and answers as it is told. */
export interface TestApp {
  readonly url: string;
  readonly got: Received[];
  answer: (received: Received) => Answering | 'never' | Promise<Answering | 'never'>;
  close(): Promise<void>;
}

export async function startApp(): Promise<TestApp> {
  const app: TestApp = { url: '', got: [], answer: () => ({}), close: async () => {} };
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const raw = Buffer.concat(parts).toString();
      const received: Received = {
        headers: request.headers,
        raw,
        body: parse(request.headers['content-type'] ?? '', raw),
      };
      app.got.push(received);
      const answer = await app.answer(received);
      if (answer === 'never') return;
      const json = typeof answer.body === 'object';
      response.writeHead(answer.status ?? 200, {
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...answer.headers,
      });
      response.end(json ? JSON.stringify(answer.body) : (answer.body ?? ''));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return Object.assign(app, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, close });
}

function parse(type: string, raw: string): Record<string, unknown> {
  if (type.includes('json')) return JSON.parse(raw) as Record<string, unknown>;
  const form = Object.fromEntries(new URLSearchParams(raw));
  return form['payload'] === undefined ? form : (JSON.parse(form['payload']) as Record<string, unknown>);
}
