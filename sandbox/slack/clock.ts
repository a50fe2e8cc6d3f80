interface Due {
  readonly at: number;
  readonly run: () => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One clock for ts, triggers, rates and retries. Real time passes by itself; a test moves it with `advance`, or moves its own and calls `tick`. */
export class Clock {
  /** Of the newest ts, in microseconds since 1970. */
  lastTs = 0;
  readonly #source: () => number;
  #offset = 0;
  #due: Due[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(source: () => number = Date.now) {
    this.#source = source;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#source() + this.#offset;
  }

  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** A message's ts: seconds, a point, six digits; unique and increasing in the workspace. */
  ts(): string {
    this.lastTs = Math.max(this.lastTs + 1, this.now() * 1000);
    const micros = Math.floor(this.lastTs);
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
  }

  /** Runs `run` once `afterMs` have passed on this clock. The answer cancels it. */
  after(afterMs: number, run: () => void): () => void {
    const due: Due = { at: this.now() + afterMs, run };
    this.#due.push(due);
    this.#arm();
    return () => {
      this.#due = this.#due.filter((other) => other !== due);
    };
  }

  advance(ms: number): void {
    this.#offset += ms;
    this.tick();
  }

  /** Runs what has become due, earliest first. */
  tick(): void {
    const now = this.now();
    const ready = this.#due.filter((due) => due.at <= now).sort((a, b) => a.at - b.at);
    this.#due = this.#due.filter((due) => due.at > now);
    for (const due of ready) due.run();
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#due = [];
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#due.length === 0) return;
    const next = Math.min(...this.#due.map((due) => due.at)) - this.now();
    this.#timer = setTimeout(() => this.tick(), Math.min(Math.max(next, 1), LONGEST_TIMER_MS));
    this.#timer.unref();
  }
}
