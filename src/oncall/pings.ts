import { sql } from 'kysely';
import { CLASS, createPosts, type NewPost, type NewSaying, say } from '../core/outbox/write.ts';
import { draw } from '../core/records.ts';
import type { Mention } from '../domain/content.ts';
import type { StepTaken } from '../domain/escalation.ts';
import type { Tx } from '../ports/database.ts';
import { groupMembers, membersOf } from './resolve.ts';

/**
 * Pings of steps that were taken. A ping's identity is (run, loop, step, channel): however often it is written, it is said
 * once. Persons also get a DM when the policy is direct, or when they are not in the channel. The first DM is a post of its
 * own, so that it shows later who has it; further calls are replies to it.
 */
export interface Call {
  readonly runId: number;
  readonly fence: number;
  readonly subject: string;
  readonly channel: string;
  readonly threadPostId: number | undefined;
  readonly policyName: string;
  readonly direct: boolean;
  readonly why: string;
  /** How late it leaves, ms. */
  readonly lateMs: number;
  readonly steps: readonly StepTaken[];
  /** The channel's ping rides in the first post. */
  readonly inPost: boolean;
  /** No step is left to take. */
  readonly last: boolean;
  /** Who is called when the policy has reached nobody. */
  readonly rescue: readonly Mention[];
}

const LATE_MS = 5 * 60_000;
const STALE_MS = 12 * 3_600_000;

/** The outbox event of an incident's first post, in which its first ping rides. */
export const FIRST_POST = 'show:main';

export function pingEvent(runId: number, step: StepTaken): string {
  return `ping:${runId}:${step.at.loop}:${step.at.step}`;
}

/** Writes all of them set-wise. Pings over 12 hours late go to `fallbackChannel` only. */
export async function writePings(tx: Tx, calls: readonly Call[], fallbackChannel: string, now: Date): Promise<void> {
  const said = calls.flatMap((call) =>
    call.steps.filter((s) => s.mentions.length + s.problems.length > 0).map((step) => ({ call, step })),
  );
  if (said.length === 0) return;
  const members = await membersOf(tx, [...new Set(said.map((s) => s.call.channel))]);
  const groups = await groupMembers(
    tx,
    said.flatMap((s) => s.step.mentions),
  );
  const persons = said.flatMap(({ call, step }) =>
    directTo(call, step, members, groups).map((person) => ({ call, step, person })),
  );
  const known = await directPosts(tx, persons);
  const first = uniqueBy(
    persons.filter((p) => !known.has(`${p.call.subject} ${p.person}`)),
    (p) => `${p.call.subject} ${p.person}`,
  );
  const ids = await draw(tx, 'posts_id_seq', first.length);
  await createPosts(
    tx,
    first.map(
      (p, i): NewPost => ({
        id: ids[i]!,
        subject: p.call.subject,
        purpose: 'dm',
        channel: p.person,
        class: CLASS.ping,
      }),
    ),
    now,
  );
  const again = persons.filter((p) => known.has(`${p.call.subject} ${p.person}`));
  await say(
    tx,
    [
      ...calls.flatMap((call) => unreached(call, fallbackChannel)),
      ...said.flatMap(({ call, step }) => inChannel(call, step, fallbackChannel)),
      ...again.map((p) => directAgain(p, known)),
    ],
    now,
  );
}

function inChannel(call: Call, step: StepTaken, fallbackChannel: string): readonly NewSaying[] {
  const stale = call.lateMs > STALE_MS;
  if (call.inPost && !stale) return [];
  const base = pingOf(call, step);
  if (stale) return [{ ...base, channel: fallbackChannel, payload: { ...base.payload, stale: true } }];
  return [{ ...base, channel: call.channel, threadPostId: call.threadPostId }];
}

/** The whole policy is through and its last steps reached nobody: the team's own contact is called in the fallback channel, else whoever is there. */
function unreached(call: Call, fallbackChannel: string): readonly NewSaying[] {
  const reached = call.steps.some((s) => s.mentions.length > 0);
  const step = call.steps.at(-1);
  if (!call.last || reached || !step) return [];
  const base = pingOf(call, step);
  const everyone: Mention = { kind: 'everyone', scope: 'here' };
  const mentions = call.rescue.length > 0 ? call.rescue : [everyone];
  return [
    {
      ...base,
      event: `${base.event}:unreached`,
      channel: fallbackChannel,
      payload: { ...base.payload, mentions, unreached: true },
    },
  ];
}

interface DirectCall {
  readonly call: Call;
  readonly step: StepTaken;
  readonly person: string;
}

function directAgain({ call, step, person }: DirectCall, known: ReadonlyMap<string, number>): NewSaying {
  const base = pingOf(call, step);
  return {
    ...base,
    channel: person,
    threadPostId: known.get(`${call.subject} ${person}`),
    payload: { ...base.payload, direct: true },
  };
}

function pingOf(call: Call, step: StepTaken): Omit<NewSaying, 'channel' | 'threadPostId'> {
  return {
    subject: call.subject,
    event: pingEvent(call.runId, step),
    class: CLASS.ping,
    run: { id: call.runId, fence: call.fence },
    payload: {
      say: 'ping',
      mentions: step.mentions,
      problems: step.problems,
      step: step.at.step,
      loop: step.at.loop,
      policy: call.policyName,
      why: call.why,
      ...(call.lateMs > LATE_MS && { lateMs: call.lateMs }),
    },
  };
}

/** So many members of a group are called by DM at most. */
const DIRECT_MOST = 20;

/**
 * Whom a DM calls: everybody when the policy is direct, else those who are not known to be in the channel: a mention there
 * would not reach them.
 */
function directTo(
  call: Call,
  step: StepTaken,
  members: ReadonlyMap<string, readonly string[]>,
  groups: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (call.lateMs > STALE_MS) return [];
  const persons = step.mentions.flatMap((m) =>
    m.kind === 'person' ? [m.id] : m.kind === 'group' ? (groups.get(m.id) ?? []) : [],
  );
  const unique = [...new Set(persons)].slice(0, DIRECT_MOST);
  const inside = members.get(call.channel);
  return call.direct ? unique : unique.filter((p) => !inside?.includes(p));
}

async function directPosts(tx: Tx, persons: readonly DirectCall[]): Promise<ReadonlyMap<string, number>> {
  if (persons.length === 0) return new Map();
  const subjects = [...new Set(persons.map((p) => p.call.subject))];
  const { rows } = await sql<{ id: number; subject: string; channel: string }>`
    select id, subject, channel from posts where subject = any(${subjects}) and purpose = 'dm'`.execute(tx);
  return new Map(rows.map((r) => [`${r.subject} ${r.channel}`, r.id]));
}

function uniqueBy<T>(all: readonly T[], key: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [key(one), one])).values()];
}
