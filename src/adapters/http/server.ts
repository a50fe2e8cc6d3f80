import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface HttpServer {
  readonly port: number;
  /** Takes no more connections; open requests get `withinMs`, then their sockets are closed. */
  close(withinMs: number): Promise<void>;
}

/** @throws Error EADDRINUSE, EACCES... as Node gives it */
export async function listen(app: Express, port: number, host: string | undefined): Promise<HttpServer> {
  const server = createServer(app);
  // Longer than proxies' and Alertmanager's idle times, so that it is never us who closes a connection in use.
  server.keepAliveTimeout = 95_000;
  server.headersTimeout = 100_000;
  server.requestTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { port: (server.address() as AddressInfo).port, close: (withinMs) => close(server, withinMs) };
}

async function close(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearTimeout(late);
}
