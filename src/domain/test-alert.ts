import type { Labels, TestMark } from './alert.ts';

/**
 * Alerts that people send to see whether the way from Alertmanager to a phone is whole. What makes one is its group key, which
 * Hikeshi makes itself: Alertmanager's own always begin with `{`, so no label that somebody sets makes a real alert a test.
 */

/** As receivers are named in Alertmanager. */
const RECEIVER = 'hikeshi-test';
const KEY = /^hikeshi:test\/(quiet|page)\/(\d{1,5})s\/[\w-]{1,64}$/;
export const DEFAULT_TEST_MS = 300_000;
export const SHORTEST_TEST_MS = 60_000;
export const LONGEST_TEST_MS = 3_600_000;

/** `undefined` for every group that Alertmanager made. */
export function testMarkOf(groupKey: string): TestMark | undefined {
  const [, how, seconds] = KEY.exec(groupKey) ?? [];
  if (seconds === undefined) return undefined;
  const lastsMs = Math.min(Math.max(Number(seconds) * 1_000, SHORTEST_TEST_MS), LONGEST_TEST_MS);
  return { pages: how === 'page', lastsMs };
}

export interface TestAlert extends TestMark {
  /** Unique: two tests are two incidents. Letters, digits, `_` and `-`. */
  readonly id: string;
  /** `alertname` and `severity` among them. */
  readonly labels: Labels;
  readonly summary: string;
  readonly startsAt: Date;
}

/** A webhook body (version 4) of one firing alert, as Alertmanager would post it. */
export function testBody({
  id,
  labels,
  summary,
  startsAt,
  pages,
  lastsMs,
}: TestAlert): Readonly<Record<string, unknown>> {
  const annotations = { summary };
  return {
    version: '4',
    groupKey: `hikeshi:test/${pages ? 'page' : 'quiet'}/${Math.round(lastsMs / 1_000)}s/${id}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: RECEIVER,
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: annotations,
    alerts: [
      { status: 'firing', labels, annotations, startsAt: startsAt.toISOString(), endsAt: '0001-01-01T00:00:00Z' },
    ],
  };
}
