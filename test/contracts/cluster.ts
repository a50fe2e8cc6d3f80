import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workload, WorkloadKind, WorkloadRef } from '../../src/domain/workload.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { wireContract } from './cluster.wire.ts';

/** What a case needs deployed; container `app`, label `app=<name>`. */
export interface Wanted {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly replicas?: number;
  readonly image?: string;
  readonly command?: readonly string[];
  /** Its container ends at once, every time. */
  readonly crash?: boolean;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
  readonly onDelete?: boolean;
}

export interface WireAnswer {
  readonly code: number;
  readonly type: string;
  readonly body: unknown;
}

/** A cluster under test: the simulator, or a real API server with nodes of any kind. */
export interface ClusterBench {
  readonly cluster: Cluster;
  /** An account without any rights; `visitorName` as the API server names it. */
  readonly visitor: Cluster;
  readonly visitorName: string;
  /** A token that the API server does not know. */
  readonly stranger: Cluster;
  /** A namespace of our own. */
  readonly namespace: string;
  deploy(wanted: Wanted): Promise<void>;
  /** Somebody else changes the pod template. */
  setImage(ref: WorkloadRef, image: string): Promise<void>;
  scale(ref: WorkloadRef, replicas: number): Promise<void>;
  remove(ref: WorkloadRef): Promise<void>;
  /** Looks again and again, letting time pass in between, until `ok`; bounded. */
  until<T>(look: () => Promise<T>, ok: (seen: T) => boolean): Promise<T>;
  /** One raw request, as the operator or as the visitor. */
  wire(
    method: string,
    path: string,
    options?: { type?: string; body?: string; visitor?: boolean },
  ): Promise<WireAnswer>;
  close(): Promise<void>;
}

export const GOOD_IMAGE = 'registry.k8s.io/pause:3.10';
export const MISSING_IMAGE = 'registry.k8s.io/pause:missing';

const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export function markOf(run: string): { run: string; by: string; reason: string; at: Date } {
  return {
    run,
    by: 'U0HIKESHI',
    reason: '3 a.m. && "quotes" <b> \u{1f525} 火消し\u0000\nline',
    at: new Date('2026-01-02T03:04:05.678Z'),
  };
}

/** What the port promises, on whatever answers as an API server. */
export function clusterContract(name: string, make: () => Promise<ClusterBench>): void {
  describe(name, () => {
    let bench: ClusterBench;
    beforeAll(async () => {
      bench = await make();
    });
    afterAll(() => bench?.close());
    const reach = (): ClusterBench => bench;
    reading(reach);
    restarting(reach);
    refusing(reach);
    failing(reach);
    wireContract(reach);
  });
}

function refOf(bench: ClusterBench, kind: WorkloadKind, name: string): WorkloadRef {
  return { kind, namespace: bench.namespace, name };
}

/** Deploys and waits until it is rolled out. */
async function deployed(bench: ClusterBench, wanted: Wanted): Promise<WorkloadRef> {
  await bench.deploy(wanted);
  const ref = refOf(bench, wanted.kind, wanted.name);
  await done(bench, ref);
  return ref;
}

async function done(bench: ClusterBench, ref: WorkloadRef): Promise<void> {
  await bench.until(
    () => bench.cluster.rollout(ref),
    (r) => r.state === 'done',
  );
}

async function workloadOf(bench: ClusterBench, ref: WorkloadRef): Promise<Workload> {
  const workload = await bench.cluster.workload(ref);
  if (!workload) throw new Error(`no ${ref.name}`);
  return workload;
}

async function restart(bench: ClusterBench, ref: WorkloadRef, run: string, seen?: Workload): Promise<string> {
  const { uid, templateHash } = seen ?? (await workloadOf(bench, ref));
  const change = { expect: { uid, templateHash }, mark: markOf(run), dryRun: false };
  return (await bench.cluster.restart(ref, change)).templateHash;
}

function reading(reach: () => ClusterBench): void {
  it('tells its version and its namespaces', async () => {
    const { cluster, namespace } = reach();
    expect(await cluster.version()).toMatch(/^v1\.\d+\.\d+/);
    expect(await cluster.namespaces()).toEqual(expect.arrayContaining(['default', 'kube-system', namespace]));
  });

  it('lists pods by namespace and selector, and counts what is over the limit', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'listed', replicas: 3 });
    const query = { namespace: bench.namespace, selector: 'app=listed' };
    const { pods, more } = await bench.cluster.pods(query);
    expect(more).toBe(0);
    expect(pods).toHaveLength(3);
    const names = pods.map((p) => p.name);
    expect(names).toEqual([...names].sort());
    expect(pods[0]).toMatchObject({
      namespace: bench.namespace,
      status: 'Running',
      readyContainers: 1,
      containers: 1,
      restarts: 0,
      images: [GOOD_IMAGE],
      labels: { app: 'listed' },
    });
    expect(pods[0]?.name).toMatch(/^listed-[a-z0-9]+-[a-z0-9]{5}$/);
    expect(pods[0]).toMatchObject({ node: expect.any(String), ip: expect.any(String), uid: expect.any(String) });
    expect(pods[0]?.problem).toBeUndefined();
    const first = await bench.cluster.pods({ ...query, limit: 1 });
    expect(first).toMatchObject({ pods: [{ name: names[0] }], more: 2 });
    const all = await bench.cluster.pods({ namespace: bench.namespace });
    const some = await bench.cluster.pods({ namespace: bench.namespace, limit: 2 });
    expect(some.pods.length + some.more).toBe(all.pods.length);
  });

  it('understands set-based selectors, and everywhere', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'sets-a' });
    await deployed(bench, { kind: 'Deployment', name: 'sets-b' });
    const count = async (selector: string, namespace?: string): Promise<number> =>
      (await bench.cluster.pods({ selector, ...(namespace && { namespace }) })).pods.length;
    expect(await count('app in (sets-a,sets-b)', bench.namespace)).toBe(2);
    expect(await count('app in (sets-a, sets-b),app notin (sets-b)', bench.namespace)).toBe(1);
    expect(await count('app!=sets-a,app==sets-b', bench.namespace)).toBe(1);
    expect(await count('app in (sets-a),!nope', bench.namespace)).toBe(1);
    expect(await count('pod-template-hash,app=sets-a')).toBe(1);
    await expect(count('a b')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('unable to parse'),
    });
  });

  it.each(KINDS)('reads a %s: what a plan needs', async (kind) => {
    const bench = reach();
    const name = `read-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name, replicas: 2 });
    const workload = await workloadOf(bench, ref);
    expect(workload).toMatchObject({
      ref,
      generation: 1,
      paused: false,
      selector: `app=${name}`,
      images: [GOOD_IMAGE],
      updateStrategy: 'RollingUpdate',
      progressDeadlineSeconds: 600,
      revision: 1,
    });
    expect(workload.templateHash).toMatch(/^[0-9a-f]{64}$/);
    expect(workload.desired).toBeGreaterThan(0);
    const rows = await bench.cluster.workloads({ namespace: bench.namespace, kind });
    const { desired } = workload;
    expect(rows.find((r) => r.ref.name === name)).toMatchObject({ ref, desired, ready: desired, images: [GOOD_IMAGE] });
    const every = await bench.cluster.workloads({ namespace: bench.namespace });
    expect(every.map((r) => r.ref)).toContainEqual(ref);
  });

  it('answers what is not there', async () => {
    const bench = reach();
    for (const kind of KINDS) {
      const ref = refOf(bench, kind, 'nobody');
      expect(await bench.cluster.workload(ref)).toBeUndefined();
      expect(await bench.cluster.rollout(ref)).toMatchObject({ state: 'gone' });
      await expect(restart(bench, ref, 'r', { uid: 'u', templateHash: 'h' } as Workload)).rejects.toMatchObject({
        kind: 'not-found',
      });
      await expect(bench.cluster.restartHappened(ref, 'r')).rejects.toMatchObject({ kind: 'not-found' });
    }
    const elsewhere = { ...refOf(bench, 'Deployment', 'nobody'), namespace: 'no-such-namespace' };
    expect(await bench.cluster.workload(elsewhere)).toBeUndefined();
    expect(await bench.cluster.pods({ namespace: 'no-such-namespace' })).toEqual({ pods: [], more: 0 });
  });

  it('reports OnDelete, under which a new template waits for hands', async () => {
    const bench = reach();
    const ref = refOf(bench, 'StatefulSet', 'by-hand');
    await bench.deploy({ kind: 'StatefulSet', name: 'by-hand', onDelete: true });
    await done(bench, ref);
    expect(await workloadOf(bench, ref)).toMatchObject({ updateStrategy: 'OnDelete' });
    await restart(bench, ref, 'by-hand-1');
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.reason === 'OnDelete' && r.updated === 0,
    );
    expect(seen.state).toBe('progressing');
  });
}

function restarting(reach: () => ClusterBench): void {
  it.each(KINDS)('restarts a %s to the end, and remembers each run', async (kind) => {
    const bench = reach();
    const name = `again-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name, replicas: 2 });
    const before = await workloadOf(bench, ref);
    const query = { namespace: bench.namespace, selector: before.selector };
    const old = (await bench.cluster.pods(query)).pods.map((p) => p.uid);
    const hash = await restart(bench, ref, `${name}-1`);
    expect(await bench.cluster.restartHappened(ref, `${name}-1`)).toBe(true);
    await done(bench, ref);
    const after = await workloadOf(bench, ref);
    expect(after).toMatchObject({ uid: before.uid, templateHash: hash, revision: 2, generation: 2 });
    const { pods } = await bench.until(
      () => bench.cluster.pods(query),
      (list) => list.pods.length === old.length && list.pods.every((p) => p.status === 'Running'),
    );
    expect(pods.filter((p) => old.includes(p.uid))).toEqual([]);
    expect(await bench.cluster.rollout(ref)).toMatchObject({
      state: 'done',
      desired: old.length,
      updated: old.length,
      ready: old.length,
      available: old.length,
      problems: [],
    });
    await restart(bench, ref, `${name}-2`);
    await done(bench, ref);
    expect(await bench.cluster.restartHappened(ref, `${name}-2`)).toBe(true);
    expect(await bench.cluster.restartHappened(ref, `${name}-1`)).toBe(true);
    expect(await bench.cluster.restartHappened(ref, `${name}-3`)).toBe(false);
  });

  it('restarts a template whose strings JSON may write in two ways', async () => {
    const bench = reach();
    const ref = refOf(bench, 'Deployment', 'escapes');
    await bench.deploy({ kind: 'Deployment', name: 'escapes', command: ['/pause', 'a && b <c> "d" é \u2028'] });
    await bench.until(
      () => bench.cluster.workload(ref),
      (w) => w?.revision === 1,
    );
    const before = await workloadOf(bench, ref);
    expect(await restart(bench, ref, 'escapes-1', before)).toBe((await workloadOf(bench, ref)).templateHash);
  });

  it('changes nothing in a dry run, and foretells the template', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'dry' });
    const before = await workloadOf(bench, ref);
    const change = { expect: before, mark: markOf('dry-1') };
    const dry = await bench.cluster.restart(ref, { ...change, dryRun: true });
    expect(dry.templateHash).not.toBe(before.templateHash);
    expect(dry.warnings).toEqual([]);
    expect(await workloadOf(bench, ref)).toEqual(before);
    expect(await bench.cluster.restartHappened(ref, 'dry-1')).toBe(false);
    const real = await bench.cluster.restart(ref, { ...change, dryRun: false });
    expect(real.templateHash).toBe(dry.templateHash);
  });
}

function refusing(reach: () => ClusterBench): void {
  it('refuses when uid or template are not those of the plan', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'moved' });
    const plan = await workloadOf(bench, ref);
    await expect(restart(bench, ref, 'r', { ...plan, uid: 'other' })).rejects.toMatchObject({ kind: 'changed' });
    await bench.setImage(ref, 'registry.k8s.io/pause:3.9');
    await expect(restart(bench, ref, 'r', plan)).rejects.toMatchObject({ kind: 'changed' });
    await expect(bench.cluster.restart(ref, { expect: plan, mark: markOf('r'), dryRun: true })).rejects.toMatchObject({
      kind: 'changed',
    });
    expect(await bench.cluster.restartHappened(ref, 'r')).toBe(false);
  });

  it('goes on when only something else of the spec has moved', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'scaled' });
    const plan = await workloadOf(bench, ref);
    await bench.scale(ref, 2);
    await restart(bench, ref, 'scaled-1', plan);
    expect(await bench.cluster.restartHappened(ref, 'scaled-1')).toBe(true);
  });

  it.each(KINDS)('lets exactly one of several restarts of a %s win', async (kind) => {
    const bench = reach();
    const name = `race-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name });
    const plan = await workloadOf(bench, ref);
    const runs = ['a', 'b', 'c', 'd'].map((id) => `${name}-${id}`);
    const results = await Promise.allSettled(runs.map((run) => restart(bench, ref, run, plan)));
    const won = results.flatMap((r, i) => (r.status === 'fulfilled' ? [runs[i]] : []));
    expect(won).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'ClusterError', kind: 'changed' });
    }
    const happened = await Promise.all(runs.map((run) => bench.cluster.restartHappened(ref, run)));
    expect(runs.filter((_, i) => happened[i])).toEqual(won);
  });

  it('refuses a paused deployment', async () => {
    const bench = reach();
    const ref = refOf(bench, 'Deployment', 'paused');
    await bench.deploy({ kind: 'Deployment', name: 'paused', paused: true });
    const plan = await workloadOf(bench, ref);
    expect(plan.paused).toBe(true);
    await expect(restart(bench, ref, 'r', plan)).rejects.toMatchObject({ kind: 'paused' });
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.reason === 'DeploymentPaused',
    );
    expect(seen.state).toBe('progressing');
  });

  it('says what right is missing', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'guarded' });
    const plan = await workloadOf(bench, ref);
    const { visitor, visitorName, namespace } = bench;
    expect(await visitor.version()).toMatch(/^v1\./);
    await expect(visitor.pods({ namespace })).rejects.toMatchObject({
      name: 'ClusterError',
      kind: 'forbidden',
      message: `pods is forbidden: User "${visitorName}" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
    });
    await expect(visitor.pods({})).rejects.toMatchObject({ message: expect.stringContaining('at the cluster scope') });
    const change = { expect: plan, mark: markOf('r'), dryRun: false };
    await expect(visitor.restart(ref, change)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining(`deployments.apps "guarded" is forbidden: User "${visitorName}" cannot get`),
    });
    await expect(visitor.workload(ref)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('says that the credentials are wrong', async () => {
    const { stranger } = reach();
    await expect(stranger.namespaces()).rejects.toMatchObject({ name: 'ClusterError', kind: 'unauthorized' });
  });
}

function failing(reach: () => ClusterBench): void {
  it('shows a pod whose image cannot be pulled, and a rollout past its deadline', async () => {
    const bench = reach();
    const ref = await deployed(bench, {
      kind: 'Deployment',
      name: 'bad-image',
      replicas: 2,
      progressDeadlineSeconds: 5,
    });
    await bench.setImage(ref, MISSING_IMAGE);
    const pulling = /^(ErrImagePull|ImagePullBackOff)$/;
    const early = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.problems.length > 0,
    );
    expect(early).toMatchObject({ state: 'progressing', desired: 2, available: 2 });
    const late = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.state === 'failed',
    );
    expect(late).toMatchObject({ reason: 'ProgressDeadlineExceeded', updated: 1, ready: 2 });
    expect(late.problems).toEqual([
      {
        pod: expect.stringMatching(/^bad-image-/),
        reason: expect.stringMatching(pulling),
        message: expect.stringContaining(MISSING_IMAGE),
      },
    ]);
    const { pods } = await bench.cluster.pods({ namespace: bench.namespace, selector: 'app=bad-image' });
    const bad = pods.find((p) => p.images.includes(MISSING_IMAGE));
    expect(bad).toMatchObject({
      status: expect.stringMatching(pulling),
      readyContainers: 0,
      restarts: 0,
      problem: { container: 'app', reason: expect.stringMatching(pulling) },
    });
    expect(pods.filter((p) => p.status === 'Running')).toHaveLength(2);
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)('lists the troubles of a %s, which has no deadline', async (kind) => {
    const bench = reach();
    const name = `stuck-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name });
    await bench.setImage(ref, MISSING_IMAGE);
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.problems.length > 0,
    );
    expect(seen.state).toBe('progressing');
    expect(seen.problems[0]).toMatchObject({
      pod: expect.stringMatching(new RegExp(`^${name}-`)),
      reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)$/),
    });
  });

  it('holds a stateful set up behind a pod that never was ready, even when it is mended', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'StatefulSet', name: 'wedged' });
    await bench.setImage(ref, MISSING_IMAGE);
    const query = { namespace: bench.namespace, selector: 'app=wedged' };
    const stuck = (list: Awaited<ReturnType<Cluster['pods']>>): boolean =>
      list.pods.some((p) => p.problem?.reason === 'ImagePullBackOff');
    await bench.until(() => bench.cluster.pods(query), stuck);
    await bench.setImage(ref, GOOD_IMAGE);
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.problems.length > 0,
    );
    expect(seen).toMatchObject({ state: 'progressing', updated: 0, ready: 0 });
  });

  it('shows a crash loop with its exit code and restarts', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'Deployment', name: 'crashing', crash: true });
    const query = { namespace: bench.namespace, selector: 'app=crashing' };
    const { pods } = await bench.until(
      () => bench.cluster.pods(query),
      (list) => list.pods[0]?.status === 'CrashLoopBackOff' && list.pods[0].restarts > 0,
    );
    expect(pods[0]).toMatchObject({
      readyContainers: 0,
      lastRestartAt: expect.any(Date),
      problem: { container: 'app', reason: 'CrashLoopBackOff', message: expect.stringMatching(/^exit code \d+ \(/) },
    });
    const rollout = await bench.until(
      () => bench.cluster.rollout(refOf(bench, 'Deployment', 'crashing')),
      (r) => r.problems.length > 0,
    );
    expect(rollout.problems[0]).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('exit code'),
    });
  });

  it('sees a workload go', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'going' });
    await bench.remove(ref);
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.state === 'gone',
    );
    expect(seen.problems).toEqual([]);
    expect(await bench.cluster.workload(ref)).toBeUndefined();
  });
}
