import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Journal } from '../journal.ts';
import { type Fields, fieldsOf, parseJson } from '../json.ts';
import { APP_ID } from '../seed.ts';
import { ANSWER_WITHIN_MS, type Answer } from './http-delivery.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

const MOST_CONNECTIONS = 10;
const PING_EVERY_MS = 10_000;
const WARNING_BEFORE_MS = 10_000;
const NORMAL_LIFE_S = 18_060;
const DEBUG_LIFE_S = 360;

interface Parts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Journal;
  /** Socket Mode is on for this app. */
  readonly enabled: () => boolean;
  readonly singleUse: boolean;
}

/** Socket Mode's server side: tickets, hello, envelopes to any one connection, acknowledgements, disconnects. */
export class Sockets {
  readonly #parts: Parts;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Map<string, { used: boolean }>();
  readonly #open: WebSocket[] = [];
  readonly #waiting = new Map<string, (payload: Fields) => void>();
  readonly #pings: NodeJS.Timeout;
  #turn = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#pings = setInterval(() => {
      for (const socket of this.#open) socket.ping();
    }, PING_EVERY_MS);
    this.#pings.unref();
  }

  /** How many connections are open now. */
  get count(): number {
    return this.#open.length;
  }

  /** A URL that connects once. */
  ticket(baseUrl: string): string {
    const ticket = this.#parts.ids.secret();
    this.#tickets.set(ticket, { used: false });
    return `${baseUrl.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${APP_ID}`;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const ticket = this.#tickets.get(url.searchParams.get('ticket') ?? '');
    if (url.pathname !== '/link/' || !ticket || (ticket.used && this.#parts.singleUse)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    ticket.used = true;
    const debug = url.searchParams.get('debug_reconnects') === 'true';
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened, debug));
  }

  /** Sends one envelope to the next connection in turn and waits for its acknowledgement. */
  async send(type: string, payload: Fields, retry?: { attempt: number; reason: string }): Promise<Answer> {
    const live = this.#open.filter((socket) => socket.readyState === WebSocket.OPEN);
    const socket = live[this.#turn++ % Math.max(live.length, 1)];
    if (!socket) return { outcome: 'failed', reason: 'connection_failed' };
    const id = this.#parts.ids.next('envelope-');
    const envelope = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' };
    const retried =
      type === 'events_api' ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' } : {};
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ANSWER_WITHIN_MS, () => {
        this.#waiting.delete(id);
        resolve({ outcome: 'timeout' });
      });
      this.#waiting.set(id, (body) => {
        cancel();
        resolve(Object.keys(body).length === 0 ? { outcome: 'acked' } : { outcome: 'acked', body });
      });
      socket.send(JSON.stringify({ ...envelope, ...retried }));
    });
  }

  /** Tells every connection to go. `warning` comes ten seconds before the end; the other reasons are the end. */
  disconnect(reason: DisconnectReason): void {
    for (const socket of this.#open.slice()) this.#bye(socket, reason);
  }

  /** Cuts every connection without a word. */
  dropAll(): void {
    for (const socket of this.#open.slice()) socket.terminate();
  }

  close(): void {
    clearInterval(this.#pings);
    this.dropAll();
    this.#server.close();
  }

  #welcome(socket: WebSocket, debug: boolean): void {
    const { clock, journal } = this.#parts;
    socket.on('error', () => socket.terminate());
    const refusal = this.#refusal();
    if (refusal) {
      this.#bye(socket, refusal);
      return;
    }
    this.#open.push(socket);
    const lifeSeconds = debug ? DEBUG_LIFE_S : NORMAL_LIFE_S;
    const endOfLife = clock.after(lifeSeconds * 1000 - WARNING_BEFORE_MS, () => this.#bye(socket, 'warning'));
    socket.on('message', (data: Buffer) => this.#acknowledged(data.toString()));
    socket.on('close', () => {
      endOfLife();
      this.#open.splice(this.#open.indexOf(socket), 1);
      journal.append({ kind: 'change', what: 'socket', detail: { open: this.#open.length } });
    });
    const hello = {
      type: 'hello',
      num_connections: this.#open.length,
      connection_info: { app_id: APP_ID },
      debug_info: {
        host: 'applink-fake',
        started: new Date(clock.now()).toISOString(),
        build_number: 1,
        approximate_connection_time: lifeSeconds,
      },
    };
    socket.send(JSON.stringify(hello));
    journal.append({ kind: 'change', what: 'socket', detail: { open: this.#open.length } });
  }

  #refusal(): DisconnectReason | undefined {
    if (!this.#parts.enabled()) return 'link_disabled';
    return this.#open.length >= MOST_CONNECTIONS ? 'too_many_websockets' : undefined;
  }

  #bye(socket: WebSocket, reason: DisconnectReason): void {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-fake' } }));
    if (reason === 'warning') this.#parts.clock.after(WARNING_BEFORE_MS, () => socket.close());
    else socket.close();
  }

  #acknowledged(text: string): void {
    const frame = fieldsOf(parseJson(text));
    const id = String(frame['envelope_id']);
    this.#waiting.get(id)?.(fieldsOf(frame['payload']));
    this.#waiting.delete(id);
  }
}
