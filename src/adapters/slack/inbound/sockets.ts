import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError } from '../../../ports/chat.ts';
import type { Process } from './outcome.ts';
import { connect, type Envelope, type Socket, type SocketParts } from './socket.ts';

export interface SocketsParts extends Omit<SocketParts, 'onEnvelope' | 'onHello'> {
  readonly process: Process;
  readonly onError: (error: unknown, about: string) => void;
  readonly onConnected: () => void;
  /** Slack counts more connections than this app's processes should have: somebody else takes part of what is sent. */
  readonly onTooManyConnections: (seen: number) => void;
  /** How many connections all processes of ours have. */
  readonly ourConnections: () => number;
}

export interface Sockets {
  /** Begins; resolves when each socket is connected or has failed once. Never rejects: Slack may be away. */
  start(): Promise<void>;
  live(): number;
  /** Connects no more, and closes when what is under way has been acknowledged. */
  stop(withinMs: number): Promise<void>;
}

/** While one is being replaced, the other hears. */
export const SOCKETS = 2;
/** What an error is about that kept a connection from being made. */
export const CONNECTING = 'connecting to Slack';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A connection that lasted this long did not fail. */
const STEADY_MS = 10_000;
/** Slack closes some 10 s after its notice; then we do. */
const NOTICE_MS = 20_000;
const GOODBYE_MS = 5_000;

export function createSockets(parts: SocketsParts): Sockets {
  const stopping = new AbortController();
  const stopped = ended(stopping.signal);
  const open = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  let loops: Promise<void>[] = [];

  const onEnvelope = (envelope: Envelope): void => {
    const task = take(parts, envelope)
      .catch((error: unknown) => parts.onError(error, 'an envelope of Slack'))
      .finally(() => underWay.delete(task));
    underWay.add(task);
  };
  const live = (): number => [...open].filter((socket) => socket.isLive()).length;
  const onHello = (seen: number): void => {
    const leaving = Math.max(0, live() + 1 - SOCKETS);
    if (seen > parts.ourConnections() + leaving) parts.onTooManyConnections(seen);
  };

  /** Slack sends on it until Slack closes it: closing first would lose what is on its way. */
  const retire = async (socket: Socket | undefined): Promise<void> => {
    if (!socket) return;
    await Promise.race([socket.closed, sleep(NOTICE_MS, undefined, { ref: false })]);
    await socket.close(GOODBYE_MS);
    open.delete(socket);
  };

  /** The one before is heard until its successor is open; where it is gone already, there is nothing to hear. */
  const once = async (before: Socket | undefined): Promise<Socket> => {
    const socket = await connect({ ...parts, onEnvelope, onHello }, { signal: stopping.signal });
    open.add(socket);
    parts.onConnected();
    void retire(before);
    return socket;
  };

  const keep = async (onTried: () => void): Promise<void> => {
    let current: Socket | undefined;
    for (let failures = 0; !stopping.signal.aborted; ) {
      const began = performance.now();
      let wait = 0;
      try {
        current = await once(current);
        onTried();
        await Promise.race([current.over, stopped]);
      } catch (error) {
        if (!stopping.signal.aborted) parts.onError(error, CONNECTING);
        onTried();
        wait = error instanceof ChatError ? (error.retryAfterMs ?? 0) : 0;
      }
      failures = performance.now() - began > STEADY_MS ? 0 : failures + 1;
      const pause = Math.max(wait, failures === 0 ? 0 : backOff(failures));
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  return {
    start: () =>
      new Promise((resolve) => {
        let waiting = SOCKETS;
        const tried = (): void => {
          waiting -= 1;
          if (waiting <= 0) resolve();
        };
        loops = Array.from({ length: SOCKETS }, () => keep(onlyOnce(tried)));
      }),
    live,
    async stop(withinMs) {
      stopping.abort();
      await settle(underWay, withinMs * 0.6);
      await Promise.all([...open].map((socket) => socket.close(withinMs * 0.4)));
      open.clear();
      await Promise.all(loops);
    },
  };
}

/** Acknowledges when the process has taken it; what is not acknowledged comes again (events) or fails at the asker's (the rest). */
async function take(parts: SocketsParts, envelope: Envelope): Promise<void> {
  const retry = {
    ...(envelope.retryNum ? { num: envelope.retryNum } : {}),
    ...(envelope.retryReason ? { reason: envelope.retryReason } : {}),
  };
  const outcome = await parts.process(envelope.body, retry);
  if (outcome.kind === 'failed') return outcome.after?.();
  if (outcome.kind !== 'ack') return;
  try {
    await envelope.ack(outcome.body);
  } catch (error) {
    parts.onError(error, 'acknowledging on a socket');
  }
  outcome.after?.();
}

function backOff(failures: number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return most / 2 + (Math.random() * most) / 2;
}

async function settle(tasks: ReadonlySet<Promise<void>>, ms: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([Promise.all(tasks), sleep(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function onlyOnce(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
