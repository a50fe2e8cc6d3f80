import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of Alertmanager's API as is asked: `GET /api/v2/alerts`. */
export interface FakeAlertmanager {
  readonly url: string;
  /** Fingerprints of what is active; `away`: every answer is 503. */
  says: readonly string[] | 'away';
  /** So often it was asked. */
  readonly asked: number;
  close(): Promise<void>;
}

export async function startAlertmanager(): Promise<FakeAlertmanager> {
  const state = { says: [] as readonly string[] | 'away', asked: 0 };
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || new URL(request.url!, 'http://am').pathname !== '/api/v2/alerts') {
      response.writeHead(404).end();
      return;
    }
    state.asked += 1;
    if (state.says === 'away') response.writeHead(503).end('away');
    else {
      const alerts = state.says.map((fingerprint) => ({ fingerprint, status: { state: 'active' } }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(alerts));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get says() {
      return state.says;
    },
    set says(says) {
      state.says = says;
    },
    get asked() {
      return state.asked;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
