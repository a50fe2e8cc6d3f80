import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesCluster } from '../../src/adapters/kubernetes/cluster.ts';
import { loadModules } from '../../src/app/modules.ts';
import type { Action, Command, Query } from '../../src/core/define.ts';
import { type Permission, permissionsOf, rbacManifests, type Subject } from '../../src/core/rbac.ts';
import { findTarget } from '../../src/core/targets.ts';
import { withinNamespaces } from '../../src/core/within-namespaces.ts';
import { plainText } from '../../src/core/wording.ts';
import type { ActionPlan } from '../../src/domain/plan.ts';
import type { Target, WorkloadKind } from '../../src/domain/workload.ts';
import { sentences } from '../../src/messages/catalog.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { KINDS, markOf } from '../contracts/cluster.bench.ts';
import { fakeImages } from '../fakes/images.ts';
import { askedBy, notAsked, resourcesOf } from '../support/asked.ts';
import { type RealBench, realBench } from './bench.ts';
import { whyNot } from './guard.ts';

/** What `hikeshi rbac` prints, bound to a service account on a real API server: enough for each command, and no more. */
describe.skipIf(whyNot(process.env))('the generated rights', () => {
  const { commands, actions } = loadModules();
  const signal = AbortSignal.timeout(300_000);
  const cleaning: (() => Promise<unknown>)[] = [];
  let bench: RealBench;
  beforeAll(async () => {
    bench = await realBench();
    for (const kind of KINDS) await bench.deploy({ kind, name: nameOf(kind) });
    for (const kind of KINDS)
      await bench.until(
        () => bench.cluster.rollout(refOf(kind)),
        (seen) => seen.state === 'done',
      );
  });
  afterAll(async () => {
    for (const clean of cleaning) await clean();
    await bench?.close();
  });

  const nameOf = (kind: WorkloadKind): string => `rbac-${kind.toLowerCase()}`;
  const refOf = (kind: WorkloadKind) => ({ kind, namespace: bench.namespace, name: nameOf(kind) });
  const targetOf = (kind: WorkloadKind): Target => ({ environment: 'production', cluster: 'real', ...refOf(kind) });

  /** An account with what these commands need, and nothing else; waits until the API server knows it. */
  async function accountFor(
    name: string,
    enabled: readonly Command[],
    where: 'all' | 'namespace',
  ): Promise<KubernetesCluster> {
    const cluster = await bench.account(name);
    cleaning.push(() => cluster.close());
    const permissions = [...permissionsOf(enabled).keys()];
    const subject: Subject = { kind: 'ServiceAccount', name, namespace: bench.namespace };
    const manifests = rbacManifests(permissions, where === 'all' ? 'all' : [bench.namespace], subject);
    for (const manifest of renamed(manifests, `${bench.namespace}-${name}`)) await create(manifest);
    const wanted = asked(permissions, where);
    await bench.until(
      () => cluster.access(wanted, bench.namespace),
      ({ missing }) => missing.length === 0,
    );
    return cluster;
  }

  const asked = (permissions: readonly Permission[], where: 'all' | 'namespace') =>
    permissions
      .filter(({ scope }) => where === 'all' || scope === 'namespace')
      .map(({ group, resource, verb }) => ({
        group,
        resource,
        verb,
        ...(where === 'namespace' && { namespace: bench.namespace }),
      }));

  /** Roles of the whole cluster have one name for all: ours are called after the test. */
  function renamed(manifests: readonly object[], name: string): readonly Manifest[] {
    return manifests.map((manifest) => {
      const text = JSON.stringify(manifest).replaceAll('"name":"hikeshi"', `"name":"${name}"`);
      return JSON.parse(text) as Manifest;
    });
  }

  interface Manifest {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
  }

  async function create(manifest: Manifest): Promise<void> {
    const { kind, metadata } = manifest;
    const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    const path = `/apis/rbac.authorization.k8s.io/v1${place}/${kind.toLowerCase()}s`;
    await bench.write('POST', path, manifest);
    if (place === '') cleaning.push(() => bench.write('DELETE', `${path}/${metadata.name}`));
  }

  const environmentsOf = (cluster: Cluster, namespaces?: readonly string[]) =>
    new Map([
      [
        'production',
        {
          name: 'production',
          clusters: new Map([['real', namespaces ? withinNamespaces(cluster, namespaces) : cluster]]),
          ...(namespaces && { namespaces }),
        },
      ],
    ]);

  const ask = async (query: Query, cluster: Cluster, args: object, namespaces?: readonly string[]): Promise<string> => {
    const asking = askedBy({ role: 'admin', now: new Date(), signal, environment: 'production' });
    const environments = environmentsOf(cluster, namespaces);
    const rights = { commands, standingOf: notAsked, roles: notAsked, rules: notAsked, actionsIn: notAsked };
    const resources = resourcesOf({ environments, images: fakeImages(), rights });
    const answered = await query.answer(query.args.parse(args), resources, asking, sentences('en'));
    return `${plainText(answered.text)} ${JSON.stringify(answered.blocks)}`;
  };

  async function act(action: Action, cluster: Cluster, kind: WorkloadKind, typed: object): Promise<ActionPlan> {
    const found = await findTarget(
      { text: `${bench.namespace}/${kind}/${nameOf(kind)}` },
      { environments: environmentsOf(cluster), signal },
    );
    expect(found).toEqual(targetOf(kind));
    const args = action.args.parse(typed);
    const plan = await action.plan(found, args, { cluster, signal });
    await carryOut(action, plan, cluster);
    return plan;
  }

  async function carryOut(action: Action, plan: ActionPlan, cluster: Cluster): Promise<void> {
    const run = `rbac-${action.name}-${plan.target.kind}-${Date.now()}`;
    await action.execute(plan, { cluster, signal, run, by: 'slack:U1', reason: 'rbac', at: new Date() });
    expect(await action.probe(plan, { cluster, signal, run })).toBe('done');
    await bench.until(
      () => action.watch(plan, { cluster, signal, run }),
      (seen) => seen.state === 'healthy',
    );
  }

  const query = (name: string): Query => commands.get(name) as Query;
  const forbidden = { name: 'ClusterError', kind: 'forbidden' };

  it('for pods let it look everywhere, and the API server refuses every change', async () => {
    const cluster = await accountFor('pods', [query('pods')], 'all');
    expect(await ask(query('pods'), cluster, { namespace: bench.namespace })).toContain(nameOf('Deployment'));
    expect(await ask(query('pods'), cluster, { target: `${bench.namespace}/rbac-daemonset` })).toContain(
      'rbac-daemonset',
    );
    await expect(ask(query('pods'), cluster, { namespace: 'not-there' })).rejects.toThrow();
    const seen = await cluster.workload(refOf('StatefulSet'));
    const change = { expect: seen!, mark: markOf('r'), dryRun: true };
    await expect(cluster.restart(refOf('StatefulSet'), change)).rejects.toMatchObject(forbidden);
    await expect(cluster.workloads({})).rejects.toMatchObject(forbidden);
  });

  it.each([
    'configmaps',
    'endpoints',
    'events',
    'hpa',
    'namespaces',
    'netpol',
    'nodes',
    'pdb',
    'quota',
    'serviceaccounts',
    'services',
    'workloads',
  ])('for %s let it list these, and the API server refuses all else', async (name) => {
    const cluster = await accountFor(name, [query(name)], 'all');
    expect(await ask(query(name), cluster, {})).toContain('production/real: ');
    const namespaced = query(name).flags.some(({ long }) => long === 'namespace');
    if (namespaced)
      await expect(ask(query(name), cluster, { namespace: 'not-there' })).rejects.toThrow('no-such-namespace');
    const other = name === 'configmaps' ? 'serviceaccounts' : 'configmaps';
    await expect(cluster.table({ resource: other, limit: 1 })).rejects.toMatchObject(forbidden);
    await expect(cluster.pods({})).rejects.toMatchObject(forbidden);
  });

  it('for top let it measure, and the API server refuses all else', async () => {
    const cluster = await accountFor('top', [query('top')], 'all');
    for (const what of ['pods', 'nodes'])
      expect(await ask(query('top'), cluster, { what }).catch((error: Error) => error.message)).toMatch(
        /production\/real: |no-metrics/,
      );
    await expect(cluster.table({ resource: 'events', limit: 1 })).rejects.toMatchObject(forbidden);
  });

  it('for rollout let it look at each kind', async () => {
    const cluster = await accountFor('rollout', [query('rollout')], 'all');
    for (const kind of KINDS)
      expect(await ask(query('rollout'), cluster, { status: `${bench.namespace}/${kind}/${nameOf(kind)}` })).toContain(
        'rolled out',
      );
    await expect(cluster.table({ resource: 'events', limit: 1 })).rejects.toMatchObject(forbidden);
  });

  it('for logs let it read the log of what it finds, and the API server refuses every change', async () => {
    const cluster = await accountFor('logs', [query('logs')], 'all');
    const target = `${bench.namespace}/deploy/${nameOf('Deployment')}`;
    expect(await ask(query('logs'), cluster, { target })).toMatch(/container app: (the last|no line)/);
    await expect(ask(query('logs'), cluster, { target: 'x', namespace: 'not-there' })).rejects.toThrow();
    const { uid, desired } = (await cluster.workload(refOf('Deployment')))!;
    const change = { expect: { uid, replicas: desired }, replicas: 2, dryRun: true };
    await expect(cluster.scale(refOf('Deployment'), change)).rejects.toMatchObject(forbidden);
    const pods = await accountFor('no-logs', [query('pods')], 'all');
    await expect(ask(query('logs'), pods, { target })).rejects.toMatchObject({
      ...forbidden,
      message: expect.stringContaining('cannot get resource "pods/log"'),
    });
  });

  it('for why let it look at all that it names causes from, secrets and config maps not among it', async () => {
    const cluster = await accountFor('why', [query('why')], 'all');
    for (const kind of KINDS) {
      const target = `${bench.namespace}/${kind}/${nameOf(kind)}`;
      const answer = await ask(query('why'), cluster, { target: [target] });
      expect(answer).toContain(
        'nothing wrong with it. Looked at: pods, events, volume claims, nodes, services, network policies.',
      );
      expect(answer).not.toContain('Not looked at');
    }
    const secret = { group: '', resource: 'secrets', verb: 'get' };
    const settings = { ...secret, resource: 'configmaps' };
    expect((await cluster.access([secret, settings], bench.namespace)).missing).toEqual([secret, settings]);
    const seen = (await cluster.workload(refOf('Deployment')).catch(() => undefined)) ?? { uid: '', templateHash: '' };
    const change = { expect: seen, mark: markOf('r'), dryRun: true };
    await expect(cluster.restart(refOf('Deployment'), change)).rejects.toMatchObject(forbidden);
  });

  it('for restart let it restart each kind and watch it, and the API server refuses to scale', async () => {
    const restart = actions.get('restart')!;
    const cluster = await accountFor('restart', [restart], 'all');
    for (const kind of KINDS) {
      await act(restart, cluster, kind, {});
      expect(await cluster.restartHappened(refOf(kind), 'never')).toBe(false);
    }
    const { uid, desired } = (await cluster.workload(refOf('Deployment')))!;
    const change = { expect: { uid, replicas: desired }, replicas: 2, dryRun: true };
    await expect(cluster.scale(refOf('Deployment'), change)).rejects.toMatchObject(forbidden);
    expect((await cluster.surroundings(refOf('Deployment'))).unseen).toEqual(['autoscalers', 'quotas']);
    expect(await cluster.budgets(refOf('Deployment'))).toEqual([]);
  });

  it('for scale let it scale and see who else has a say, and the API server refuses to restart', async () => {
    const scale = actions.get('scale')!;
    const cluster = await accountFor('scale', [scale], 'all');
    for (const kind of ['Deployment', 'StatefulSet'] as const) {
      const plan = await act(scale, cluster, kind, { replicas: '2' });
      const undo = scale.undo!(plan);
      const back = await scale.plan(targetOf(kind), undo.args, { cluster, signal });
      expect(back.touches).toEqual(undo.left);
      await carryOut(scale, back, cluster);
      expect(await cluster.workload(refOf(kind))).toMatchObject({ desired: 1 });
    }
    expect((await cluster.surroundings(refOf('Deployment'))).unseen).toEqual([]);
    const seen = (await cluster.workload(refOf('Deployment')))!;
    const change = { expect: seen, mark: markOf('r'), dryRun: true };
    await expect(cluster.restart(refOf('Deployment'), change)).rejects.toMatchObject(forbidden);
  });

  it('for rollback let it go back and back again, and the API server refuses to scale', async () => {
    const rollback = actions.get('rollback')!;
    const cluster = await accountFor('rollback', [rollback, query('history')], 'all');
    for (const kind of KINDS) {
      await bench.revise(refOf(kind), { env: { LEVEL: 'debug' } });
      await bench.until(
        () => bench.cluster.history(refOf(kind)),
        (seen) => seen!.revisions.some(({ current }) => current) && seen!.workload.revision !== 1,
      );
      const plan = await act(rollback, cluster, kind, {});
      const undo = rollback.undo!(plan);
      const back = await rollback.plan(targetOf(kind), undo.args, { cluster, signal });
      expect(back.touches).toEqual(undo.left);
      expect(await ask(query('history'), cluster, { target: `${bench.namespace}/${nameOf(kind)}` })).toContain(
        'is the one it runs',
      );
    }
    const { uid, desired } = (await cluster.workload(refOf('Deployment')))!;
    const change = { expect: { uid, replicas: desired }, replicas: 2, dryRun: true };
    await expect(cluster.scale(refOf('Deployment'), change)).rejects.toMatchObject(forbidden);
  });

  it('for delete let pods be deleted, and the API server refuses to restart', async () => {
    const cluster = await accountFor('delete', [actions.get('delete')!], 'all');
    for (const kind of KINDS) {
      const [pod] = (await bench.cluster.podsOf(refOf(kind)))!;
      await act(actions.get('delete')!, cluster, kind, { target: pod!.name });
      expect((await bench.cluster.podsOf(refOf(kind)))!.map(({ uid }) => uid)).not.toContain(pod!.uid);
    }
    const seen = (await cluster.workload(refOf('Deployment')))!;
    const change = { expect: seen, mark: markOf('r'), dryRun: true };
    await expect(cluster.restart(refOf('Deployment'), change)).rejects.toMatchObject(forbidden);
  });

  it('of single namespaces let everything work there, and nothing elsewhere', async () => {
    const cluster = await accountFor('within', [...commands.values()], 'namespace');
    const ours = withinNamespaces(cluster, [bench.namespace]);
    expect(await ask(query('pods'), cluster, {}, [bench.namespace])).toContain(nameOf('Deployment'));
    await act(actions.get('restart')!, ours, 'Deployment', {});
    await expect(cluster.pods({})).rejects.toMatchObject(forbidden);
    await expect(cluster.namespaces()).rejects.toMatchObject(forbidden);
    await expect(cluster.pods({ namespace: 'kube-system' })).rejects.toMatchObject(forbidden);
    await expect(ours.pods({ namespace: 'kube-system' })).rejects.toMatchObject(forbidden);
  });

  it('are seen by can-i: all there, nothing beyond; and what an account lacks', async () => {
    const cluster = await accountFor('everything', [...commands.values()], 'all');
    const all = await ask(query('can-i'), cluster, {});
    expect(all).toContain('every command has the rights that it needs');
    expect(all).toContain(`system:serviceaccount:${bench.namespace}:everything`);
    expect(all).not.toContain('no command needs');
    const pods = await accountFor('lacking', [query('pods')], 'all');
    const lacking = await ask(query('can-i'), pods, {});
    expect(lacking).toContain('delete pods');
    expect(lacking).toContain('get pods/log');
    expect(lacking).toContain('deployments/scale');
    expect(lacking).toContain('kind: ClusterRole');
    expect(await ask(query('can-i'), bench.cluster, {})).toContain('no command needs: * *.*');
  });
});
