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
  /**
   * The session that next sends these words, or does so after `sparing` others have, gets its answer, and in the same breath that
   * it is terminated. With the program's name, which each session begins with, that is as it is made.
   */
  endAfter(words: string, sparing?: number): void;
  /** Whoever says goodbye is told that it is terminated. */
  endAtGoodbye(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server, to see the startup packet and to lose the network. */
export async function startProxy(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const upstreamPort = Number(target.port);
  const startups: string[][] = [];
  const open = new Set<Socket>();
  let swallowing = false;
  let last: { readonly words: string; readonly sparing: number } | undefined;
  let goodbyes = false;
  const server: Server = createServer((client) => {
    const upstream = new Socket().connect(upstreamPort, target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    client.once('data', (packet) => startups.push(parameterNames(packet)));
    let ends = false;
    client.on('data', (chunk) => {
      if (last && chunk.includes(last.words)) {
        ends = last.sparing === 0;
        last = ends ? undefined : { ...last, sparing: last.sparing - 1 };
      }
      if (goodbyes && chunk.equals(TERMINATE)) return client.end(TERMINATED);
      if (!swallowing) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (swallowing) return;
      if (!ends || !chunk.subarray(-6).equals(READY)) return client.write(chunk);
      client.end(Buffer.concat([chunk, TERMINATED]));
      upstream.destroy();
    });
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
    endAfter(words, sparing = 0) {
      last = { words, sparing };
    },
    endAtGoodbye() {
      goodbyes = true;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** ReadyForQuery, outside of a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** Terminate: a client's goodbye. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

/** ErrorResponse, as a server ends a session. */
const TERMINATED = ((): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();

/** StartupMessage: length, protocol version, then name and value in turn, each ended by NUL. */
function parameterNames(packet: Buffer): string[] {
  const parts = packet.subarray(8).toString('utf8').split('\0');
  return parts.filter((part, i) => i % 2 === 0 && part !== '');
}
