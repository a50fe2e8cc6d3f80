import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Now } from './clock.ts';

/** One request of a load. Times by the run's clock. */
export interface Shot {
  readonly n: number;
  /** When the schedule wanted it to leave: latency counts from here, so a server that stalls hides nothing. */
  readonly due: number;
  readonly sent: number;
  readonly answered: number;
  /** HTTP status; 0: no answer. */
  readonly status: number;
}

export interface Load {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Number of the first request. */
  readonly from: number;
  /** Answers the HTTP status, and rejects when there is none. */
  readonly send: (n: number) => Promise<number>;
  readonly now: Now;
}

/** Timers are a millisecond late; slow loads can afford to wait the last one out. */
const EXACT_UP_TO = 50;

/** Sends on a fixed schedule, whether or not what was sent before has been answered. Never rejects. */
export async function openLoop({ rate, seconds, from, send, now }: Load): Promise<readonly Shot[]> {
  const count = rate * seconds;
  const start = now() + 5;
  const dueAt = (i: number): number => start + (i * 1000) / rate;
  const shots: Promise<Shot>[] = [];
  const fire = async (i: number): Promise<Shot> => {
    const sent = now();
    const status = await send(from + i).catch(() => 0);
    return { n: from + i, due: dueAt(i), sent, answered: now(), status };
  };
  while (shots.length < count) {
    await waitUntil(dueAt(shots.length), rate <= EXACT_UP_TO, now);
    while (shots.length < count && dueAt(shots.length) <= now()) shots.push(fire(shots.length));
  }
  return Promise.all(shots);
}

async function waitUntil(at: number, exactly: boolean, now: Now): Promise<void> {
  const left = at - now();
  const asleep = exactly ? Math.floor(left) - 1 : Math.ceil(left);
  if (asleep > 0) await sleep(asleep);
  while (exactly && now() < at) await turn();
}

/** ms from the schedule to the answer. */
export function latencies(shots: readonly Shot[]): number[] {
  return shots.filter(isStored).map((shot) => shot.answered - shot.due);
}

export function isStored(shot: Shot): boolean {
  return shot.status >= 200 && shot.status < 300;
}

/** Per cent answered 2xx. */
export function answeredWell(shots: readonly Shot[]): number {
  return shots.length === 0 ? 0 : (100 * shots.filter(isStored).length) / shots.length;
}
