import { lineMask } from '../../domain/log-lines.ts';
import { findingsOf, type Verdict } from '../../domain/why/diagnose.ts';
import type { Unseen } from '../../domain/why/facts.ts';
import type { Step } from '../../domain/why/finding.ts';
import { type Cluster, ClusterError, type SubjectRef } from '../../ports/cluster.ts';
import type { Images } from '../../ports/images.ts';
import { timeLimit } from '../wake.ts';
import { withRegistry } from './registry.ts';
import { type TimeLeft, timeLeft } from './time-left.ts';
import { withUse } from './use.ts';

/** What was found out of one workload or pod. */
export interface Diagnosis {
  readonly subject: SubjectRef;
  readonly verdict: Verdict;
  /** Pods that were not looked at. */
  readonly more: number;
  readonly unseen: readonly Unseen[];
  /** The end of the log that tells most, fit to be seen. */
  readonly log?: { readonly container: string; readonly lines: readonly string[] };
}

const LOG_MS = 3_000;
const LOG_LINES = 5;
const LOG_BYTES = 32 * 1024;

interface Looking {
  readonly images: Images;
  readonly now: Date;
  /** When nobody waits any more, as `performance.now()` counts; `signal` ends then. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at a workload or pod and names the causes of its trouble, asks the registry of an image that is not pulled, and what is used of memory that did not suffice,
 * as far as there is time left for that. Changes nothing; reads no secret.
 * @returns `undefined` when there is none of that name
 * @throws ClusterError when the cluster is away, or does not let us look at all; the signal's reason
 */
export async function diagnose(
  cluster: Pick<Cluster, 'facts' | 'logs' | 'podUsage'>,
  subject: SubjectRef,
  { images, now, until, signal }: Looking,
): Promise<Diagnosis | undefined> {
  const facts = await cluster.facts(subject, { signal });
  if (!facts) return undefined;
  const verdict = findingsOf(facts, now);
  const [step] = verdict.findings.flatMap(({ next }) => next.filter((s) => s.do === 'logs'));
  const time = timeLeft(until, signal);
  const [lines, asked, measured] = await Promise.all([
    step ? lastLines(cluster, subject.namespace, step, time) : [],
    withRegistry(verdict.findings, facts, images, time),
    withUse(verdict.findings, facts, cluster, time),
  ]);
  // Each leaves what is not its own as it was, and no finding is of both.
  const findings = verdict.findings.map((finding, i) => (asked[i] === finding ? measured[i]! : asked[i]!));
  const { more, unseen } = facts;
  return {
    subject,
    verdict: { ...verdict, findings },
    more,
    unseen,
    ...(step && lines.length > 0 && { log: { container: step.container, lines } }),
  };
}

/** A log that does not come, or not in time, is left out: the findings stand without it. */
async function lastLines(
  cluster: Pick<Cluster, 'logs'>,
  namespace: string,
  { pod, container, previous }: Extract<Step, { do: 'logs' }>,
  { signal, ms }: TimeLeft,
): Promise<readonly string[]> {
  const query = { namespace, pod, container, previous, tail: LOG_LINES, maxBytes: LOG_BYTES };
  try {
    const log = await cluster.logs(query, { signal: timeLimit(Math.min(LOG_MS, ms), signal) });
    if (log?.state !== 'read') return [];
    const all = log.lines.map(({ text }) => text);
    const masked = lineMask(all);
    return all.map((line) => masked(line)).filter((line) => line.trim() !== '');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError) return [];
    throw error;
  }
}
