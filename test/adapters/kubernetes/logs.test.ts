import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { kubeconfigFor } from '../../../sandbox/cluster/index.ts';
import { createCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/cluster.ts';
import type { LogQuery } from '../../../src/ports/cluster.ts';

/** Kubelets and proxies that the simulated cluster does not play: endless, deaf to limits, slow, in words of their own. */

const QUERY: LogQuery = {
  namespace: 'shop',
  pod: 'checkout-1',
  container: 'app',
  previous: false,
  tail: 1_000,
  maxBytes: 100_000,
};

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function clusterThat(
  answers: (response: ServerResponse, query: URLSearchParams, request: IncomingMessage) => void,
): Promise<{ cluster: KubernetesCluster; asked: URLSearchParams[]; server: Server }> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    asked.push(query);
    answers(response, query, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cluster = createCluster({ name: 'main', kubeconfig: { text: kubeconfigFor(url, 'x') } });
  closing.push(async () => {
    await cluster.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { cluster, asked, server };
}

function failing(code: number, message: string, details: object = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', message, reason: 'BadRequest', details }));
  };
}

describe('logs', () => {
  it('stops reading at the limit, though the other side keeps none and never ends', async () => {
    let ended = 0;
    let sent = 0;
    const line = `2026-11-20T03:00:00.5Z ${'x'.repeat(1_000)}\n`;
    const { cluster, asked } = await clusterThat((response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = (): void => {
        while (!response.destroyed && response.write(line)) sent += line.length;
      };
      response.on('drain', more).on('close', () => {
        ended += 1;
      });
      more();
    });
    const log = await cluster.logs(QUERY);
    expect(log).toMatchObject({ state: 'read', more: true });
    // Half of what fitted, an eighth of that, and at last one line.
    expect(asked.map((query) => query.get('tailLines'))).toEqual(['1000', '48', '12', '1']);
    expect(asked[0]?.get('limitBytes')).toBe('100000');
    await expect.poll(() => ended).toBe(asked.length);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('reads times of any zone, and lines that have none', async () => {
    const { cluster } = await clusterThat((response) => {
      response.end('2026-11-20T12:00:00.123456789+09:00 a\nunable to retrieve container logs\n2026-11-20T03:00:01Z \n');
    });
    expect(await cluster.logs(QUERY)).toEqual({
      state: 'read',
      more: false,
      lines: [
        { at: new Date('2026-11-20T03:00:00.123Z'), text: 'a' },
        { text: 'unable to retrieve container logs' },
        { at: new Date('2026-11-20T03:00:01Z'), text: '' },
      ],
    });
  });

  it.each([
    ['container "app" in pod "checkout-1" is waiting to start: ContainerCreating', 'ContainerCreating'],
    ['container "app" in pod "checkout-1" is waiting to start: image can\'t be pulled\n', "image can't be pulled"],
    ['container "app" in pod "checkout-1" is waiting to start - no logs yet', 'no logs yet'],
  ])('understands: %s', async (message, reason) => {
    const { cluster } = await clusterThat(failing(400, message));
    expect(await cluster.logs(QUERY)).toEqual({ state: 'waiting', reason });
  });

  it('says in the words of the API server that a node does not answer', async () => {
    const words =
      'Get "https://10.0.0.7:10250/containerLogs/shop/checkout-1/app": dial tcp 10.0.0.7:10250: i/o timeout';
    const { cluster } = await clusterThat(failing(500, words));
    await expect(cluster.logs(QUERY)).rejects.toMatchObject({ kind: 'away', message: words });
  });

  it('is given up when the caller does', async () => {
    const controller = new AbortController();
    const { cluster } = await clusterThat((response) => {
      response.write('2026-11-20T03:00:00Z half a li');
      controller.abort();
    });
    await expect(cluster.logs(QUERY, { signal: controller.signal })).rejects.toMatchObject({
      message: expect.stringContaining('CANCELLED'),
    });
  });
});
