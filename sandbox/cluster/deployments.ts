import { recordRefusal } from './events.ts';
import type { Condition, Pod, ReplicaSet, Workload } from './objects.ts';
import { createPod, deletePod, isReady, isTerminating } from './pods.ts';
import { withoutZeros } from './revisions.ts';
import { hashOf, ownerOf, type Store } from './store.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';

interface Look {
  store: Store;
  deployment: Workload;
  sets: ReplicaSet[];
  newest: ReplicaSet | undefined;
  /** Of each ReplicaSet by name, without the terminating ones. */
  pods: Map<string, Pod[]>;
}

/** One look of the Deployment controller and of its ReplicaSets': surge up, then old ones down, within 25% each. */
export function stepDeployment(store: Store, deployment: Workload, nodes: readonly string[]): void {
  const newest = deployment.spec.paused ? findNewest(store, deployment) : syncNewest(store, deployment);
  const sets = store.owned('replicasets', deployment.metadata.uid);
  const pods = new Map(
    sets.map((s) => [s.metadata.name, store.owned('pods', s.metadata.uid).filter((p) => !isTerminating(p))] as const),
  );
  const look: Look = {
    store,
    deployment,
    sets,
    newest: newest && sets.find((s) => s.metadata.name === newest.metadata.name),
    pods,
  };
  if (!deployment.spec.paused) roll(look);
  for (const set of sets) syncPods(look, set, nodes);
  writeStatus(look);
}

function findNewest(store: Store, deployment: Workload): ReplicaSet | undefined {
  const hash = hashOf(deployment.spec.template);
  return store.owned('replicasets', deployment.metadata.uid).find((s) => s.metadata.labels?.[HASH] === hash);
}

/** The ReplicaSet of the present template: made, or brought to the front, and its number noted on the Deployment. */
function syncNewest(store: Store, deployment: Workload): ReplicaSet {
  const sets = store.owned('replicasets', deployment.metadata.uid);
  const latest = Math.max(0, ...sets.map(revisionOf));
  const known = findNewest(store, deployment);
  const revision = known && revisionOf(known) === latest ? latest : latest + 1;
  const set = known ?? newReplicaSet(store, deployment);
  set.metadata.annotations = {
    ...set.metadata.annotations,
    ...deployment.metadata.annotations,
    [REVISION]: String(revision),
  };
  store.put('replicasets', set);
  deployment.metadata.annotations = { ...deployment.metadata.annotations, [REVISION]: String(revision) };
  return set;
}

function newReplicaSet(store: Store, deployment: Workload): ReplicaSet {
  const { template, selector } = deployment.spec;
  const hash = hashOf(template);
  const labels = { ...template.metadata.labels, [HASH]: hash };
  const metadata = store.meta(deployment.metadata.namespace, `${deployment.metadata.name}-${hash}`, {
    generation: 1,
    labels,
    annotations: { ...deployment.metadata.annotations },
    ownerReferences: ownerOf('deployments', deployment),
  });
  const copy = structuredClone(template);
  copy.metadata.labels = labels;
  return {
    metadata,
    spec: { replicas: 0, selector: { matchLabels: { ...selector.matchLabels, [HASH]: hash } }, template: copy },
    status: {},
  };
}

/** RollingUpdate as in pkg/controller/deployment/rolling.go: broken old pods go first, then as availability allows. */
function roll({ deployment, sets, newest, pods }: Look): void {
  if (!newest) return;
  const desired = deployment.spec.replicas ?? 1;
  const surge = Math.ceil(desired / 4);
  const minAvailable = desired - Math.floor(desired / 4);
  const old = sets.filter((s) => s !== newest);
  const total = (): number => sets.reduce((sum, s) => sum + s.spec.replicas, 0);
  const ready = (set: ReplicaSet): number => (pods.get(set.metadata.name) ?? []).filter(isReady).length;
  if (newest.spec.replicas > desired) newest.spec.replicas = desired;
  newest.spec.replicas += Math.max(0, Math.min(desired - newest.spec.replicas, desired + surge - total()));
  let spare = total() - minAvailable - (newest.spec.replicas - ready(newest));
  for (const set of old) {
    const broken = Math.max(0, Math.min(spare, set.spec.replicas - ready(set)));
    set.spec.replicas -= broken;
    spare -= broken;
  }
  let surplus = sets.reduce((sum, s) => sum + ready(s), 0) - minAvailable;
  for (const set of old) {
    const less = Math.max(0, Math.min(surplus, spare, set.spec.replicas));
    set.spec.replicas -= less;
    surplus -= less;
    spare -= less;
  }
}

function syncPods({ store, pods }: Look, set: ReplicaSet, nodes: readonly string[]): void {
  const mine = [...(pods.get(set.metadata.name) ?? [])].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  for (const pod of mine.splice(0, Math.max(0, mine.length - set.spec.replicas))) deletePod(store, pod);
  let replicas = mine.length;
  let refusal: string | undefined;
  while (replicas < set.spec.replicas && refusal === undefined) {
    refusal = createOne(store, set, nodes[replicas % nodes.length]);
    if (refusal === undefined) replicas += 1;
  }
  pods.set(set.metadata.name, mine);
  const ready = mine.filter(isReady).length;
  const counts = withoutZeros({ readyReplicas: ready, availableReplicas: ready });
  const conditions = refusal === undefined ? {} : { conditions: [replicaFailure(store, set, refusal)] };
  set.status = { observedGeneration: 1, replicas, ...counts, ...conditions };
  store.put('replicasets', set);
}

/** Answers why it could not, if so. */
function createOne(store: Store, set: ReplicaSet, node: string | undefined): string | undefined {
  const suffix = store.suffix();
  const name = `${set.metadata.name}-${suffix}`;
  const { template } = set.spec;
  const plan = { owner: set, ownerResource: 'replicasets', name, template, labels: {}, node: node ?? suffix } as const;
  return createPod(store, plan);
}

/** Keeps the words of the first refusal, as the ReplicaSet controller does: those of later ones name other pods. */
function replicaFailure(store: Store, set: ReplicaSet, message: string): Condition {
  const known = failureOf(set);
  if (known) return known;
  recordRefusal(store, 'ReplicaSet', set, `Error creating: ${message}`);
  const now = store.time();
  return {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
}

function failureOf({ status }: ReplicaSet): Condition | undefined {
  return status.conditions?.find(({ type }) => type === 'ReplicaFailure');
}

function writeStatus(look: Look): void {
  const { store, deployment, sets, newest, pods } = look;
  const desired = deployment.spec.replicas ?? 1;
  const replicas = sets.reduce((sum, s) => sum + (s.status.replicas ?? 0), 0);
  const ready = [...pods.values()].flat().filter(isReady).length;
  const counts = {
    replicas,
    updatedReplicas: newest?.status.replicas ?? 0,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, replicas - ready),
  };
  const progressed = (['replicas', 'updatedReplicas', 'readyReplicas'] as const).some(
    (field) => counts[field] !== (deployment.status[field] ?? 0),
  );
  const complete = counts.updatedReplicas === desired && replicas === desired && ready >= desired;
  const conditions = conditionsOf(look, {
    complete,
    progressed,
    available: ready >= desired - Math.floor(desired / 4),
  });
  const observedGeneration = deployment.metadata.generation ?? 1;
  store.put('deployments', { ...deployment, status: { observedGeneration, ...withoutZeros(counts), conditions } });
}

function conditionsOf(look: Look, now: { complete: boolean; progressed: boolean; available: boolean }): Condition[] {
  const available = now.available
    ? condition(look, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : condition(
        look,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
  const failure = look.sets.map(failureOf).find((one) => one !== undefined);
  return [available, progressing(look, now.complete, now.progressed), ...(failure ? [failure] : [])];
}

/** A rollout that was complete once is not measured again until the template changes. */
function progressing(look: Look, complete: boolean, progressed: boolean): Condition {
  const { store, deployment, newest } = look;
  const before = deployment.status.conditions?.find((c) => c.type === 'Progressing');
  const name = newest?.metadata.name ?? deployment.metadata.name;
  const isNew = !before?.message?.includes(`"${name}"`);
  if (deployment.spec.paused) return condition(look, 'Progressing', 'True', 'DeploymentPaused', 'Deployment is paused');
  if (complete)
    return condition(
      look,
      'Progressing',
      'True',
      'NewReplicaSetAvailable',
      `ReplicaSet "${name}" has successfully progressed.`,
    );
  if (before?.reason === 'NewReplicaSetAvailable' && !isNew) return before;
  if (before && !isNew && !progressed) {
    const deadline = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
    const late = Date.parse(store.time()) - Date.parse(before.lastUpdateTime ?? before.lastTransitionTime) > deadline;
    if (!late || before.status === 'False') return before;
    return condition(
      look,
      'Progressing',
      'False',
      'ProgressDeadlineExceeded',
      `ReplicaSet "${name}" has timed out progressing.`,
    );
  }
  return condition(look, 'Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`, true);
}

function condition(
  { store, deployment }: Look,
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  progressed = false,
): Condition {
  const before = deployment.status.conditions?.find((c) => c.type === type);
  if (before && before.status === status && before.reason === reason && before.message === message && !progressed)
    return before;
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : store.time();
  return { type, status, reason, message, lastUpdateTime: store.time(), lastTransitionTime };
}

function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}
