import type { Message } from '../../src/domain/content.ts';
import { type CallLimit, type Chat, ChatError, type ChatErrorKind, type Sent } from '../../src/ports/chat.ts';
import { plainText } from './plain-text.ts';

export type ChatMethod = 'post' | 'update' | 'remove' | 'find' | 'whisper' | 'permalink' | 'directChannel';

/** One message as people see it. */
export interface Shown {
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly broadcast: boolean;
  message: Message;
  readonly row: number;
  readonly attempt: string;
  /** Times it was edited. */
  edits: number;
  removed: boolean;
}

export interface Call {
  readonly method: ChatMethod;
  /** As it was asked for: a channel's or a person's id. */
  readonly to: string;
  readonly row?: number;
  /** Words of the message: what is checked most. */
  readonly text?: string;
}

export interface FaultOptions {
  readonly method?: ChatMethod;
  readonly to?: string;
  /** Calls that meet it; default 1. */
  readonly times?: number;
  /** The work is done, then the error is given: an answer that got lost. */
  readonly done?: boolean;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

interface Fault extends FaultOptions {
  readonly kind: ChatErrorKind;
  left: number;
}

export interface Held {
  /** Resolves when the call is there; with `done` its work is done. */
  readonly arrived: Promise<void>;
  release(): void;
}

interface Hold {
  readonly method: ChatMethod;
  readonly done: boolean;
  arrive(): void;
  readonly free: Promise<void>;
}

/** An in-memory workspace that keeps to the `Chat` port; `test/contracts/chat.ts` holds it and the real adapter to the same. */
export class FakeChat implements Chat {
  readonly messages: Shown[] = [];
  readonly whispers: { channelId: string; personId: string; message: Message }[] = [];
  readonly calls: Call[] = [];
  readonly #archived = new Set<string>();
  #faults: Fault[] = [];
  #holds: Hold[] = [];
  #watchers = new Set<() => void>();
  #last = 0;

  /** The next calls that meet it fail. */
  fail(kind: ChatErrorKind, options: FaultOptions = {}): void {
    this.#faults.push({ kind, left: options.times ?? 1, ...options });
  }

  /** Stops the next call of this method: before its work, or with `done` between its work and its answer. */
  hold(method: ChatMethod, { done = false }: { readonly done?: boolean } = {}): Held {
    let arrive = (): void => undefined;
    let release = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const free = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#holds.push({ method, done, arrive, free });
    return { arrived, release };
  }

  /** From now on this channel takes nothing. */
  archive(channelId: string): void {
    this.#archived.add(channelId);
  }

  /** Visible messages, in order. */
  shown(channelId?: string): readonly Shown[] {
    return this.messages.filter((m) => !m.removed && (channelId === undefined || m.channelId === channelId));
  }

  /** Their words. */
  texts(channelId?: string): readonly string[] {
    return this.shown(channelId).map((m) => plainText(m.message.text));
  }

  /** Resolves once `condition` is true; looked at after each call. */
  async until(condition: () => boolean, withinMs = 10_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        if (!condition()) return;
        end();
        resolve();
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`not within ${withinMs} ms; calls: ${JSON.stringify(this.calls.slice(-10))}`));
      }, withinMs);
      this.#watchers.add(look);
    });
  }

  post: Chat['post'] = (to, message, options) =>
    this.#call({ method: 'post', to, row: options.mark.row, text: plainText(message.text) }, options, () => {
      const channelId = this.#channelOf(to);
      if (this.#archived.has(channelId)) throw new ChatError('channel', 'is_archived');
      const { threadTs } = options;
      if (threadTs !== undefined) this.#visible({ channelId, ts: threadTs }, 'thread_not_found');
      const at = { channelId, ts: this.#nextTs() };
      const thread = threadTs === undefined ? {} : { threadTs };
      const broadcast = options.broadcast === true;
      this.messages.push({ ...at, ...thread, broadcast, message, ...options.mark, edits: 0, removed: false });
      return at;
    });

  update: Chat['update'] = (at, message, limit) =>
    this.#call({ method: 'update', to: at.channelId, text: plainText(message.text) }, limit, () => {
      const shown = this.#visible(at);
      shown.message = message;
      shown.edits++;
    });

  remove: Chat['remove'] = (at, limit) =>
    this.#call({ method: 'remove', to: at.channelId }, limit, () => {
      const found = this.messages.find((m) => m.channelId === at.channelId && m.ts === at.ts);
      if (found) found.removed = true;
    });

  find: Chat['find'] = (where, row, since, limit) =>
    this.#call({ method: 'find', to: where.channelId, row }, limit, () => {
      return this.shown(where.channelId)
        .filter((m) => m.row === row && Number(m.ts) * 1_000 >= since.getTime())
        .filter((m) => (where.threadTs === undefined ? !m.threadTs || m.broadcast : m.threadTs === where.threadTs))
        .map(({ channelId, ts }) => ({ channelId, ts }));
    });

  whisper: Chat['whisper'] = (where, personId, message, limit) =>
    this.#call({ method: 'whisper', to: where.channelId, text: plainText(message.text) }, limit, () => {
      this.whispers.push({ channelId: where.channelId, personId, message });
    });

  permalink: Chat['permalink'] = (at, limit) =>
    this.#call({ method: 'permalink', to: at.channelId }, limit, () => {
      this.#visible(at);
      return `https://chat.example/${at.channelId}/${at.ts}`;
    });

  directChannel: Chat['directChannel'] = (personId, limit) =>
    this.#call({ method: 'directChannel', to: personId }, limit, () => this.#channelOf(personId));

  async #call<T>(call: Call, limit: CallLimit | undefined, work: () => T): Promise<T> {
    this.calls.push(call);
    try {
      const hold = this.#holds.find((h) => h.method === call.method);
      this.#holds = this.#holds.filter((h) => h !== hold);
      if (hold && !hold.done) await this.#stand(hold, limit);
      const fault = this.#faults.find((f) => meets(f, call));
      if (fault) fault.left--;
      if (fault && !fault.done) throw errorOf(fault);
      if (limit?.signal?.aborted) throw new ChatError('passing', 'aborted');
      const result = work();
      if (hold?.done) await this.#stand(hold, limit);
      if (fault) throw errorOf(fault);
      return result;
    } finally {
      // After the caller's own microtasks, so that what it does at once is seen too.
      setImmediate(() => {
        for (const look of this.#watchers) look();
      });
    }
  }

  async #stand(hold: Hold, limit: CallLimit | undefined): Promise<void> {
    hold.arrive();
    const limits = [limit?.signal, limit?.timeoutMs === undefined ? undefined : AbortSignal.timeout(limit.timeoutMs)];
    const signal = AbortSignal.any(limits.filter((s) => s !== undefined));
    await Promise.race([
      hold.free,
      new Promise<never>((_, reject) => {
        const cut = (): void => reject(new ChatError('ambiguous', 'aborted', { cause: signal.reason }));
        if (signal.aborted) cut();
        else signal.addEventListener('abort', cut, { once: true });
      }),
    ]);
  }

  #visible(at: Sent, code = 'message_not_found'): Shown {
    const found = this.messages.find((m) => m.channelId === at.channelId && m.ts === at.ts && !m.removed);
    if (!found) throw new ChatError('gone', code);
    return found;
  }

  #channelOf(to: string): string {
    if (/^[UW]/.test(to)) return `D${to.slice(1)}`;
    if (!to.startsWith('#')) return to;
    throw new ChatError('channel', 'channel_not_found');
  }

  #nextTs(): string {
    this.#last = Math.max(this.#last + 1, Date.now() * 1_000);
    return `${Math.floor(this.#last / 1_000_000)}.${String(this.#last % 1_000_000).padStart(6, '0')}`;
  }
}

function meets(fault: Fault, call: Call): boolean {
  if (fault.left <= 0) return false;
  return (
    (fault.method === undefined || fault.method === call.method) && (fault.to === undefined || fault.to === call.to)
  );
}

function errorOf(fault: Fault): ChatError {
  const retry = fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs };
  return new ChatError(fault.kind, fault.code ?? fault.kind, retry);
}
