import { z } from 'zod';
import { defineJob } from '../core/jobs/define.ts';
import { recheckAndExecute } from '../core/pipeline/before.ts';
import { ACTION_JOB_V } from '../core/pipeline/begin-job.ts';
import type { PipelineDeps } from '../core/pipeline/index.ts';
import { findOut } from '../core/pipeline/probe.ts';
import { loadAction } from '../core/pipeline/records.ts';
import { end, running } from '../core/pipeline/running.ts';
import { watch } from '../core/pipeline/watch.ts';

/** A verb that this process does not know is left to newer ones for so long. */
const LEAVE_TO_NEWER_MS = 10 * 60_000;
const COME_BACK_MS = 5_000;

/** Runs one confirmed action: re-check and execute, or find out what became of that, or watch. */
export const job = defineJob({
  name: 'action',
  v: ACTION_JOB_V,
  payload: z.object({ v: z.int().min(1).max(ACTION_JOB_V), action: z.uuid() }),

  async step(claimed, payload, deps: PipelineDeps) {
    const row = await loadAction(deps.db, payload.action);
    if (!row) return claimed.finish('failed', { kind: 'impossible', code: 'no-such-action', params: payload });
    const action = deps.actions.get(row.verb);
    if (!action) {
      const age = deps.clock.now().getTime() - (row.confirmed_at ?? row.created_at).getTime();
      if (age < LEAVE_TO_NEWER_MS) return claimed.later(new Date(deps.clock.now().getTime() + COME_BACK_MS), {});
      const unknown = { kind: 'impossible', code: 'no-such-verb', params: { verb: row.verb, near: [] } } as const;
      return end({ deps, claimed, row }, claimed.row.executed ? 'unknown' : 'failed', unknown);
    }
    const run = running(deps, claimed, row, action);
    if (!claimed.row.executed) return recheckAndExecute(run);
    return claimed.row.state === 'watching' ? watch(run) : findOut(run);
  },
});
