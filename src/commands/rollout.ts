import { z } from 'zod';
import { ROLLOUTS } from '../core/ask/kubectl-words.ts';
import { sayButton } from '../core/ask/say.ts';
import { type Answered, defineQuery } from '../core/define.ts';
import { workloadKind } from '../core/target-words.ts';
import { findTarget } from '../core/targets.ts';
import { NAMESPACE_FLAG, noSuchWorkload, typedTarget } from '../core/workload-actions.ts';
import { type Block, type Button, cut } from '../domain/content.ts';
import { type Rollout, type Target, targetKey } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';

const Args = z
  .object({ status: z.string().optional(), target: z.string().optional(), namespace: z.string().optional() })
  .transform(({ status, target, namespace }) => {
    if (status !== undefined && target !== undefined && workloadKind(status))
      return { target: `${status}/${target}`, namespace };
    // Who types `rollout pause checkout` must not believe that it is paused.
    if (status !== undefined && (/^(pause|resume)$/i.test(status) || (target !== undefined && status !== 'status')))
      throw userError('not-one-of', { name: 'rollout', given: status, choices: ['status', ...ROLLOUTS.keys()] });
    // `rollout shop/checkout` is the same.
    return { target: target ?? (status === 'status' ? undefined : status), namespace };
  });

const PROBLEMS = 5;
const PROBLEM_MAX = 200;

/** `kubectl rollout status`, one look. */
export const query = defineQuery({
  name: 'rollout',
  positionals: [
    { name: 'status', optional: true },
    { name: 'target', optional: true },
  ],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.list.rollout.summary,
  examples: ['rollout status shop/checkout', 'rollout status sts/db -n data', 'rollout shop/checkout'],
  role: 'viewer',
  needs: ['environments'],
  calls: ['workloads', 'namespaces', 'rollout'],

  async answer(args, { environments }, { environment, cluster, incidentTarget, signal }, m) {
    const question = { ...typedTarget(args), ...(cluster !== undefined && { cluster }) };
    const target = await findTarget(question, { environments, environment, incidentTarget, byPart: true, signal });
    const rollout = await environments
      .get(target.environment)
      ?.clusters.get(target.cluster)
      ?.rollout(target, { signal });
    if (!rollout || rollout.state === 'gone') throw noSuchWorkload(target);
    return shown(target, rollout, m);
  },
});

function shown(target: Target, rollout: Rollout, m: Catalog): Answered {
  const { state, desired, updated, ready, available, complete = false, reason = '' } = rollout;
  const said = m.list.rollout.found({
    target: targetKey(target),
    state: state === 'gone' ? 'failed' : state,
    idle: isIdle(target, rollout),
    desired,
    updated,
    ready,
    available,
    complete,
    reason: cut(reason, PROBLEM_MAX),
  });
  const problems = rollout.problems
    .slice(0, PROBLEMS)
    .map(({ pod, reason: why, message }) =>
      m.ops.pods.problem({ pod: pod || target.name, container: '', reason: why, message: cut(message, PROBLEM_MAX) }),
    );
  const blocks: Block[] = [{ kind: 'text', text: said }];
  if (problems.length > 0) blocks.push({ kind: 'list', items: problems });
  const buttons = state === 'done' ? up(target, rollout, m) : next(target, rollout, m);
  if (buttons.length > 0) blocks.push({ kind: 'buttons', buttons });
  return { text: said, blocks };
}

/** What is scaled to zero runs nothing until somebody says so. */
function up(target: Target, rollout: Rollout, m: Catalog): readonly Button[] {
  return isIdle(target, rollout) ? [sayButton(m.why.buttons.scale(1), `scale ${targetKey(target)} 1`)] : [];
}

/** A daemon set without pods suits no node. */
const isIdle = ({ kind }: Target, { desired }: Rollout): boolean => desired === 0 && kind !== 'DaemonSet';

/** A rollback is about the revision that was looked at. */
function next(target: Target, { state, revision }: Rollout, m: Catalog): readonly Button[] {
  const bound = revision === undefined ? '' : ` --from ${revision}`;
  const [key, name] = [targetKey(target), target.name];
  const again = sayButton(m.list.rollout.again, `rollout status ${key}`);
  const more = [
    sayButton(m.list.next.why({ name }), `why ${key}`),
    sayButton(m.list.next.pods({ name }), `pods ${key}`),
    sayButton(m.list.next.events({ name }), `events ${key}`),
  ];
  return state === 'failed'
    ? [...more, sayButton(m.action.buttons.rollback({ name }), `rollback ${key}${bound}`)]
    : [again, ...more];
}
