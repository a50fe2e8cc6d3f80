import type { Fields } from './json.ts';

export const FAULT_KINDS = [
  'rate-limited',
  'http500',
  'http503',
  'error',
  'hang',
  'reset',
  'accept-then-reset',
  'accept-then-hang',
  'accept-then-error',
  'delay',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One way Slack misbehaves. `response_url` and `upload` are methods here too. */
export interface Fault {
  readonly kind: FaultKind;
  readonly method?: string;
  /** Id of the channel in the call's arguments. */
  readonly channel?: string;
  /** How many calls it meets; all of them if not said. */
  readonly times?: number;
  /** The error's code for `error` and `accept-then-error`. */
  readonly code?: string;
  /** Seconds for `rate-limited`; `null`: the answer does not say. */
  readonly retryAfter?: number | null;
  /** Milliseconds on the fake's clock for `delay`. */
  readonly ms?: number;
}

export interface HoldOptions {
  readonly method: string;
  readonly channel?: string;
  /** `after`: the work is done and the answer waits. `before`: nothing has happened yet. */
  readonly when?: 'before' | 'after';
}

/** One call stopped on its way. */
export interface Hold {
  readonly id: string;
  /** Resolves with the call's arguments when it has arrived. */
  readonly arrived: Promise<Fields>;
  /** Lets it go on. Before it arrived: it will not be held. */
  release(): void;
}

interface Live extends Hold {
  readonly options: HoldOptions;
  readonly free: Promise<void>;
  arrive(args: Fields): void;
}

interface Counted {
  readonly fault: Fault;
  left: number;
}

/** The switchboard for everything that can go wrong between the app and Slack, worked from outside only. */
export class Faults {
  #faults: Counted[] = [];
  #holds: Live[] = [];
  readonly #onClear = new Set<() => void>();
  #lastHold = 0;

  /** The answer takes this fault away again. */
  add(fault: Fault): () => void {
    const counted: Counted = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.push(counted);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== counted);
    };
  }

  /** Ends every fault and hold; connections that hang are cut. */
  clear(): void {
    this.#faults = [];
    for (const hold of this.#holds) hold.release();
    for (const cut of this.#onClear) cut();
    this.#onClear.clear();
  }

  hold(options: HoldOptions): Hold {
    this.#lastHold += 1;
    let arrive: (args: Fields) => void = () => {};
    let go: () => void = () => {};
    const arrived = new Promise<Fields>((resolve) => {
      arrive = resolve;
    });
    const free = new Promise<void>((resolve) => {
      go = resolve;
    });
    const release = (): void => {
      this.#holds = this.#holds.filter((other) => other !== live);
      go();
    };
    const live: Live = { id: String(this.#lastHold), options, arrived, free, arrive, release };
    this.#holds.push(live);
    return live;
  }

  /** The fault for this call, counted. */
  take(method: string, args: Fields): Fault | undefined {
    const met = this.#faults.find((one) => one.left > 0 && meets(one.fault, method, args));
    if (met) met.left -= 1;
    return met?.fault;
  }

  /** Waits while somebody holds this call; a hold stops one call. */
  async pause(method: string, args: Fields, when: 'before' | 'after'): Promise<void> {
    const hold = this.#holds.find((one) => (one.options.when ?? 'after') === when && meets(one.options, method, args));
    if (!hold) return;
    this.#holds = this.#holds.filter((other) => other !== hold);
    this.whenCleared(() => hold.release());
    hold.arrive(args);
    await hold.free;
  }

  /** Runs `cut` when the faults are cleared or the fake closes. */
  whenCleared(cut: () => void): void {
    this.#onClear.add(cut);
  }
}

function meets(wanted: { method?: string; channel?: string }, method: string, args: Fields): boolean {
  if (wanted.method !== undefined && wanted.method !== method) return false;
  return wanted.channel === undefined || wanted.channel === args['channel'] || wanted.channel === args['channel_id'];
}
