import type { Text } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Rollout, Surroundings, Target, Workload } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Cluster, ExpectedWorkload } from '../ports/cluster.ts';
import type { Flag, Instead, Progress } from './define.ts';

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
  const { state, desired, updated, available, fresh } = rollout;
  const done = state === 'done' ? desired : Math.min(fresh ?? Math.min(updated, available), desired);
  return { state: STATES[state], done, of: desired, rollout };
}

// ------------------------------------------------------------------------------------------------ a new pod template

/** Beyond the workload's own deadline, for the controller to say that it has passed. */
const GRACE_MS = 60_000;

/** What a change of the pod template replaces. */
export function templateEffect(workload: Workload) {
  const onDelete = workload.updateStrategy === 'OnDelete';
  return {
    pods: workload.desired,
    podsReplaced: onDelete ? 0 : workload.desired,
    onDelete,
    deadlineSeconds: workload.progressDeadlineSeconds,
  };
}

export function expectedTemplate({ touches }: Plan): ExpectedWorkload {
  return { uid: String(touches['uid']), templateHash: String(touches['templateHash']) };
}

/** With OnDelete nothing rolls: the template is changed, and pods follow as people delete them. */
export async function watchTemplate(plan: Plan, cluster: Cluster, signal: AbortSignal): Promise<Progress> {
  if (plan.effect['onDelete']) return { state: 'healthy', done: 0, of: 0 };
  return progressOf(await cluster.rollout(plan.target, { signal }));
}

export function watchTemplateMs({ effect }: Plan): number {
  return Number(effect['deadlineSeconds'] ?? 600) * 1_000 + GRACE_MS;
}

// ------------------------------------------------------------------------------------------------ a rollout that is stuck

/** Of a rollout whose newest pods do not become ready while those of before still run; flat, as an effect is kept. */
export function stuckEffect({ revision }: Workload, seen: Rollout | undefined): Plan['effect'] {
  if (!seen) return {};
  const { state, ready, fresh, updated, available, reason, problems } = seen;
  const old = Math.max(0, ready - Math.min(fresh ?? available, updated));
  const troubled = state === 'failed' || (state === 'progressing' && problems.length > 0);
  if (!troubled || old === 0) return {};
  const stuck = { stuckReason: problems[0]?.reason ?? reason ?? '', stuckOld: old };
  return { ...stuck, ...(revision !== undefined && { revision }) };
}

/** Neither more pods nor new ones of a template that does not start mend anything: going back does. */
export function stuckLines(m: Catalog, { effect, target }: Plan, images: string): readonly Text[] {
  if (effect['stuckOld'] === undefined) return [];
  const { namespace, kind, name } = target;
  const words = `/ops rollback ${namespace}/${kind.toLowerCase()}/${name}`;
  const reason = String(effect['stuckReason'] ?? '');
  return [m.action.stuckRollout({ images, reason, old: Number(effect['stuckOld']), words })];
}

/** Back from the revision that was looked at. */
export function rollbackInstead(m: Catalog, { effect, target }: Plan<Target>): Instead | undefined {
  if (effect['stuckOld'] === undefined) return undefined;
  const revision = effect['revision'];
  const label = m.action.buttons.rollback(target);
  return { verb: 'rollback', label, ...(revision !== undefined && { from: String(revision) }) };
}

// ------------------------------------------------------------------------------------------------ who else writes it

type Owners = Surroundings['owners'];

/** Flat, as an effect is kept. */
export function ownersEffect(owners: Owners): Plan['effect'] {
  return owners.length > 0 ? { owners: JSON.stringify(owners) } : {};
}

export function ownerLines(m: Catalog, { effect }: Plan): readonly Text[] {
  const owners = JSON.parse(String(effect['owners'] ?? '[]')) as Owners;
  return owners.map(m.action.owner);
}
