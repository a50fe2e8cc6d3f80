import { CLASS, type NewSaying } from '../core/outbox/write.ts';
import type { Mention } from '../domain/content.ts';
import type { StepTaken } from '../domain/escalation.ts';

/** A ping's identity is (run, loop, step, channel): however often it is written, it is said once. */

export interface PingFrom {
  readonly runId: number;
  readonly fence: number;
  readonly subject: string;
  readonly channel: string;
  readonly threadPostId: number | undefined;
  readonly policyName: string;
  readonly direct: boolean;
  readonly why: string;
  readonly loop: number;
  /** How late it leaves, ms. */
  readonly lateMs: number;
  /** Known not to be in the channel. */
  readonly outsiders: ReadonlySet<string>;
  /** Pings over 12 hours late go here only. */
  readonly fallbackChannel: string;
}

const LATE_MS = 5 * 60_000;
const STALE_MS = 12 * 3_600_000;

/** `inPost`: the channel's ping already rides in the first post. */
export function pingsOf(from: PingFrom, step: StepTaken, inPost: boolean): readonly NewSaying[] {
  if (step.mentions.length === 0 && step.problems.length === 0) return [];
  const payload = {
    say: 'ping',
    mentions: step.mentions,
    problems: step.problems,
    step: step.at.step,
    loop: step.at.loop,
    policy: from.policyName,
    why: from.why,
    ...(from.lateMs > LATE_MS && { lateMs: from.lateMs }),
  };
  const base = {
    subject: from.subject,
    event: `ping:${from.runId}:${step.at.loop}:${step.at.step}`,
    run: { id: from.runId, fence: from.fence },
  };
  if (from.lateMs > STALE_MS)
    return [{ ...base, channel: from.fallbackChannel, class: CLASS.ping, payload: { ...payload, stale: true } }];
  const inThread: NewSaying = {
    ...base,
    channel: from.channel,
    class: CLASS.ping,
    threadPostId: from.threadPostId,
    payload,
  };
  return [...(inPost ? [] : [inThread]), ...directPings(from, step.mentions, base, payload)];
}

function directPings(
  from: PingFrom,
  mentions: readonly Mention[],
  base: Pick<NewSaying, 'subject' | 'event' | 'run'>,
  payload: NewSaying['payload'],
): readonly NewSaying[] {
  const persons = mentions.flatMap((m) => (m.kind === 'person' ? [m.id] : []));
  const called = from.direct ? persons : persons.filter((p) => from.outsiders.has(p));
  return called.map((id) => ({ ...base, channel: id, class: CLASS.ping, payload: { ...payload, direct: true } }));
}
