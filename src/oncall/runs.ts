import { sql } from 'kysely';
import { assertKnown } from '../core/newer.ts';
import { cancelPings } from '../core/outbox/write.ts';
import { draw, insertRows } from '../core/records.ts';
import type { Mention } from '../domain/content.ts';
import { type Advance, advance, type Resolved, type RunPosition, type StepTaken } from '../domain/escalation.ts';
import type { PageReason } from '../domain/incident.ts';
import type { LastPing, PolicyCopy } from '../domain/records.ts';
import type { Db, Tx } from '../ports/database.ts';
import { type Call, FIRST_POST, pingEvent, writePings } from './pings.ts';
import { resolveAll } from './resolve.ts';

/** Starting, stopping and stepping runs, always in the transaction of whoever decides it. */

/** The newest `runs.v` that is read here: the stored policy and the last ping have this form. Stopping takes any. */
export const RUN_V = 1;

export interface RunStart {
  readonly subject: string;
  readonly policy: PolicyCopy;
  readonly why: PageReason;
  readonly channel: string;
  /** The post whose thread takes the pings. */
  readonly threadPostId: number;
  /** That post is being sent for the first time: the first ping rides in it. */
  readonly inFirstPost: boolean;
}

export interface OncallRules {
  readonly fallbackChannel: string;
  /** Whom the team calls when nobody else can be. */
  readonly oncall: readonly string[];
}

/** Starts a run per subject; a step without delay is taken at once. Whatever ran before must have been stopped. */
export async function startRuns(tx: Tx, starts: readonly RunStart[], rules: OncallRules, now: Date): Promise<void> {
  if (starts.length === 0) return;
  const ids = await draw(tx, 'runs_id_seq', starts.length);
  const resolved = await resolveAll(tx, [
    ...rules.oncall,
    ...starts.flatMap((s) => s.policy.steps.flatMap((step) => step.page)),
  ]);
  const planned = starts.map((start, i) => ({ start, id: ids[i]!, first: firstAdvance(start.policy, resolved) }));
  await insertRows(
    tx,
    'runs',
    planned.map(({ start, id, first }) => ({
      id,
      subject: start.subject,
      channel: start.channel,
      thread_post_id: start.threadPostId,
      policy_name: start.policy.name,
      policy: start.policy,
      v: RUN_V,
      state: first.next ? 'running' : 'done',
      fence: 1,
      loop: first.next?.loop ?? 0,
      step: first.next?.step ?? start.policy.steps.length,
      ...timingOf(first, { runId: id, inPost: start.inFirstPost }, now),
      started_at: now,
      started_why: start.why,
      last_ping: lastPingOf(first.taken, now),
    })),
  );
  const calls = planned.map(
    ({ start, id, first }): Call => ({
      runId: id,
      fence: 1,
      subject: start.subject,
      channel: start.channel,
      threadPostId: start.threadPostId,
      policyName: start.policy.name,
      direct: start.policy.direct,
      why: start.why,
      lateMs: 0,
      steps: first.taken,
      inPost: start.inFirstPost,
      last: !first.next,
      rescue: mentionsOf(rules.oncall, resolved),
    }),
  );
  await writePings(tx, calls, rules.fallbackChannel, now);
}

function firstAdvance(policy: PolicyCopy, resolved: Awaited<ReturnType<typeof resolveAll>>): Advance {
  const start: RunPosition = { loop: 0, step: 0 };
  const delayMs = policy.steps[0]?.afterMs ?? 0;
  if (delayMs > 0) return { taken: [], next: { ...start, delayMs } };
  return advance(policy, start, (who) => resolved.get(who) ?? { who, problem: 'not-found' });
}

function mentionsOf(whos: readonly string[], resolved: ReadonlyMap<string, Resolved>): readonly Mention[] {
  return whos.flatMap((who) => resolved.get(who)?.mention ?? []);
}

interface Timing {
  readonly due_at: Date | null;
  readonly waits_for: string | null;
  readonly next_delay_ms: number | null;
}

/** A delay counts from when the step before has left: the outbox sets the due time then. */
function timingOf({ taken, next }: Advance, ping: Pick<Call, 'runId' | 'inPost'>, now: Date): Timing {
  if (!next) return { due_at: null, waits_for: null, next_delay_ms: null };
  const said = taken.findLast((step) => step.mentions.length + step.problems.length > 0);
  if (!said) return { due_at: new Date(now.getTime() + next.delayMs), waits_for: null, next_delay_ms: null };
  return {
    due_at: null,
    waits_for: ping.inPost ? FIRST_POST : pingEvent(ping.runId, said),
    next_delay_ms: next.delayMs,
  };
}

function lastPingOf(taken: readonly StepTaken[], now: Date): LastPing | null {
  const last = taken.at(-1);
  if (!last) return null;
  return { ...last.at, at: now.toISOString(), mentions: last.mentions, problems: taken.flatMap((t) => t.problems) };
}

/** Stops the runs of these subjects and cancels what they still wanted to say. */
export async function stopRuns(tx: Tx, subjects: readonly string[], why: string, now: Date): Promise<void> {
  if (subjects.length === 0) return;
  // A policy that is through has nothing due, but its last ping may still be on its way: its fence moves too.
  const { rows } = await sql<{ id: number }>`
    update runs set state = 'stopped', fence = fence + 1, due_at = null, waits_for = null, stopped_at = ${now}, stopped_why = ${why}
    where subject = any(${subjects}) and stopped_at is null returning id`.execute(tx);
  await cancelPings(
    tx,
    rows.map((r) => r.id),
  );
}

export interface RunRow {
  readonly id: number;
  readonly v: number;
  readonly subject: string;
  readonly channel: string;
  readonly thread_post_id: number | null;
  readonly policy: PolicyCopy;
  readonly policy_name: string;
  readonly state: 'running' | 'stopped' | 'done';
  readonly fence: number;
  readonly loop: number;
  readonly step: number;
  readonly due_at: Date | null;
  readonly started_why: string;
  readonly last_ping: LastPing | null;
}

/** The newest run of a subject, locked. @throws NewerVersion */
export async function newestRun(tx: Db, subject: string): Promise<RunRow | undefined> {
  const { rows } =
    await sql<RunRow>`select * from runs where subject = ${subject} order by id desc limit 1 for update`.execute(tx);
  if (rows[0]) assertKnown(`run ${rows[0].id}`, rows[0].v, RUN_V);
  return rows[0];
}

/**
 * Takes the run's due step (or the next one at once) and writes its pings. Answers what was taken. A ping leaves while the
 * run's fence is the one it was written at, whatever the state. `once`: no further step follows by itself.
 */
export async function stepRun(
  tx: Tx,
  run: RunRow,
  rules: OncallRules,
  now: Date,
  options: { readonly once?: boolean; readonly why?: string } = {},
): Promise<Advance> {
  const resolved = await resolveAll(tx, [...rules.oncall, ...run.policy.steps.flatMap((s) => s.page)]);
  const step = advance(
    run.policy,
    { loop: run.loop, step: run.step },
    (who) => resolved.get(who) ?? { who, problem: 'not-found' },
  );
  const call: Call = {
    runId: run.id,
    fence: run.fence,
    subject: run.subject,
    channel: run.channel,
    threadPostId: run.thread_post_id ?? undefined,
    policyName: run.policy_name,
    direct: run.policy.direct,
    why: options.why ?? run.started_why,
    lateMs: run.due_at ? Math.max(0, now.getTime() - run.due_at.getTime()) : 0,
    steps: step.taken,
    inPost: false,
    last: !step.next,
    rescue: mentionsOf(rules.oncall, resolved),
  };
  await writePings(tx, [call], rules.fallbackChannel, now);
  const { next } = step;
  await tx
    .updateTable('runs')
    .set({
      loop: next?.loop ?? run.loop,
      step: next?.step ?? run.policy.steps.length,
      ...timingOf(options.once ? { taken: step.taken } : step, call, now),
      state: next && !options.once ? 'running' : 'done',
      stopped_at: null,
      last_ping: jsonOf(lastPingOf(step.taken, now) ?? run.last_ping),
    })
    .where('id', '=', run.id)
    .execute();
  return step;
}

function jsonOf(ping: LastPing | null): string | null {
  return ping && JSON.stringify(ping);
}
