import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { lastingPort } from './ports.ts';

/** A line to one TCP address, and what can be wrong with it. Each setting holds for open connections and for new ones. */
export interface TcpProxy {
  readonly port: number;
  /** The same URL through the line. */
  through(url: string): string;
  /** Each piece of data is this much later, ms. */
  delay(ms: number): void;
  /** At most so many bytes a second and direction. */
  throttle(bytesPerSecond: number): void;
  /** Nothing passes and nobody is told. What was on its way arrives after `heal`, as TCP sends again what was lost. */
  hang(): void;
  /** Every open connection ends with a RST; new ones are let through. */
  reset(): void;
  /** Every open connection ends, and nobody listens any more. */
  cut(): Promise<void>;
  /** As if nothing had been. */
  heal(): Promise<void>;
  /** New connections go to this port of the same host; open ones end. */
  retarget(port: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(host: string, targetPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const line = createLine();
  let upstreamPort = targetPort;
  const server = createServer((client) => {
    const upstream = new Socket().connect(upstreamPort, host);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
    }
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      pump(from, to, line).catch(() => to.destroy());
  });
  const port = await lastingPort();
  await listen(server, port);
  const endAll = (how: (socket: Socket) => void): void => {
    for (const socket of open) how(socket);
  };
  // Several faults may be on the line at once: it is opened and closed by one of them at a time.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work);
    return turn;
  };
  const stopListening = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    endAll((socket) => socket.destroy());
    await closed;
  };
  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    delay: (ms) => line.set({ delayMs: ms }),
    throttle: (bytesPerSecond) => line.set({ bytesPerSecond }),
    hang: () => line.set({ hangs: true }),
    reset: () => endAll((socket) => socket.resetAndDestroy()),
    cut: () => inTurn(stopListening),
    heal() {
      line.set({});
      return inTurn(async () => {
        if (!server.listening) await listen(server, port);
      });
    },
    retarget(to) {
      upstreamPort = to;
      endAll((socket) => socket.destroy());
    },
    async close() {
      line.set({});
      await inTurn(stopListening);
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, '127.0.0.1');
  await listening;
}

interface Trouble {
  readonly delayMs?: number;
  readonly bytesPerSecond?: number;
  readonly hangs?: boolean;
}

interface Line {
  set(trouble: Trouble): void;
  /** Resolves when so many bytes are at the other end. */
  pass(bytes: number): Promise<void>;
}

function createLine(): Line {
  let trouble: Trouble = {};
  let waiting: (() => void)[] = [];
  return {
    set(next) {
      trouble = next;
      if (trouble.hangs) return;
      for (const go of waiting) go();
      waiting = [];
    },
    async pass(bytes) {
      const { delayMs = 0, bytesPerSecond = Infinity } = trouble;
      const ms = delayMs + (bytes / bytesPerSecond) * 1_000;
      if (ms > 0) await pause(ms);
      while (trouble.hangs) await new Promise<void>((go) => waiting.push(go));
    },
  };
}

async function pump(from: Socket, to: Socket, line: Line): Promise<void> {
  for await (const chunk of from) {
    const bytes = chunk as Buffer;
    await line.pass(bytes.length);
    if (to.destroyed) return;
    if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  }
  // A polite end is as late as what came before it.
  await line.pass(0);
  to.end();
}
