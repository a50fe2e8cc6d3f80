import { randomBytes } from 'node:crypto';
import { type Block, messageOf, type Text } from '../domain/content.ts';
import { UserError } from '../domain/errors.ts';
import { type Catalog, type Language, sentences } from '../messages/catalog.ts';
import {
  type Answer,
  type ChangedRequest,
  ChatError,
  type FormHandle,
  type HomeRequest,
  type InboundHandler,
} from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db, Tx } from '../ports/database.ts';
import { candidateButtons } from './ask/near.ts';
import type { Command } from './define.ts';
import {
  type Answering,
  type AskHandler,
  type ClickHandler,
  type Handling,
  MalformedCarries,
  type SubmitHandler,
} from './handling.ts';
import { languageFor } from './language.ts';
import { versionOf } from './newer.ts';
import { redrawPressed } from './pressed.ts';
import { auditRefusal, type PersonRequest, requestName, takeOnce } from './requests.ts';
import type { StandingOf } from './rights/standing.ts';
import type { Standing } from './rights/types.ts';
import { within } from './wake.ts';
import { type ErrorSources, plainText, wordError } from './wording.ts';

export interface InboundParts extends ErrorSources {
  /** The receiving pool. */
  readonly db: Db;
  readonly clock: Clock;
  readonly standingOf: StandingOf;
  /** Where neither channel nor person says. */
  readonly language: () => Language;
  readonly ask: AskHandler;
  /** By verb: for buttons with what may have been meant. */
  readonly commands: ReadonlyMap<string, Command>;
  /** By button id. */
  readonly clicks: Readonly<Record<string, ClickHandler>>;
  /** By form id. */
  readonly forms: Readonly<Record<string, SubmitHandler>>;
  /** Somebody looks at our home tab: nothing is changed by that. Runs after the acknowledgement. */
  readonly home: (request: HomeRequest, signal: AbortSignal) => Promise<void>;
  /** The workspace changed: refresh rows. Runs after the acknowledgement. */
  readonly changed: (change: ChangedRequest, signal: AbortSignal) => Promise<void>;
  /** `id` is what the asker was told. */
  readonly onError: (error: unknown, about: { readonly id: string; readonly request: string }) => void;
  /** How long deciding and committing may take, ms; Slack waits 3 s. */
  readonly limitMs?: number;
  /** The general pool, so that drawing anew keeps no press waiting, and what to call after a commit that wrote to the outbox. */
  readonly outbox?: { readonly db: Db; readonly wake: () => void };
}

/** Slack gives 3 s, and the adapter 2.8 s: what the asker is told has to come from here, so all of it ends before that. */
const LIMIT_MS = 1_900;
/** For a commit that is on its way. */
const GRACE_MS = 400;

/**
 * The one way in for words, clicks and forms: who is it, may they read, once only, decide and commit, answer. A change is
 * committed before anything is acknowledged, because Slack never sends a click or a command again.
 */
export function createInbound(parts: InboundParts): InboundHandler {
  return async (request) => {
    if (request.kind === 'changed') return { after: (signal) => parts.changed(request, signal) };
    if (request.kind === 'home') return { after: (signal) => parts.home(request, signal) };
    const work: Work = { late: false, committing: false, committed: false, m: sentences(parts.language()) };
    const taking = take(parts, request, work);
    const late = (): void => {
      work.late = true;
    };
    const done = await within(taking, parts.limitMs ?? LIMIT_MS, late, GRACE_MS);
    if (!done)
      return uncounted(request, work.m, work.committing ? work.m.ops.perhapsRecorded() : work.m.ops.notRecorded());
    try {
      const taken = await taking;
      work.committed = true;
      return await answer(parts, request, work.m, taken);
    } catch (error) {
      return refuse(parts, request, work, error);
    }
  };
}

/** One request on its way; what the time limit has to know of it. */
interface Work {
  late: boolean;
  committing: boolean;
  committed: boolean;
  m: Catalog;
}

class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** `rule`: it is still to be noted. */
type Taken = Answering | { readonly refused: Text; readonly rule?: string };

/** Decides and commits. `undefined`: a repeat. */
async function take(parts: InboundParts, request: PersonRequest, work: Work): Promise<Taken | undefined> {
  const now = parts.clock.now();
  const began = performance.now();
  const standing = await parts.standingOf(request.principal, now);
  const standingMs = performance.now() - began;
  const channel = await channelOf(parts.db, request);
  const language = languageFor({
    channel: channel?.language,
    locale: standing.locale,
    otherwise: parts.language(),
  });
  work.m = sentences(language);
  if (standing.role === 'none') return bar(parts, request, standing, work, now);
  const handler = handlerOf(parts, request);
  if (typeof handler === 'string') return { refused: work.m.ops[handler](), rule: handler };
  return commit(parts.db, work, async (tx) => {
    if (!(await takeOnce(tx, request, now))) return undefined;
    const handling: Handling = { tx, now, role: standing.role, standing, standingMs, language, m: work.m };
    const environment = channel?.environment;
    return handler(environment ? { ...handling, channelEnvironment: environment } : handling);
  });
}

/** Runs `change` and commits, unless its time is up: what the asker was told is what is true. */
async function commit<T>(db: Db, work: Work, change: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    const out = await change(tx);
    if (work.late) throw new TooLate();
    work.committing = true;
    return out;
  });
}

async function bar(
  parts: InboundParts,
  request: PersonRequest,
  standing: Standing,
  work: Work,
  now: Date,
): Promise<Taken | undefined> {
  return commit(parts.db, work, async (tx) => {
    if (!(await takeOnce(tx, request, now))) return undefined;
    await auditRefusal(tx, request, standing.why.rule, now);
    return { refused: work.m.ops.barred(standing.why) };
  });
}

type Handle = (handling: Handling) => Promise<Answering>;

/** What takes this request, or the sentence that says why nothing does. */
function handlerOf(
  parts: InboundParts,
  request: PersonRequest,
): Handle | 'unknownButton' | 'beingUpgraded' | 'malformed' {
  if (request.kind === 'ask') return (handling) => parts.ask(request, handling);
  const [handlers, id] = request.kind === 'click' ? [parts.clicks, request.button] : [parts.forms, request.form];
  const known = Object.hasOwn(handlers, id) ? handlers[id] : undefined;
  if (!known) return 'unknownButton';
  const v = versionOf(request.carries);
  if (v === undefined) return 'malformed';
  if (v > known.v) return 'beingUpgraded';
  return request.kind === 'click'
    ? (handling) => parts.clicks[id]!.take(request, handling)
    : (handling) => parts.forms[id]!.take(request, handling);
}

async function channelOf(
  db: Db,
  request: PersonRequest,
): Promise<{ readonly language: string | null; readonly environment: string | null } | undefined> {
  if (request.kind === 'submit' || request.channelId === undefined) return undefined;
  return db
    .selectFrom('channels')
    .select(['language', 'environment'])
    .where('id', '=', request.channelId)
    .executeTakeFirst();
}

/** Everything is committed: opens the form while its trigger lives, and says what there is to do afterwards. */
async function answer(
  parts: InboundParts,
  request: PersonRequest,
  m: Catalog,
  taken: Taken | undefined,
): Promise<Answer> {
  if (!taken) return {};
  if ('refused' in taken) {
    const told = tell(request, m, taken.refused);
    return taken.rule === undefined ? told : noted(parts, request, told, taken.rule);
  }
  const form = taken.open && (await request.reply.openForm?.(taken.open));
  const { after } = taken;
  const answered: Answer = {
    ...(taken.ack && { ack: taken.ack }),
    ...(after && { after: (signal) => guarded(parts, request, m, form, () => after(signal, form)) }),
  };
  return taken.stale ? redrawing(parts, request, answered) : answered;
}

/** Once it is told why, what was pressed is drawn anew. Nothing is lost if that cannot be wished for: it was not so before. */
function redrawing(parts: InboundParts, request: PersonRequest, told: Answer): Answer {
  if (request.kind !== 'click') return told;
  return {
    ...told,
    async after(signal) {
      await told.after?.(signal);
      try {
        await redrawPressed(parts.outbox?.db ?? parts.db, request, parts.clock.now());
        parts.outbox?.wake();
      } catch (error) {
        parts.onError(error, { id: shortId(), request: `${requestName(request)}: drawing anew` });
      }
    },
  };
}

/** What fails after the acknowledgement is told where the asker is looking. */
async function guarded(
  parts: InboundParts,
  request: PersonRequest,
  m: Catalog,
  form: FormHandle | undefined,
  after: () => Promise<void>,
): Promise<void> {
  try {
    await after();
  } catch (error) {
    if (form && isClosed(error)) return;
    const words = worded(parts, request, m, error);
    const buttons = candidateButtons(request, error, parts.commands);
    try {
      if (form) await form.update(errorForm(m, words, buttons));
      else await request.reply.private(messageOf(words, ...buttons));
    } catch (untold) {
      if (form && isClosed(untold)) return;
      parts.onError(untold, { id: shortId(), request: `${requestName(request)}: telling an error` });
    }
  }
}

/** Who asked has closed the form: nobody waits for it, and nothing is wrong. */
function isClosed(error: unknown): boolean {
  return error instanceof ChatError && error.kind === 'expired';
}

function refuse(parts: InboundParts, request: PersonRequest, { m, committed }: Work, error: unknown): Answer {
  const words = worded(parts, request, m, error, !committed);
  const answered = error instanceof UserError || error instanceof MalformedCarries;
  if (!committed && !answered) return uncounted(request, m, words);
  const input = error instanceof UserError ? error.params['input'] : undefined;
  const buttons = candidateButtons(request, error, parts.commands);
  const told = tell(request, m, words, { buttons, ...(typeof input === 'string' && { input }) });
  return committed ? told : noted(parts, request, told, ruleOf(error));
}

/**
 * With an audit entry for what failed before it was recorded: its own transaction is gone. The request is not taken by that: a
 * form whose input was refused is sent again under the same id.
 */
function noted(parts: InboundParts, request: PersonRequest, told: Answer, rule: string): Answer {
  const now = parts.clock.now();
  const note = async (): Promise<void> => {
    try {
      await parts.db.transaction().execute((tx) => auditRefusal(tx, request, rule, now));
    } catch (error) {
      // Nothing happened, with an entry or without.
      parts.onError(error, { id: shortId(), request: `${requestName(request)}: noting a refusal` });
    }
  };
  const answered: Answer = {
    ...told,
    async after(signal) {
      await told.after?.(signal);
      await note();
    },
  };
  return OUTDATED.has(rule) ? redrawing(parts, request, answered) : answered;
}

/** A button that this version does not have, or cannot read, stands on a message that it would draw otherwise. */
const OUTDATED: ReadonlySet<string> = new Set(['unknownButton', 'malformed', 'MalformedCarries']);

function ruleOf(error: unknown): string {
  if (error instanceof UserError) return error.code;
  return error instanceof Error ? error.name : 'fault';
}

/** Slack never sends a click again, and shows nothing where it was acknowledged: what did not count is not. */
function uncounted(request: PersonRequest, m: Catalog, words: Text): Answer {
  const told = tell(request, m, words);
  return request.kind === 'click' ? { ...told, failed: true } : told;
}

function worded(parts: InboundParts, request: PersonRequest, m: Catalog, error: unknown, nothingChanged = false): Text {
  if (error instanceof TooLate) return m.ops.notRecorded();
  const words = error instanceof MalformedCarries ? m.ops.malformed() : wordError(m, error, parts, nothingChanged);
  if (words) return words;
  const id = shortId();
  parts.onError(error, { id, request: requestName(request) });
  return m.ops.broken({ id });
}

/** Four hex digits: enough to find in a log, short enough to say on the phone. */
function shortId(): string {
  return randomBytes(2).toString('hex');
}

/**
 * Tells the asker alone. A form keeps what was typed into it: the sentence goes beside the input it is about, else the
 * first one that was filled in.
 */
/** @param input the one of a form that is at fault */
function tell(
  request: PersonRequest,
  m: Catalog,
  words: Text,
  { input, buttons = [] }: { readonly input?: string; readonly buttons?: readonly Block[] } = {},
): Answer {
  if (request.kind !== 'submit') return { after: () => request.reply.private(messageOf(words, ...buttons)) };
  const beside = input ?? Object.keys(request.values)[0];
  if (beside !== undefined) return { ack: { kind: 'errors', errors: { [beside]: plainText(words) } } };
  return { ack: { kind: 'form', form: errorForm(m, words) } };
}

function errorForm(m: Catalog, words: Text, more: readonly Block[] = []): Parameters<FormHandle['update']>[0] {
  const { errorTitle: title, close } = m.ops;
  return { id: 'error', title, close, carries: { v: 1 }, blocks: [{ kind: 'text', text: words }, ...more] };
}
