import { lookAgain } from '../core/follow/look.ts';
import {
  FOLLOW_V,
  type FollowEnd,
  Followed,
  type FollowState,
  followSubject,
  LOOK_EACH_MS,
  stateOf,
} from '../core/follow/rows.ts';
import type { Also, Claimed, FinalState } from '../core/jobs/claimed.ts';
import { defineJob } from '../core/jobs/define.ts';
import { CLASS, showAgain } from '../core/outbox/write.ts';
import type { PipelineDeps } from '../core/pipeline/index.ts';
import { timeLimit } from '../core/wake.ts';
import { UserError } from '../domain/errors.ts';
import { ClusterError } from '../ports/cluster.ts';

/** Much less than a lease. */
const LOOK_MS = 8_000;
/** A worker that is killed is another's after its lease of half a minute; what nobody has looked at for longer is over. */
const LATE_MS = 60_000;
/** A workload whose last pod goes and whose next one comes has none for a moment. */
const ABSENT = 2;

const FINAL: Readonly<Record<FollowEnd['kind'], FinalState>> = {
  time: 'done',
  gone: 'done',
  stopped: 'cancelled',
  interrupted: 'failed',
  impossible: 'failed',
  refused: 'failed',
};

/** One look at the logs that somebody follows, each 10 s until the time is up. */
export const job = defineJob({
  name: 'follow',
  v: FOLLOW_V,
  payload: Followed,

  async step(claimed, followed, deps: PipelineDeps) {
    const { clock, environments } = deps;
    const now = clock.now();
    const { cancel_requested_by: by } = claimed.row;
    if (by) return end(claimed, { kind: 'stopped', by }, now);
    if (now.getTime() > followed.until.getTime() + LATE_MS) return end(claimed, { kind: 'interrupted' }, now);
    const before = stateOf(claimed.row);
    const signal = timeLimit(LOOK_MS, claimed.signal);
    const seen = await looked(() => lookAgain(followed, before, { environments, now, signal }), {
      before,
      claimed,
      signal,
    });
    if ('end' in seen) return end(claimed, seen.end, now);
    const { state } = seen;
    if (state.absent >= ABSENT) return end(claimed, { kind: 'gone' }, now, state);
    if (now >= followed.until) return end(claimed, { kind: 'time' }, now, state);
    const due = new Date(Math.min(now.getTime() + LOOK_EACH_MS, followed.until.getTime()));
    await claimed.later(due, { progress: state }, async (tx, row) => {
      // Somebody has stopped it while we looked.
      if (row.cancel_requested_at) await tx.updateTable('jobs').set({ due_at: now }).where('id', '=', row.id).execute();
      if (!isSame(before, state)) await showAgain(tx, [{ subject: followSubject(row.id), class: CLASS.progress }], now);
    });
  },
});

type Looked = { readonly state: FollowState } | { readonly end: FollowEnd };

/** A cluster that does not answer may do so at the next look: nothing is lost by that. */
async function looked(
  look: () => Promise<FollowState>,
  { before, claimed, signal }: { before: FollowState; claimed: Claimed; signal: AbortSignal },
): Promise<Looked> {
  try {
    return { state: await look() };
  } catch (error) {
    claimed.signal.throwIfAborted();
    if (error instanceof ClusterError && error.kind !== 'away')
      return { end: { kind: 'refused', detail: error.message } };
    if (error instanceof ClusterError) return { state: { ...before, away: [error.cluster] } };
    if (signal.aborted) return { state: { ...before, unread: Object.values(before.logs).map(({ label }) => label) } };
    if (error instanceof UserError) return { end: { kind: 'impossible', code: error.code, params: error.params } };
    throw error;
  }
}

/** What is shown stays as it is. */
function isSame(a: FollowState, b: FollowState): boolean {
  return shownOf(a) === shownOf(b);
}

function shownOf({ lines, found, gaps, left, unread, away, more, logs }: FollowState): string {
  return JSON.stringify([lines, found, gaps, left, unread, away, more, Object.keys(logs).length]);
}

async function end(claimed: Claimed, how: FollowEnd, now: Date, state?: FollowState): Promise<void> {
  const show: Also = (tx, row) => showAgain(tx, [{ subject: followSubject(row.id), class: CLASS.click }], now);
  if (state) await claimed.keep({ progress: state });
  await claimed.finish(FINAL[how.kind], how, show);
}
