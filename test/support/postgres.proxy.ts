import { createServer, type Server, Socket } from 'node:net';

export interface PostgresProxy {
  /** The same URL through the proxy. */
  readonly url: string;
  /** Names of the parameters that each session sent when it began. */
  readonly startups: readonly (readonly string[])[];
  /** From now on nothing passes in either direction, and nobody is told: a black hole. */
  swallow(): void;
  /** Ends the black hole; what was swallowed stays lost. */
  pass(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server, to see the startup packet and to lose the network. */
export async function startProxy(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const upstreamPort = Number(target.port);
  const startups: string[][] = [];
  const open = new Set<Socket>();
  let swallowing = false;
  const server: Server = createServer((client) => {
    const upstream = new Socket().connect(upstreamPort, target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    client.once('data', (packet) => startups.push(parameterNames(packet)));
    client.on('data', (chunk) => swallowing || upstream.write(chunk));
    upstream.on('data', (chunk) => swallowing || client.write(chunk));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => swallowing || client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  target.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    url: target.href,
    startups,
    swallow() {
      swallowing = true;
    },
    pass() {
      swallowing = false;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** StartupMessage: length, protocol version, then name and value in turn, each ended by NUL. */
function parameterNames(packet: Buffer): string[] {
  const parts = packet.subarray(8).toString('utf8').split('\0');
  return parts.filter((part, i) => i % 2 === 0 && part !== '');
}
