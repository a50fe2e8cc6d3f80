import type { Logger } from 'pino';
import type { Claim } from './claim.ts';
import { keepHealth, type SenderHealth } from './health.ts';
import { type SenderHooks, tell } from './hooks.ts';
import { withdrawLate } from './late.ts';
import { again, type Outcome } from './outcome.ts';
import { type SendContext, send } from './send.ts';
import { settle } from './settle.ts';

export interface UnderWay {
  start(claim: Claim): void;
  /** Messages that take up room: being sent, or sent and not yet written down. */
  readonly size: number;
  /** Tries again to write down what the store could not take; after a lease the look-up is better at it. */
  writeRest(): Promise<void>;
  /** Resolves when all that has been started so far is done. */
  finish(): Promise<void>;
  /** Cuts the open calls off; their rows stay as they are. */
  cut(): void;
  health(): SenderHealth;
}

interface Finished {
  readonly claim: Claim;
  readonly outcome: Outcome;
  /** `performance.now()` at the end of the send. */
  readonly at: number;
}

export interface UnderWayOptions {
  readonly hooks: SenderHooks;
  /** Something else may be claimed. */
  readonly onMore: () => void;
}

/** The sends of one process between their claim and their record. */
export function openUnderWay(context: SendContext, { hooks, onMore }: UnderWayOptions): UnderWay {
  const { clock, db, leaseMs, log } = context;
  const health = keepHealth();
  const stop = new AbortController();
  const open = new Set<Promise<void>>();
  /** Told again to the store with each turn, long before the lease ends. */
  const unwritten = new Set<Finished>();

  async function write({ claim, outcome }: Omit<Finished, 'at'>): Promise<void> {
    const now = clock.now();
    const { ours, more } = await settle(db, claim, outcome, { now, leaseMs });
    if (ours) tell(hooks, claim, outcome, now);
    else if (outcome.do === 'delivered') await withdrawLate(context, claim, outcome.sent);
    if (more) onMore();
  }

  async function run(claim: Claim): Promise<void> {
    const outcome = await send(context, claim, stop.signal).catch((error: unknown) => unsent(error, claim, log));
    health.note(outcome, clock.now());
    logOutcome(log, claim, outcome);
    await write({ claim, outcome }).catch((error: unknown) => {
      log.error({ err: error, row: claim.lead.id }, 'what became of a message could not be written down yet');
      unwritten.add({ claim, outcome, at: performance.now() });
    });
  }

  return {
    start(claim) {
      const running = run(claim).finally(() => {
        open.delete(running);
        onMore();
      });
      open.add(running);
    },
    get size() {
      return open.size + unwritten.size;
    },
    async writeRest() {
      for (const finished of unwritten) {
        const written = await write(finished).then(
          () => true,
          () => false,
        );
        if (written || performance.now() - finished.at > leaseMs) unwritten.delete(finished);
      }
    },
    async finish() {
      await Promise.all(open);
    },
    cut: () => stop.abort(new Error('the sender is stopping')),
    health: () => health.current(),
  };
}

/** The store failed between claim and send: nothing has left. */
function unsent(error: unknown, claim: Claim, log: Logger): Outcome {
  log.error({ err: error, row: claim.lead.id }, 'an outbox row could not be sent');
  return again(claim, 'store');
}

function logOutcome(log: Logger, { lead }: Claim, outcome: Outcome): void {
  const about = { row: lead.id, subject: lead.subject, channel: lead.channel, attempts: lead.attempts };
  if (outcome.do === 'fail') log.error({ ...about, code: outcome.code }, 'a message could not be delivered');
  if (outcome.do === 'fallback') log.warn({ ...about, code: outcome.code }, 'a channel did not take a message');
  if (outcome.do === 'again' && outcome.because) log.warn({ ...about, code: outcome.error }, 'a message is sent again');
  if (outcome.do === 'anew') log.warn({ ...about, code: outcome.code }, 'a post is made anew');
}
