import type { Clock } from '../ports/clock.ts';
import type { Db, Tx } from '../ports/database.ts';
import { type Applied, type Arrived, applyBatch } from './apply.ts';
import { type ParseResult, parseNotification } from './parse.ts';
import { keepBody, tellRefused } from './quarantine.ts';
import type { AlertRules } from './rules.ts';

/** What a webhook is answered. 2xx only after the commit; 503 only for a storage fault; overload is never refused. */
export interface ReceiveAnswer {
  readonly status: 200 | 400 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ReceiverParts {
  /** The receiving pool. */
  readonly db: Db;
  readonly clock: Clock;
  readonly rules: () => AlertRules;
  /** The storage is at fault, not the body: answer 503, Alertmanager comes again. */
  readonly isStorageFault: (error: unknown) => boolean;
  /** Called after a commit that may have written to the outbox. */
  readonly wake: () => void;
  readonly hooks?: ReceiverHooks;
}

export interface ReceiverHooks {
  /** `ms` from arrival to commit. */
  onStored?(outcome: string, ms: number): void;
  onRefused?(reason: string): void;
  /** A body is kept, once for its repeats; why it could not be read, as an error or in words. */
  onQuarantined?(error: unknown): void;
  onStorageFault?(error: unknown): void;
}

export interface Receiver {
  receive(source: string, bytes: Uint8Array): Promise<ReceiveAnswer>;
  /** Says once an hour in the fallback channel that a body was refused before it was read. */
  refused(source: string, reason: string, bytes: number, excerpt: string): Promise<void>;
}

/** Transactions at once; bodies that come meanwhile share the next one. */
const LANES = 2;
const BATCH = 64;
/** Bodies that wait for a store that hangs; past this they are answered 503, and Alertmanager keeps them for us. */
const WAITING_BYTES = 256 * 1024 * 1024;
/** A body this large that takes longer than a statement may is the body's fault, not the store's. */
const HUGE_BYTES = 4 * 1024 * 1024;
const STATEMENT_TIMEOUT = '57014';

const AWAY: ReceiveAnswer = { status: 503, body: { error: 'storage is away; send again' } };

function codeOf(error: unknown): string {
  return (error as { readonly code?: string } | undefined)?.code ?? '';
}

interface Waiting {
  readonly arrived: Arrived;
  readonly bytes: Uint8Array;
  /** Part of it cannot be read: kept as bytes in the same transaction. */
  readonly unreadable?: string;
  readonly since: number;
  readonly done: (answer: ReceiveAnswer) => void;
}

export function createReceiver(parts: ReceiverParts): Receiver {
  const waiting: Waiting[] = [];
  let lanes = 0;
  let bytesWaiting = 0;

  const drain = async (): Promise<void> => {
    if (lanes >= LANES) return;
    lanes += 1;
    try {
      for (let batch = waiting.splice(0, BATCH); batch.length > 0; batch = waiting.splice(0, BATCH))
        await store(parts, batch);
    } finally {
      lanes -= 1;
    }
  };

  return {
    async receive(source, bytes) {
      const now = parts.clock.now();
      const parsed = parseNotification(bytes, source, now);
      if (parsed.kind === 'refused') {
        await tellQuietly(parts, source, parsed.reason, bytes.length, parsed.excerpt);
        return { status: 400, body: { error: parsed.reason, expected: "a JSON object with an 'alerts' array" } };
      }
      if (bytesWaiting + bytes.length > WAITING_BYTES) return AWAY;
      bytesWaiting += bytes.length;
      const answer = await new Promise<ReceiveAnswer>((done) => {
        waiting.push(toWaiting(parsed, bytes, done));
        void drain();
      });
      bytesWaiting -= bytes.length;
      return answer;
    },
    refused: (source, reason, bytes, excerpt) => tellQuietly(parts, source, reason, bytes, excerpt),
  };
}

function toWaiting(
  parsed: Exclude<ParseResult, { kind: 'refused' }>,
  bytes: Uint8Array,
  done: Waiting['done'],
): Waiting {
  const notification = parsed.kind === 'ok' ? parsed.notification : parsed.partial;
  const unreadable = parsed.kind === 'quarantine' ? { unreadable: parsed.reason } : {};
  return { arrived: { notification, bytes: bytes.length }, bytes, ...unreadable, since: performance.now(), done };
}

/** One transaction for all; when it fails and not for the storage's sake, each body again on its own. Never rejects. */
async function store(parts: ReceiverParts, batch: readonly Waiting[]): Promise<void> {
  try {
    const applied = await retryOnConflict(() => parts.db.transaction().execute((tx) => applyAll(tx, parts, batch)));
    answerAll(parts, batch, applied);
  } catch (error) {
    const timedOut = codeOf(error) === STATEMENT_TIMEOUT;
    const oversized = timedOut && batch.length === 1 && batch[0]!.bytes.length > HUGE_BYTES;
    if (parts.isStorageFault(error) && !oversized && !(timedOut && batch.length > 1)) {
      parts.hooks?.onStorageFault?.(error);
      for (const one of batch) one.done(AWAY);
    } else if (batch.length > 1) {
      for (const one of batch) await store(parts, [one]);
    } else {
      await quarantineOne(parts, batch[0]!, error);
    }
  }
}

/** What became of a body; `kept`: part of it could not be read and is in quarantine now. */
type Stored = Applied & { readonly kept: boolean };

async function applyAll(tx: Tx, parts: ReceiverParts, batch: readonly Waiting[]): Promise<readonly Stored[]> {
  const now = parts.clock.now();
  const rules = parts.rules();
  const applied = await applyBatch(
    tx,
    batch.map((w) => w.arrived),
    rules,
    now,
  );
  const stored: Stored[] = [];
  for (const [i, { unreadable, arrived, bytes }] of batch.entries()) {
    const body = { source: arrived.notification.source, body: bytes };
    const kept =
      unreadable !== undefined &&
      (await keepBody(tx, { ...body, reason: unreadable }, rules.fallbackChannel, now)).isNew;
    stored.push({ ...applied[i]!, kept });
  }
  return stored;
}

function answerAll(parts: ReceiverParts, batch: readonly Waiting[], stored: readonly Stored[]): void {
  batch.forEach((one, i) => {
    const { outcome, reason, incidentNumber, kept } = stored[i]!;
    parts.hooks?.onStored?.(outcome, performance.now() - one.since);
    if (kept) parts.hooks?.onQuarantined?.(one.unreadable);
    one.done({
      status: 200,
      body: { outcome, ...(reason && { reason }), ...(incidentNumber && { incident: `INC-${incidentNumber}` }) },
    });
  });
  parts.wake();
}

/** A body that fails alone is kept as bytes and shown in a reduced form: nothing that was sent is lost. */
async function quarantineOne(parts: ReceiverParts, one: Waiting, error: unknown): Promise<void> {
  try {
    const now = parts.clock.now();
    const kept = {
      source: one.arrived.notification.source,
      body: one.bytes,
      reason: 'could not be stored as an incident',
    };
    const { fallbackChannel } = parts.rules();
    const { id, isNew } = await parts.db.transaction().execute((tx) => keepBody(tx, kept, fallbackChannel, now));
    parts.hooks?.onStored?.('quarantined', performance.now() - one.since);
    if (isNew) parts.hooks?.onQuarantined?.(error);
    parts.wake();
    one.done({ status: 200, body: { outcome: 'quarantined', quarantine: id } });
  } catch (fault) {
    parts.hooks?.onStorageFault?.(fault);
    one.done(AWAY);
  }
}

/** Of unique keys there is one here: a body found its group opened by reconcile while a copy of it was on its way. */
const CONFLICTS = new Set(['40001', '40P01', '23505']);
const TRIES = 4;

/** Serialization failures and deadlocks are PostgreSQL's way to say "again": https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html */
async function retryOnConflict<T>(work: () => Promise<T>, left = TRIES): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (left <= 1 || !CONFLICTS.has(codeOf(error))) throw error;
    return retryOnConflict(work, left - 1);
  }
}

async function tellQuietly(
  parts: ReceiverParts,
  source: string,
  reason: string,
  bytes: number,
  excerpt: string,
): Promise<void> {
  parts.hooks?.onRefused?.(reason);
  try {
    const now = parts.clock.now();
    await tellRefused(parts.db, { source, reason, bytes, excerpt }, parts.rules().fallbackChannel, now);
    parts.wake();
  } catch (error) {
    // The answer is 4xx in any case; that nobody could be told is the storage's fault and shows in the metrics.
    parts.hooks?.onStorageFault?.(error);
  }
}
