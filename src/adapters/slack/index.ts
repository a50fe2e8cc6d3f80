import type { Router } from 'express';
import type { Logger } from 'pino';
import type { Message } from '../../domain/content.ts';
import type { CallLimit, Chat, Directory, Files, Identity, InboundHandler } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import { createChat } from './chat.ts';
import { createDirectory } from './directory.ts';
import { hidingChat, hidingHandler } from './hiding.ts';
import { createBolt } from './inbound/bolt.ts';
import { createRouter } from './inbound/http.ts';
import type { Process } from './inbound/outcome.ts';
import { createRespond } from './inbound/respond.ts';
import { connect } from './inbound/socket.ts';
import { CONNECTING, createSockets, SOCKETS, type Sockets } from './inbound/sockets.ts';
import { take } from './inbound/take.ts';
import { createTracked } from './inbound/tracked.ts';
import { createHide, createScrub } from './secrets.ts';
import { createWeb } from './web.ts';

export { isRefusal } from './errors.ts';
export { REQUIRED_SCOPES, slackManifest } from './manifest.ts';

export interface SlackOptions {
  readonly botToken: string;
  /** HTTP: verifies what comes in. */
  readonly signingSecret?: string;
  /** Present: Socket Mode, and there is no router. */
  readonly appToken?: string;
  /** Default: Slack's. */
  readonly apiUrl?: string;
  /** Values that must stand in nothing that is sent, whoever wrote them; default: none. */
  readonly secrets?: () => readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly handler: InboundHandler;
  /** The words for a handler's error; a `HandlerTooLate` when it gave no answer in time. */
  readonly failed: (error: unknown) => Message;
  /** Everything that went wrong outside a call of yours; `about` names the request, never its words. */
  readonly onError: (error: unknown, about: string) => void;
  /** `/ops`. */
  readonly command: string;
  /** How long the handler may take, ms; its own limit is well below this, so that its words win, and Slack's is 3 s. */
  readonly handlerMs?: number;
  /** Slack counts more connections than ours: another installation takes part of what people press. */
  readonly onTooManyConnections?: (seen: number) => void;
  /** A connection of Socket Mode was made; where none can be, `onError` is about `CONNECTING`. */
  readonly onConnected?: () => void;
  /** How many connections all our processes have; default: this one's. */
  readonly ourConnections?: () => number;
}

export interface Slack {
  readonly chat: Chat & Files;
  readonly directory: Directory;
  /** `POST /slack/events`; absent in Socket Mode. No body parser may stand before it. */
  readonly router?: Router;
  /** From now on requests are taken. Never rejects because Slack is away. */
  start(): Promise<void>;
  /** Takes nothing new, and acknowledges what is under way; answers that come after the acknowledgement go on. */
  stopTaking(withinMs: number): Promise<void>;
  /** Takes nothing new, finishes what is under way; what is left near the end is aborted. */
  stop(withinMs: number): Promise<void>;
  sockets(): { readonly live: number; readonly expected: number };
}

export { CONNECTING };

const HANDLER_MS = 2_800;
/** For Slack's goodbye to a connection that was only tried. */
const TRIED_GOODBYE_MS = 1_000;

/** Slack, both ways. Slack's packages are loaded on first use: Bolt alone takes a quarter of a second. */
export function createSlack(options: SlackOptions): Slack {
  const { log, apiUrl, onError } = options;
  const scrub = createScrub([options.botToken, options.signingSecret, options.appToken]);
  const hide = createHide(options.secrets ?? (() => []));
  const web = createWeb({ token: options.botToken, apiUrl, log, scrub });
  const directory = createDirectory(web);
  const tracked = createTracked(onError);
  const parts = {
    ...options,
    handler: hidingHandler(options.handler, hide),
    web,
    tracked,
    respond: createRespond(scrub, apiUrl),
    limitMs: options.handlerMs ?? HANDLER_MS,
  };
  const loadProcess = (): Promise<Process> =>
    createBolt({
      log,
      scrub,
      command: options.command,
      take: (received) => take(parts, hide(received)),
    });
  const way = options.appToken
    ? bySockets(options, options.appToken, scrub, loadProcess)
    : byHttp(options, loadProcess);
  return {
    chat: hidingChat(createChat({ web, identity: remembered((limit) => directory.identity(limit)) }), hide),
    directory,
    ...(way.router ? { router: way.router } : {}),
    start: way.start,
    stopTaking: way.stop,
    async stop(withinMs) {
      const until = performance.now() + withinMs;
      await way.stop(withinMs / 2);
      await tracked.close(Math.max(0, until - performance.now()));
    },
    sockets: way.sockets,
  };
}

type Way = Pick<Slack, 'router' | 'start' | 'sockets'> & { readonly stop: (withinMs: number) => Promise<void> };

function byHttp(options: SlackOptions, load: () => Promise<Process>): Way {
  const { signingSecret, clock, onError } = options;
  if (!signingSecret) throw new Error('Slack over HTTP needs the signing secret; Socket Mode needs the app token');
  const underWay = createTracked(onError);
  let process: Process | undefined;
  const counted: Process = (body, retry) => {
    const taking = process ? process(body, retry) : Promise.resolve({ kind: 'retry' as const });
    underWay.run('a request of Slack', () => taking);
    return taking;
  };
  return {
    router: createRouter({ signingSecret, clock, onError, process: () => process && counted }),
    async start() {
      process = await load();
    },
    async stop(withinMs) {
      process = undefined;
      await underWay.close(withinMs);
    },
    sockets: () => ({ live: 0, expected: 0 }),
  };
}

function bySockets(
  options: SlackOptions,
  appToken: string,
  scrub: (words: string) => string,
  load: () => Promise<Process>,
): Way {
  const {
    apiUrl,
    log,
    onError,
    onTooManyConnections = () => {},
    onConnected = () => {},
    ourConnections = () => SOCKETS,
  } = options;
  let sockets: Sockets | undefined;
  return {
    async start() {
      const process = await load();
      sockets = createSockets({
        appToken,
        apiUrl,
        log,
        scrub,
        process,
        onError,
        onTooManyConnections,
        onConnected,
        ourConnections,
      });
      await sockets.start();
    },
    async stop(withinMs) {
      await sockets?.stop(withinMs);
    },
    sockets: () => ({ live: sockets?.live() ?? 0, expected: SOCKETS }),
  };
}

/**
 * Whether Slack lets us connect by Socket Mode: a connection is opened, for `apps.connections.open` answers with an address even
 * where Socket Mode is off, and closed at Slack's `hello`.
 *
 * Beside a running program this is safe though Slack may hand it something in that moment: nothing is acknowledged here, so an
 * event comes again, on a connection of the program's; a command or a press fails where it was made, and is made again there.
 * Where the program has all ten connections, Slack refuses this one and leaves those alone.
 *
 * @throws ChatError
 */
export async function trySocketMode(
  { appToken, apiUrl, log }: { readonly appToken: string; readonly apiUrl?: string; readonly log: Logger },
  limit: CallLimit,
): Promise<void> {
  const nothing = (): void => {};
  const parts = { appToken, apiUrl, log, scrub: createScrub([appToken]), onEnvelope: nothing, onHello: nothing };
  const socket = await connect(parts, limit);
  await socket.close(TRIED_GOODBYE_MS);
}

/** Who we are does not change while a token lives; a failed look is made again. */
function remembered(ask: (limit?: CallLimit) => Promise<Identity>): (limit?: CallLimit) => Promise<Identity> {
  let known: Identity | undefined;
  return async (limit) => {
    known ??= await ask(limit);
    return known;
  };
}
