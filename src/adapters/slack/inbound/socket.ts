import type { SocketModeClient } from '@slack/socket-mode';
import type { Logger } from 'pino';
import type { CallLimit } from '../../../ports/chat.ts';
import { chatErrorOf, type Seen } from '../errors.ts';
import { isRecord, parseJson } from '../json.ts';
import { within } from '../limit.ts';
import { sdkLogger } from '../sdk-log.ts';
import type { Scrub } from '../secrets.ts';
import { clientOptions } from '../web.ts';

/** One envelope, as the SDK hands it on. */
export interface Envelope {
  readonly body: Readonly<Record<string, unknown>>;
  readonly ack: (response?: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly retryNum?: number;
  readonly retryReason?: string;
}

export interface SocketParts {
  readonly appToken: string;
  readonly apiUrl?: string;
  readonly log: Logger;
  readonly scrub: Scrub;
  readonly onEnvelope: (envelope: Envelope) => void;
  /** `hello` came; how many connections the app has in all. */
  readonly onHello: (connections: number) => void;
}

/** One connection, from its `hello` to its end. */
export interface Socket {
  /** Resolves when a new connection is wanted: it was closed, or Slack gave notice and closes it soon. */
  readonly over: Promise<void>;
  /** Resolves when nothing comes any more. */
  readonly closed: Promise<void>;
  isLive(): boolean;
  close(withinMs: number): Promise<void>;
}

const CONNECT_MS = 10_000;
/** With these Slack gives notice some seconds ahead; the SDK would close at once and drop what is under way. */
const NOTICE = new Set(['warning', 'refresh_requested']);

/**
 * Connects once, and has then heard Slack's `hello`. The SDK's own reconnecting is off: it waits 5 s each time, and a failed attempt ends the process with an
 * unhandled rejection.
 *
 * @throws ChatError
 */
export async function connect(parts: SocketParts, limit: CallLimit): Promise<Socket> {
  const { SocketModeClient, LogLevel } = await import('@slack/socket-mode');
  const gone = new AbortController();
  const seen: Seen = {};
  const client = new SocketModeClient({
    appToken: parts.appToken,
    autoReconnectEnabled: false,
    logger: sdkLogger(parts.log, parts.scrub, LogLevel.INFO),
    clientOptions: clientOptions(parts.apiUrl, seen, gone.signal),
  });
  const socket = watch(client, parts, seen);
  try {
    await within(limit, CONNECT_MS, async () => {
      await client.start();
    });
    return socket;
  } catch (error) {
    gone.abort(error);
    await socket.close(0);
    throw chatErrorOf(error, seen, parts.scrub);
  }
}

function watch(client: SocketModeClient, parts: SocketParts, seen: Seen): Socket {
  let live = false;
  let unwanted = false;
  let end: () => void = () => {};
  let ended: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    ended = resolve;
  });
  client.on('connected', () => {
    live = true;
    if (unwanted) void close(client, 0);
  });
  client.on('disconnected', () => {
    live = false;
    end();
    ended();
  });
  client.on('slack_event', (event: unknown) => {
    const envelope = envelopeOf(event);
    if (envelope && !unwanted) parts.onEnvelope(envelope);
  });
  guardFrames(client, parts, (reason) => {
    if (NOTICE.has(reason)) return end();
    seen.sentAway = reason;
  });
  return {
    over,
    closed,
    isLive: () => live,
    async close(withinMs) {
      await close(client, withinMs);
      unwanted = true;
    },
  };
}

/**
 * Stands before the SDK's reading of frames, which rejects unhandled on one that it does not understand, keeps `hello` to
 * itself, and closes at once when Slack gives notice.
 */
function guardFrames(client: SocketModeClient, parts: SocketParts, onGoodbye: (reason: string) => void): void {
  const [read] = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    const frame = typeof data === 'string' ? parseJson(data) : undefined;
    if (!isRecord(frame)) return;
    const { type, reason, num_connections: connections } = frame;
    if (type === 'hello') parts.onHello(typeof connections === 'number' ? connections : 0);
    if (type === 'disconnect' && typeof reason === 'string') {
      parts.log.info({ reason }, 'Slack asks a socket to go');
      onGoodbye(reason);
      if (NOTICE.has(reason)) return;
    }
    Promise.resolve(read?.call(client, data, isBinary)).catch((error: unknown) => {
      parts.log.warn({ reason: parts.scrub(String(error)) }, 'a frame of Slack’s could not be read');
    });
  });
}

function envelopeOf(event: unknown): Envelope | undefined {
  if (!isRecord(event) || !isRecord(event['body']) || typeof event['ack'] !== 'function') return undefined;
  const { body, ack, retry_num: num, retry_reason: reason } = event;
  return {
    body,
    ack: ack as Envelope['ack'],
    ...(typeof num === 'number' && num > 0 ? { retryNum: num } : {}),
    ...(typeof reason === 'string' && reason ? { retryReason: reason } : {}),
  };
}

/** The SDK waits up to 30 s for the other side's goodbye; we do not. */
async function close(client: SocketModeClient, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([client.disconnect().catch(() => {}), over]);
  clearTimeout(timer);
}
