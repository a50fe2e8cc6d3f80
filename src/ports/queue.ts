/**
 * Wake-ups for long work. The queue carries an id and a priority, never state: PostgreSQL is the truth, a sweep finds what no
 * wake-up reached, and a woken worker claims the row before it acts. So losing the queue delays and loses nothing.
 */
export interface Queue {
  /** Wakes one worker for this job. Repeats are harmless. Rejects within a second when the queue is away. */
  wake(jobId: string, options?: WakeOptions): Promise<void>;
  /** Starts workers; each wake-up runs `handler` once, with a signal that ends at `stop`. */
  work(handler: (jobId: string, signal: AbortSignal) => Promise<void>, options: WorkOptions): Promise<Workers>;
  /** Whether the queue's own store answers; for `/ready`. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}

export interface WakeOptions {
  /** 1 is first; default 10. */
  readonly priority?: number;
  readonly delayMs?: number;
}

export interface WorkOptions {
  readonly concurrency: number;
}

export interface Workers {
  /** Takes no more wake-ups, aborts the signal of running handlers and waits up to `withinMs` for them. */
  stop(withinMs: number): Promise<void>;
}
