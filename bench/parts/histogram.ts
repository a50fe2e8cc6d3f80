import { ms } from '../lib/result.ts';

/** What a histogram of `/metrics` has counted: how many took at most so many seconds, by ascending bound. */
export interface Histogram {
  readonly buckets: readonly { readonly seconds: number; readonly count: number }[];
  readonly count: number;
}

/** @param name with its labels: `hikeshi_x_seconds{step="asked"}` */
export async function readHistogram(url: string, name: string): Promise<Histogram> {
  const [, base, labels] = /^([^{]+)\{(.*)\}$/.exec(name) ?? [];
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${base}_bucket{`) && line.includes(labels ?? ''));
  const read = lines.flatMap((line) => {
    const [, seconds, count] = /le="([^"]+)".*\} (\d+)$/.exec(line) ?? [];
    return seconds === undefined
      ? []
      : [{ seconds: Number(seconds.replace('+Inf', 'Infinity')), count: Number(count) }];
  });
  const buckets = read.toSorted((a, b) => a.seconds - b.seconds);
  return { buckets, count: buckets.at(-1)?.count ?? 0 };
}

/** What was counted since. */
export function since(now: Histogram, before: Histogram): Histogram {
  const was = new Map(before.buckets.map(({ seconds, count }) => [seconds, count]));
  const buckets = now.buckets.map(({ seconds, count }) => ({ seconds, count: count - (was.get(seconds) ?? 0) }));
  return { buckets, count: now.count - before.count };
}

/** The bound that this share of all stays under, ms. */
export function boundOf({ buckets, count }: Histogram, share: number): number {
  const found = buckets.find((bucket) => bucket.count >= Math.ceil(share * count));
  return (found?.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
}

export function boundWords(histogram: Histogram): string {
  if (histogram.count === 0) return 'nothing was counted';
  return `p50 ≤ ${ms(boundOf(histogram, 0.5))}, p99 ≤ ${ms(boundOf(histogram, 0.99))} (n=${histogram.count})`;
}
