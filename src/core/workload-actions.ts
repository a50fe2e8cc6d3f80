import type { Rollout, Target } from '../domain/workload.ts';
import { userError } from '../messages/user-error.ts';
import type { Progress } from './define.ts';

/** What the actions on workloads share. */

export function noSuchWorkload(target: Target): Error {
  const text = `${target.kind.toLowerCase()}/${target.name}`;
  return userError('no-such-workload', {
    text,
    where: `${target.environment}/${target.cluster}/${target.namespace}`,
    near: [],
  });
}

const STATES = { progressing: 'progressing', done: 'healthy', failed: 'unhealthy', gone: 'gone' } as const;

export function progressOf(rollout: Rollout): Progress {
  const { state, desired, updated, available } = rollout;
  const done = state === 'done' ? desired : Math.min(updated, available, desired);
  return { state: STATES[state], done, of: desired, rollout };
}
