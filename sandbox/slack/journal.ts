import type { Fields } from './json.ts';

interface Line {
  /** Position in the log, from 1. */
  readonly seq: number;
  /** The fake's clock, in ms. */
  readonly at: number;
}

/** A call of the app to the Web API, a response_url (`method: 'response_url'`) or an upload URL (`method: 'upload'`). */
export interface CallLine extends Line {
  readonly kind: 'call';
  readonly method: string;
  readonly args: Fields;
  /** Absent where nothing was answered (hang, reset). */
  readonly status?: number;
  readonly answer?: Fields | string;
  /** Slack did not do what was asked. */
  readonly refused: boolean;
  readonly error?: string;
  /** The fault that was switched on for this call. */
  readonly fault?: string;
}

/** One attempt to hand something to the app. */
export interface DeliveryLine extends Line {
  readonly kind: 'delivery';
  readonly what: 'command' | 'interaction' | 'event' | 'other';
  readonly via: 'http' | 'socket';
  readonly attempt: number;
  readonly payload: Fields;
  readonly outcome: string;
  readonly body?: unknown;
}

/** Something a person would see, or be told. */
export interface ChangeLine extends Line {
  readonly kind: 'change';
  readonly what:
    | 'posted'
    | 'updated'
    | 'deleted'
    | 'ephemeral'
    | 'ephemeral-updated'
    | 'ephemeral-deleted'
    | 'notified'
    | 'view-opened'
    | 'view-updated'
    | 'view-closed'
    | 'home-published'
    | 'reacted'
    | 'file'
    | 'channel'
    | 'person'
    | 'group'
    | 'socket';
  readonly channel?: string;
  readonly ts?: string;
  readonly user?: string;
  readonly detail?: unknown;
}

export type LogLine = CallLine | DeliveryLine | ChangeLine;
/** What is left of a type once it was found true-ish. */
export type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

type Unnumbered<T> = T extends LogLine ? Omit<T, 'seq' | 'at'> : never;

/** The append-only record, and the bell that rings when it grows. */
export class Journal {
  readonly lines: LogLine[] = [];
  readonly #now: () => number;
  readonly #listeners = new Set<(line: LogLine) => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  append(line: Unnumbered<LogLine>): void {
    const written: LogLine = { ...line, seq: this.lines.length + 1, at: this.#now() };
    this.lines.push(written);
    for (const listener of this.#listeners) listener(written);
  }

  listen(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with what the predicate answers once it is true-ish: looked at now and after each new line, never by polling. */
  async until<T>(predicate: () => T, timeoutMs: number): Promise<Truthy<T>> {
    const now = predicate();
    if (now) return now as Truthy<T>;
    return new Promise<Truthy<T>>((resolve, reject) => {
      const stop = (finish: () => void): void => {
        clearTimeout(timer);
        off();
        finish();
      };
      const timer = setTimeout(
        () => stop(() => reject(new Error(`not within ${timeoutMs} ms; the log ends with\n${this.tail()}`))),
        timeoutMs,
      );
      const off = this.listen(() => {
        try {
          const answer = predicate();
          if (answer) stop(() => resolve(answer as Truthy<T>));
        } catch (error) {
          stop(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      });
    });
  }

  /** The last lines, short, for error messages. */
  tail(count = 12): string {
    return this.lines
      .slice(-count)
      .map((line) => `  ${line.seq} ${brief(line)}`)
      .join('\n');
  }
}

function brief(line: LogLine): string {
  if (line.kind === 'call')
    return `call ${line.method} -> ${line.error ?? (line.fault ? `fault ${line.fault}` : 'ok')}`;
  if (line.kind === 'delivery') return `${line.what} delivered (${line.attempt}) -> ${line.outcome}`;
  return `${line.what} ${[line.channel, line.ts, line.user].filter(Boolean).join(' ')}`;
}
