import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Stands before an API server and notes when it was at work. */
export interface ApiClock {
  readonly url: string;
  /** For how many ms of this time at least one request was under way. */
  busy(from: number, to: number): number;
  close(): Promise<void>;
}

interface Span {
  readonly from: number;
  to: number;
}

export async function startApiClock(cluster: string, now: () => number): Promise<ApiClock> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    const span: Span = { from: now(), to: Number.POSITIVE_INFINITY };
    spans.push(span);
    response.once('close', () => {
      span.to = now();
    });
    forward(cluster, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    busy: (from, to) => covered(spans, from, to),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(cluster: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers } = request;
  return new Promise((resolve, reject) => {
    const asked = send(new URL(request.url ?? '/', cluster), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).then(resolve, reject);
    });
    asked.once('error', reject);
    pipeline(request, asked).catch(reject);
  });
}

/** Of overlapping spans each moment counts once. */
function covered(spans: readonly Span[], from: number, to: number): number {
  let [sum, seen] = [0, from];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const [begin, end] = [Math.max(span.from, seen), Math.min(span.to, to)];
    if (end <= begin) continue;
    sum += end - begin;
    seen = end;
  }
  return sum;
}
