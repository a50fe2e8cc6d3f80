import type { Spread } from './stats.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly target?: string;
  readonly ours: string;
  /** The first 3 s of a process, which count for nothing else. */
  readonly cold?: string;
  readonly peer?: string;
  /** Absent: there is no target. */
  readonly met?: boolean;
}

export const ms = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} ms` : 'nothing arrived');
export const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;

export function spreadWords(spread: Spread): string {
  return spread.count === 0 ? 'nothing arrived' : `p50 ${ms(spread.p50)}, p99 ${ms(spread.p99)} (n=${spread.count})`;
}

/** Of the longest words in which a share of failures is still seen. */
export const perCent = (value: number): string => `${value === 100 ? '100' : value.toFixed(2)} % 2xx`;

/** CPU for each of `count` requests; empty where the system does not say. */
export function cpuWords(used: readonly (number | undefined)[], names: readonly string[], count: number): string {
  const known = used.flatMap((total, i) =>
    total === undefined ? [] : [`${names[i]} ${(total / count).toFixed(2)} ms`],
  );
  return known.join(', ');
}
