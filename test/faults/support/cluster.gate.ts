import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
}

export interface Gate {
  readonly url: string;
  /**
   * Stops the next request that `wanted` names: `before` the cluster hears of it, or `after` it was done. Resolves when it is
   * stopped; it never goes on.
   */
  hold(side: 'before' | 'after', wanted: (asked: Asked) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** The one request that changes a workload. */
export const isChange = ({ method, path }: Asked): boolean => method === 'PATCH' && !path.includes('dryRun=');

interface Held {
  readonly side: 'before' | 'after';
  readonly wanted: (asked: Asked) => boolean;
  readonly reach: () => void;
}

/** Stands between the program and the cluster's API. */
export async function startGate(cluster: string): Promise<Gate> {
  let held: Held | undefined;
  const take = (asked: Asked): Held | undefined => {
    if (!held?.wanted(asked)) return undefined;
    const taken = held;
    held = undefined;
    return taken;
  };
  const server = createServer((request, response) => {
    pass(cluster, request, response, take).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (side, wanted) =>
      new Promise((reach) => {
        held = { side, wanted, reach };
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(
  cluster: string,
  request: IncomingMessage,
  response: ServerResponse,
  take: (asked: Asked) => Held | undefined,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const path = request.url ?? '/';
  const method = request.method ?? 'GET';
  const held = take({ method, path });
  if (held?.side === 'before') return held.reach();
  const answer = await forward(new URL(path, cluster), method, request.headers, Buffer.concat(parts));
  if (held) return held.reach();
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function forward(url: URL, method: string, headers: IncomingMessage['headers'], body: Buffer): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const asked = send(url, { method, headers: { ...headers, host: url.host }, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('error', reject);
      answer.once('end', () => {
        const type = answer.headers['content-type'];
        resolve({
          status: answer.statusCode ?? 502,
          headers: type === undefined ? {} : { 'content-type': type },
          body: Buffer.concat(parts),
        });
      });
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
