import type { Rollout, Target } from '../domain/workload.ts';
import { userError } from '../messages/user-error.ts';
import type { Flag, Progress } from './define.ts';

/** What the actions on workloads share. */

export const NAMESPACE_FLAG: Flag = {
  long: 'namespace',
  short: 'n',
  value: 'NS',
  describe: (m) => m.action.restart.namespace,
};

/** What was typed of the target, of arguments with these names. */
export function typedTarget({ target, namespace }: { readonly target?: string; readonly namespace?: string }) {
  return { ...(target && { text: target }), ...(namespace && { namespace }) };
}

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
