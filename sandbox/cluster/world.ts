import { stepBudget } from './budgets.ts';
import { stepDaemonSet } from './daemonsets.ts';
import { stepDeployment } from './deployments.ts';
import { stepService } from './endpoints.ts';
import { PRINTS } from './logs.ts';
import {
  type BystanderResource,
  type Meta,
  type Pod,
  type Template,
  WORKLOAD_RESOURCES,
  type Workload,
  type WorkloadKind,
} from './objects.ts';
import { type Behaviour, stepPod } from './pods.ts';
import { stepQuota } from './quotas.ts';
import { stepStatefulSet } from './statefulsets.ts';
import { hashOf, Store } from './store.ts';

const STEP_MS = 1_000;
/** More steps than any start-up takes. */
const SETTLE_STEPS = 200;

export interface NewWorkload {
  kind?: WorkloadKind;
  namespace: string;
  name: string;
  /** Not for DaemonSets: these get a pod for each node. */
  replicas?: number;
  image?: string;
  command?: string[];
  readinessProbe?: { httpGet: { path: string; port: number } };
  /** Of the container `app`. */
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  /** Containers beside `app`. */
  sidecars?: readonly string[];
  /** Labels of the workload and its pods, beside `app`. */
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  templateAnnotations?: Record<string, string>;
  /** Lines in the log of its containers at each start. */
  prints?: readonly string[];
  paused?: boolean;
  progressDeadlineSeconds?: number;
  /** For StatefulSets and DaemonSets. */
  updateStrategy?: 'RollingUpdate' | 'OnDelete';
  /** How long ago it was created, in milliseconds. */
  age?: number;
  /** False: its pods start with the coming ticks, instead of being there already. */
  settled?: boolean;
}

export interface NewNode {
  readonly ready?: boolean;
  /** `DiskPressure`... */
  readonly pressure?: readonly string[];
  readonly cordoned?: boolean;
  readonly labels?: Record<string, string>;
}

/** Of the first container. */
export interface Revised {
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly changeCause?: string;
}

/** `restart`: the pods of the present template have it, those of any later one do not; `rollback`: those of the present image. */
type Until = 'restart' | 'rollback' | 'mended';

export interface Crash {
  until: Until;
  exitCode?: number;
  reason?: string;
  /** The last lines of its log. */
  says?: readonly string[];
}

interface Trouble {
  behaviour: Behaviour;
  /** Only pods of the template with this hash. */
  hash?: string;
  /** Only pods whose first container has this image. */
  image?: string;
}

/** The inside of the simulated cluster: what demo and tests break, mend and let pass. */
export class World {
  readonly store: Store;
  readonly nodes = ['node-1', 'node-2', 'node-3'];
  /** Faults, read by the HTTP server at each request. */
  readonly faults = { away: false as boolean | '503', slowMs: 0, lostAnswers: 0, forbidden: new Set<string>() };
  /** What the HTTP server has been asked so far, and bytes of its answers. */
  readonly served = { requests: 0, bytes: 0 };
  readonly #now: () => Date;
  readonly #troubles = new Map<string, Trouble>();
  #skewMs = 0;
  /** How far the store was stirred when a step had nothing to do and did not ask for the time: nor has the next, till then. */
  #still: number | undefined;

  constructor(now: () => Date, uid?: () => string) {
    this.#now = now;
    this.store = new Store(() => new Date(this.#now().getTime() + this.#skewMs), uid);
    for (const name of ['default', 'kube-system']) this.createNamespace(name);
    for (const name of this.nodes) this.putNode(name);
  }

  createNamespace(name: string, labels: Readonly<Record<string, string>> = {}): void {
    if (this.store.get('namespaces', undefined, name)) return;
    const metadata = this.store.meta(undefined, name, { labels: { 'kubernetes.io/metadata.name': name, ...labels } });
    this.store.put('namespaces', { metadata, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
  }

  /** A namespace with labels beside its own, there already or not; as young as what is made now. */
  labelNamespace(name: string, labels: Readonly<Record<string, string>>): void {
    const known = this.store.get('namespaces', undefined, name);
    if (known) this.store.delete('namespaces', known);
    this.createNamespace(name, labels);
  }

  /** What is made meanwhile is so old, in milliseconds. */
  aged(ms: number, make: () => void): void {
    this.#skewMs -= ms;
    make();
    this.#skewMs += ms;
  }

  /** Makes the namespace too. */
  create(wanted: NewWorkload): void {
    this.aged(wanted.age ?? 0, () => this.#create(wanted));
  }

  #create(wanted: NewWorkload): void {
    this.createNamespace(wanted.namespace);
    const kind = wanted.kind ?? 'Deployment';
    const metadata = this.store.meta(wanted.namespace, wanted.name, {
      generation: 1,
      labels: { app: wanted.name, ...wanted.labels },
      ...(wanted.annotations && { annotations: wanted.annotations }),
    });
    this.store.put(WORKLOAD_RESOURCES[kind], { metadata, spec: specOf(kind, wanted), status: {} });
    if (wanted.settled !== false) this.settle();
  }

  /** Puts what nobody acts on beside the workloads, with the status that its controller would give it. */
  putBeside(
    resource: BystanderResource,
    namespace: string,
    name: string,
    { metadata, ...content }: { readonly metadata?: Partial<Meta>; readonly [field: string]: unknown },
  ): void {
    this.store.put(resource, { metadata: this.store.meta(namespace, name, metadata), ...content });
  }

  /** A node, healthy where nothing else is said; pods run on it whatever it says. */
  putNode(name: string, wanted: NewNode = {}): void {
    const { ready = true, pressure = [], cordoned, labels = {} } = wanted;
    const conditions = [
      ...pressure.map((type) => ({ type, status: 'True' })),
      { type: 'Ready', status: ready ? 'True' : 'Unknown' },
    ];
    const allocatable = { cpu: '4', memory: '8Gi', pods: '110' };
    const metadata = this.store.meta(undefined, name, { labels: { 'kubernetes.io/hostname': name, ...labels } });
    const nodeInfo = { kubeletVersion: 'v1.35.4' };
    this.store.put('nodes', {
      metadata,
      spec: { ...(cordoned && { unschedulable: true }) },
      status: { conditions, allocatable, nodeInfo },
    });
  }

  delete(namespace: string, name: string, kind: WorkloadKind = 'Deployment'): void {
    const workload = this.#find(namespace, name, kind);
    const owners = [workload, ...this.store.owned('replicasets', workload.metadata.uid)];
    for (const { metadata } of owners) {
      for (const pod of this.store.owned('pods', metadata.uid)) this.store.delete('pods', pod);
    }
    for (const set of this.store.owned('replicasets', workload.metadata.uid)) this.store.delete('replicasets', set);
    for (const revision of this.store.owned('controllerrevisions', workload.metadata.uid))
      this.store.delete('controllerrevisions', revision);
    this.store.delete(WORKLOAD_RESOURCES[kind], workload);
  }

  setImage(namespace: string, name: string, image: string, kind: WorkloadKind = 'Deployment'): void {
    this.revise(namespace, name, { image }, kind);
  }

  /** Somebody rolls out another template, and maybe says why (`kubernetes.io/change-cause`). */
  revise(namespace: string, name: string, revised: Revised, kind: WorkloadKind = 'Deployment'): void {
    const { image, env, changeCause } = revised;
    this.#edit(namespace, name, kind, ({ template }, metadata) => {
      for (const container of template.spec.containers.slice(0, 1)) {
        if (image !== undefined) container.image = image;
        if (env) container.env = Object.entries(env).map(([key, value]) => ({ name: key, value }));
      }
      if (changeCause !== undefined)
        metadata.annotations = { ...metadata.annotations, 'kubernetes.io/change-cause': changeCause };
    });
  }

  /** Somebody rolls out a tag that does not exist. */
  breakImage(namespace: string, name: string, kind: WorkloadKind = 'Deployment'): void {
    const image = this.#find(namespace, name, kind).spec.template.spec.containers[0]?.image ?? '';
    this.setImage(namespace, name, image.replace(/:[^:/]*$/, ':missing'), kind);
  }

  scale(namespace: string, name: string, replicas: number, kind: WorkloadKind = 'Deployment'): void {
    this.#edit(namespace, name, kind, (spec) => {
      spec.replicas = replicas;
    });
  }

  pause(namespace: string, name: string, paused = true): void {
    this.#edit(namespace, name, 'Deployment', (spec) => {
      spec.paused = paused;
    });
  }

  /** From the next tick on the first container of its pods ends at once, again and again. */
  crash(namespace: string, name: string, crash: Crash, kind: WorkloadKind = 'Deployment'): void {
    const { exitCode = 1, reason = 'Error', says = [`container ended: ${reason}, exit code ${exitCode}`] } = crash;
    this.#trouble(this.#find(namespace, name, kind), { kind: 'crash', exitCode, reason, says }, crash.until);
  }

  /** From the next tick on the first container of its pods runs and does not pass its readiness probe, which says `words`. */
  failProbe(
    namespace: string,
    name: string,
    { until, words }: { readonly until: Until; readonly words: string },
    kind: WorkloadKind = 'Deployment',
  ): void {
    this.#trouble(this.#find(namespace, name, kind), { kind: 'unready', words }, until);
  }

  #trouble({ metadata, spec: { template } }: Workload, behaviour: Behaviour, until: Until): void {
    const image = template.spec.containers[0]?.image;
    const only: Partial<Trouble> =
      until === 'restart' ? { hash: hashOf(template) } : until === 'rollback' && image !== undefined ? { image } : {};
    this.#troubles.set(metadata.uid, { behaviour, ...only });
    this.#still = undefined;
  }

  /** Ends a crash or a failing probe; a broken image is mended by `setImage`. */
  mend(namespace: string, name: string, kind: WorkloadKind = 'Deployment'): void {
    this.#troubles.delete(this.#find(namespace, name, kind).metadata.uid);
    this.#still = undefined;
  }

  /** The containers `app` of a workload's running pods write these lines, all of them. */
  print(namespace: string, name: string, lines: readonly string[]): void {
    const pods = this.store.list('pods').filter(({ metadata: meta, status }) => {
      return meta.namespace === namespace && meta.labels?.['app'] === name && status.phase === 'Running';
    });
    for (const pod of pods) for (const line of lines) this.store.logs.add(pod, 'app', this.store.time(), line);
  }

  /** Lets `steps` seconds pass, with one look of every kubelet and controller in each. */
  tick(steps = 1): void {
    for (let i = 0; i < steps; i++) {
      this.#skewMs += STEP_MS;
      this.step();
    }
  }

  /** One look of every kubelet and controller; time stands. */
  step(): void {
    const before = this.store.stirred;
    if (before === this.#still) return;
    for (const pod of this.store.list('pods')) stepPod(this.store, pod, this.#behaviourOf(pod));
    for (const d of this.store.list('deployments')) stepDeployment(this.store, d, this.nodes);
    for (const s of this.store.list('statefulsets')) stepStatefulSet(this.store, s, this.nodes);
    for (const d of this.store.list('daemonsets')) stepDaemonSet(this.store, d, this.nodes);
    for (const s of this.store.list('services')) stepService(this.store, s);
    for (const b of this.store.list('poddisruptionbudgets')) stepBudget(this.store, b);
    for (const q of this.store.list('resourcequotas')) stepQuota(this.store, q);
    this.#still = this.store.stirred === before ? before : undefined;
  }

  /** Steps until nothing changes any more (a failing image pull changes for ever: then until its limit). */
  settle(): void {
    let before = '';
    for (let i = 0; i < SETTLE_STEPS && before !== this.store.resourceVersion; i++) {
      before = this.store.resourceVersion;
      this.step();
    }
  }

  /** True: connections are cut without an answer; '503': answered so. */
  away(away: boolean | '503'): void {
    this.faults.away = away;
  }

  /** Every answer waits this long, in milliseconds. */
  slow(ms: number): void {
    this.faults.slowMs = ms;
  }

  /** The next changes are made, and their answers lost with the connection. */
  loseAnswers(count = 1): void {
    this.faults.lostAnswers = count;
  }

  /** Takes a right from our own account, e.g. `('patch', 'deployments')`, or gives it back. */
  forbid(verb: string, resource: string, forbidden = true): void {
    if (forbidden) this.faults.forbidden.add(`${verb} ${resource}`);
    else this.faults.forbidden.delete(`${verb} ${resource}`);
  }

  #behaviourOf({ metadata: pod, spec }: Pod): Behaviour {
    if (this.#troubles.size === 0) return { kind: 'ok' };
    const owner = pod.ownerReferences?.[0];
    const set = owner?.kind === 'ReplicaSet' ? this.store.get('replicasets', pod.namespace, owner.name) : undefined;
    const uid = set?.metadata.ownerReferences?.[0]?.uid ?? owner?.uid ?? '';
    const trouble = this.#troubles.get(uid);
    const template = pod.labels?.['pod-template-hash'] ?? pod.labels?.['controller-revision-hash'] ?? '';
    const meant = trouble?.image === undefined || trouble.image === spec.containers[0]?.image;
    return trouble && meant && template.endsWith(trouble.hash ?? '') ? trouble.behaviour : { kind: 'ok' };
  }

  #find(namespace: string, name: string, kind: WorkloadKind): Workload {
    const found = this.store.get(WORKLOAD_RESOURCES[kind], namespace, name);
    if (!found) throw new Error(`the simulated cluster has no ${kind} ${namespace}/${name}`);
    return found;
  }

  #edit(
    namespace: string,
    name: string,
    kind: WorkloadKind,
    change: (spec: Workload['spec'], metadata: Workload['metadata']) => void,
  ): void {
    const workload = this.#find(namespace, name, kind);
    change(workload.spec, workload.metadata);
    workload.metadata.generation = (workload.metadata.generation ?? 1) + 1;
    this.store.put(WORKLOAD_RESOURCES[kind], workload);
  }
}

function specOf(kind: WorkloadKind, wanted: NewWorkload): Workload['spec'] {
  const common = { selector: { matchLabels: { app: wanted.name } }, template: templateOf(wanted) };
  const type = wanted.updateStrategy ?? 'RollingUpdate';
  if (kind === 'DaemonSet')
    return {
      ...common,
      updateStrategy: { type, ...(type === 'RollingUpdate' && { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }) },
    };
  const replicas = wanted.replicas ?? 1;
  if (kind === 'StatefulSet') {
    const updateStrategy = { type, ...(type === 'RollingUpdate' && { rollingUpdate: { partition: 0 } }) };
    return { ...common, replicas, serviceName: wanted.name, podManagementPolicy: 'OrderedReady', updateStrategy };
  }
  return {
    ...common,
    replicas,
    progressDeadlineSeconds: wanted.progressDeadlineSeconds ?? 600,
    ...(wanted.paused && { paused: true }),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  };
}

function templateOf(wanted: NewWorkload): Template {
  const image = wanted.image ?? 'registry.k8s.io/pause:3.10';
  const container = {
    name: 'app',
    image,
    ...(wanted.command && { command: wanted.command }),
    ...(wanted.resources && { resources: wanted.resources }),
    ...(wanted.readinessProbe && { readinessProbe: wanted.readinessProbe }),
  };
  const sidecars = (wanted.sidecars ?? []).map((name) => ({ name, image }));
  const labels = { app: wanted.name, ...wanted.labels };
  const printing = wanted.prints && { [PRINTS]: wanted.prints.join('\n') };
  const annotated = wanted.templateAnnotations ?? printing;
  return {
    metadata: { labels, ...(annotated && { annotations: { ...wanted.templateAnnotations, ...printing } }) },
    spec: { containers: [container, ...sidecars], restartPolicy: 'Always', terminationGracePeriodSeconds: 30 },
  };
}
