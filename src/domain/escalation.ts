import type { Mention } from './content.ts';
import type { PolicyCopy } from './records.ts';

/** One run through a stored policy: which step is due, whom it calls, when the next one is. Pure. */

export interface RunPosition {
  readonly loop: number;
  readonly step: number;
}

/** Whom a step names, looked up; `problem` says why somebody cannot be called. */
export interface Resolved {
  readonly who: string;
  readonly mention?: Mention;
  readonly problem?: string;
}

export interface StepTaken {
  readonly at: RunPosition;
  readonly mentions: readonly Mention[];
  readonly problems: readonly { readonly code: string; readonly who: string }[];
}

/** Nobody can be looked up yet; the step is taken again in this many ms. */
const LOOK_AGAIN_MS = 5_000;
const NOT_LOADED = 'not-loaded';

export interface Advance {
  /** The last is the one that calls somebody; the ones before it reached nobody and were passed at once. */
  readonly taken: readonly StepTaken[];
  /** Absent: the policy is through. */
  readonly next?: RunPosition & { readonly delayMs: number };
}

const LEAST_REPEAT_MS = 60_000;

/**
 * Takes the due step. A step that reaches nobody falls through to the next at once, loudly; a delay counts from when the
 * step before left, so after an outage the due step runs now and the others keep their delays.
 */
export function advance(policy: PolicyCopy, from: RunPosition, resolve: (who: string) => Resolved): Advance {
  const taken: StepTaken[] = [];
  let at: RunPosition | undefined = from;
  while (at) {
    const step: StepTaken = takeStep(policy, at, resolve);
    if (step.mentions.length === 0 && step.problems.some((p) => p.code === NOT_LOADED)) {
      return { taken, next: { ...at, delayMs: LOOK_AGAIN_MS } };
    }
    taken.push(step);
    const next = following(policy, at);
    if (step.mentions.length > 0 || !next || next.loop > at.loop) {
      return { taken, ...(next && { next: { ...next, delayMs: delayOf(policy, next) } }) };
    }
    at = next;
  }
  return { taken };
}

function takeStep(policy: PolicyCopy, at: RunPosition, resolve: (who: string) => Resolved): StepTaken {
  const resolved = (policy.steps[at.step]?.page ?? []).map(resolve);
  const mentions = new Map(resolved.flatMap((r) => (r.mention ? [[mentionKey(r.mention), r.mention] as const] : [])));
  const problems = resolved.flatMap((r) => (r.problem ? [{ code: r.problem, who: r.who }] : []));
  return { at, mentions: [...mentions.values()], problems };
}

function following(policy: PolicyCopy, at: RunPosition): RunPosition | undefined {
  if (at.step + 1 < policy.steps.length) return { loop: at.loop, step: at.step + 1 };
  return at.loop < policy.repeat ? { loop: at.loop + 1, step: 0 } : undefined;
}

/** A repeat of a first step without a delay waits as long as the policy's longest one: never a burst. */
function delayOf(policy: PolicyCopy, next: RunPosition): number {
  const own = policy.steps[next.step]?.afterMs ?? 0;
  if (next.step > 0) return own;
  return Math.max(own, LEAST_REPEAT_MS, ...policy.steps.map((s) => s.afterMs));
}

function mentionKey(mention: Mention): string {
  return mention.kind === 'everyone' ? `everyone:${mention.scope}` : `${mention.kind}:${mention.id}`;
}
