import type { Logger } from 'pino';
import type { Language } from '../../messages/catalog.ts';
import type { Chat } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import { startLoop, within } from '../wake.ts';
import { claim } from './claim.ts';
import type { SenderHealth } from './health.ts';
import type { SenderHooks } from './hooks.ts';
import { LIMITS, type Limits } from './limits.ts';
import { mend } from './mend.ts';
import type { SendContext } from './send.ts';
import type { Subjects } from './subjects.ts';
import { openUnderWay, type UnderWay } from './under-way.ts';

export interface SenderOptions {
  readonly database: Pick<Database, 'db'>;
  readonly chat: Chat;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly log: Logger;
  /** Given as functions, these two are asked anew for each message, so that a reloaded config holds at once. */
  readonly language: Language | (() => Language);
  readonly limits?: Limits;
  /** Messages under way at once; default 16. */
  readonly concurrency?: number;
  /** `#name` or id; without one, what a channel does not take is kept as failed. */
  readonly fallbackChannel?: string | (() => string | undefined);
  readonly hooks?: SenderHooks;
  /** Default 60 s, by the database's own clock; a call to the chat is cut after a third of it. */
  readonly leaseMs?: number;
  /** The sweep behind the wake-ups; default 1 s. */
  readonly sweepMs?: number;
}

export interface Sender {
  /** Something was written to the outbox, and committed. */
  wake(): void;
  /** Claims no more and finishes what is under way; what is open after `withinMs` is cut off and left for a look-up. */
  stop(withinMs: number): Promise<void>;
  health(): SenderHealth;
}

const CONCURRENCY = 16;
const LEASE_MS = 60_000;
const SWEEP_MS = 1_000;
/** In a storm every commit wakes the sender while Slack's pace lets next to nothing leave: such looks are not made in a row. */
const MERGE_MS = 15;

/** Sends what the outbox holds until it is stopped. Any number of processes may do so at once. */
export function startSender(options: SenderOptions): Sender {
  const { log, hooks = {}, leaseMs = LEASE_MS, sweepMs = SWEEP_MS } = options;
  const { chat, subjects, clock } = options;
  const context: SendContext = {
    db: options.database.db,
    chat,
    subjects,
    clock,
    log,
    leaseMs,
    get language() {
      return typeof options.language === 'function' ? options.language() : options.language;
    },
    get fallbackChannel() {
      const { fallbackChannel } = options;
      return typeof fallbackChannel === 'function' ? fallbackChannel() : fallbackChannel;
    },
    onDoubled: (event) => hooks.onDoubled?.(event),
  };
  const underWay = openUnderWay(context, { hooks, onMore: () => loop.wake() });
  const loop = startLoop({
    name: 'outbox',
    everyMs: sweepMs,
    work: turns(options, context, underWay),
    onError: (error) => log.error({ err: error }, 'the outbox could not be read'),
  });
  return {
    wake: () => loop.wake(),
    async stop(withinMs) {
      const began = performance.now();
      await loop.stop(withinMs);
      await within(underWay.finish(), Math.max(0, withinMs - (performance.now() - began)), () => underWay.cut());
    },
    health: () => underWay.health(),
  };
}

/**
 * One turn: what is left over, the sweep once its time has come, one claim. Answers when to claim next: at once, in so many
 * milliseconds, or with the next wake-up or sweep.
 */
function turns(options: SenderOptions, context: SendContext, underWay: UnderWay): () => Promise<boolean | number> {
  const { clock, limits = LIMITS, concurrency = CONCURRENCY, sweepMs = SWEEP_MS } = options;
  const { db, leaseMs } = context;
  let mendedAt = Number.NEGATIVE_INFINITY;
  let fruitlessAt = Number.NEGATIVE_INFINITY;

  return async () => {
    await underWay.writeRest();
    const rest = fruitlessAt + MERGE_MS - performance.now();
    if (rest > 0) return rest;
    if (performance.now() - mendedAt >= sweepMs) {
      mendedAt = performance.now();
      await mend(db, leaseMs);
    }
    const most = concurrency - underWay.size;
    if (most <= 0) return false;
    const now = clock.now();
    const { claims, nextDueAt } = await claim(db, {
      now,
      most,
      limits,
      leaseMs,
      fallbackChannel: context.fallbackChannel,
    });
    for (const one of claims) underWay.start(one);
    fruitlessAt = claims.length > 0 ? Number.NEGATIVE_INFINITY : performance.now();
    if (!nextDueAt) return false;
    const inMs = nextDueAt.getTime() - clock.now().getTime();
    if (inMs > 0) return inMs + 1;
    return underWay.size < concurrency;
  };
}
