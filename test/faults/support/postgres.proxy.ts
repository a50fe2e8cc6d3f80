import { createServer, Socket } from 'node:net';
import { createFrontendReader } from './frontend.ts';

/** One COMMIT: of a transaction whose statements match, the `nth` of these (from 1, the default). */
export interface WantedCommit {
  readonly touching: RegExp;
  /** `before`: PostgreSQL never hears of it. `after`: it is done, and the answer never arrives. */
  readonly side: 'before' | 'after';
  readonly nth?: number;
}

export interface HoldingProxy {
  /** The same URL through the proxy. */
  readonly url: string;
  /**
   * Resolves when the COMMIT is there. From that moment nothing at all passes any more, so that whatever is killed now is
   * killed exactly here.
   */
  holdCommit(wanted: WantedCommit): Promise<void>;
  /** Cuts every session and lets new ones through. What was held is lost, and PostgreSQL rolls back what was open. */
  resume(): void;
  close(): Promise<void>;
}

interface Watch extends WantedCommit {
  left: number;
  readonly reach: () => void;
}

/** Stands between the program and PostgreSQL and stops the world at a COMMIT. */
export async function startHoldingProxy(url: string): Promise<HoldingProxy> {
  const target = new URL(url);
  const upstreamPort = Number(target.port);
  const open = new Set<Socket>();
  let still = false;
  let watch: Watch | undefined;

  const reached = (): void => {
    still = true;
    const { reach } = watch!;
    watch = undefined;
    reach();
  };

  const server = createServer((client) => {
    const upstream = new Socket().connect(upstreamPort, target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    const session = createSession();
    let answering = false;
    client.on('data', (chunk) => {
      if (still) return;
      const met = session.commits(chunk).some((sql) => counts(watch, sql));
      if (met && watch?.side === 'before') return reached();
      answering = met;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (still) return;
      if (answering && watch && chunk.includes('COMMIT')) return reached();
      client.write(chunk);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  target.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    url: target.href,
    holdCommit: (wanted) =>
      new Promise((resolve) => {
        watch = { ...wanted, left: wanted.nth ?? 1, reach: resolve };
      }),
    resume() {
      watch = undefined;
      for (const socket of open) socket.destroy();
      still = false;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function counts(watch: Watch | undefined, sql: string): boolean {
  if (!watch?.touching.test(sql)) return false;
  watch.left -= 1;
  return watch.left === 0;
}

/** What one session has said since its last BEGIN; answers with that whenever it commits. */
function createSession(): { commits(chunk: Buffer): readonly string[] } {
  const read = createFrontendReader();
  let said = '';
  return {
    commits(chunk) {
      const done: string[] = [];
      for (const sql of read(chunk)) {
        if (/^\s*commit\b/i.test(sql)) done.push(said);
        said = /^\s*(begin|commit|rollback)\b/i.test(sql) ? '' : `${said}\n${sql}`;
      }
      return done;
    },
  };
}
