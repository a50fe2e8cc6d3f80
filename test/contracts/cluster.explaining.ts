import { expect, it } from 'vitest';
import { type ClusterBench, deployed, done, MISSING_IMAGE, refOf } from './cluster.bench.ts';

const LAST = 'kubectl.kubernetes.io/last-applied-configuration';

/** What is said of a workload in trouble, and of what it leans on. */
export function explaining(reach: () => ClusterBench): void {
  it('tells the facts of a workload whose new image is not there, and of one of its pods', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'untold', replicas: 1 });
    await bench.setImage(ref, MISSING_IMAGE);
    const facts = await bench.until(
      () => bench.cluster.facts(ref),
      (seen) =>
        seen!.events.some(({ reason }) => reason === 'Failed') && seen!.events.some((e) => e.reason === 'BackOff'),
    );
    const { workload, pods, unseen, namespace, more } = facts!;
    expect({ unseen, namespace, more }).toEqual({ unseen: [], namespace: bench.namespace, more: 0 });
    expect(workload).toMatchObject({ ref, desired: 1, rollout: 'progressing', paused: false, hasPrevious: true });
    expect(workload!.selector).toBe(`app=${ref.name}`);
    const failing = pods.find((pod) => !pod.ready)!;
    expect(failing.template).toBe(workload!.newestTemplate);
    expect(pods.find((pod) => pod.ready)!.template).not.toBe(workload!.newestTemplate);
    expect(failing.containers).toMatchObject([
      { name: 'app', image: MISSING_IMAGE, init: false, ready: false, restarts: 0, state: { is: 'waiting' } },
    ]);
    const event = facts!.events.find(({ reason }) => reason === 'Failed')!;
    expect(event).toMatchObject({ kind: 'Pod', name: failing.name, container: 'app' });
    expect(event.at.getTime()).toBeGreaterThan(0);
    const pod = await bench.cluster.facts({ kind: 'Pod', namespace: bench.namespace, name: failing.name });
    expect(pod).toMatchObject({ workload: { ref, hasPrevious: true }, pods: [{ name: failing.name }] });
    expect(pod!.nodes.map(({ name, ready }) => ({ name, ready }))).toEqual([{ name: failing.node, ready: true }]);
  });

  it('tells how the last run ended, and what a container keeps saying', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'StatefulSet', name: 'ending', crash: true });
    const ref = refOf(bench, 'StatefulSet', 'ending');
    const facts = await bench.until(
      () => bench.cluster.facts(ref),
      (seen) => seen!.pods[0]?.containers[0]?.last !== undefined,
    );
    const [container] = facts!.pods[0]!.containers;
    expect(container).toMatchObject({ name: 'app', last: { exitCode: expect.any(Number), at: expect.any(Date) } });
    expect(facts!.workload).toMatchObject({ ref, hasPrevious: false, newestTemplate: facts!.pods[0]!.template });
  });

  it('says that a quota lets no pod be made, until it does', async () => {
    const bench = reach();
    const free = await bench.limit('none-more', { pods: '0' });
    const ref = refOf(bench, 'Deployment', 'refused');
    await bench.deploy({ kind: 'Deployment', name: 'refused', replicas: 2 });
    const words =
      /pods "refused-\S+" is forbidden: exceeded quota: none-more, requested: pods=1, used: pods=\d+, limited: pods=0$/;
    const refused = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: expect.stringMatching(words),
    };
    const facts = await bench.until(
      () => bench.cluster.facts(ref),
      (seen) =>
        (seen?.workload?.conditions ?? []).some(({ type }) => type === 'ReplicaFailure') && seen!.events.length > 0,
    );
    expect(facts!.pods).toEqual([]);
    expect(facts!.workload!.conditions).toContainEqual(expect.objectContaining(refused));
    const event = facts!.events.find(({ reason }) => reason === 'FailedCreate')!;
    expect(event).toMatchObject({ kind: 'ReplicaSet', name: expect.stringMatching(/^refused-/) });
    expect(event.message).toMatch(/^Error creating: pods "refused-/);
    expect(event.message).toMatch(words);
    const { problems } = await bench.cluster.rollout(ref);
    expect(problems[0]).toMatchObject({ pod: '', reason: 'FailedCreate' });
    await free();
    await done(bench, ref);
    const after = await bench.cluster.facts(ref);
    expect(after!.workload!.conditions.map(({ type }) => type)).not.toContain('ReplicaFailure');
  });

  it('finds the services and network policies that are about a workload', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'DaemonSet', name: 'served' });
    const port = { port: 80, targetPort: 8080, protocol: 'TCP' };
    await bench.beside('services', 'served-by-labels', { spec: { selector: { app: 'served' }, ports: [port] } });
    await bench.beside('services', 'served', { spec: { selector: { app: 'misspelt' }, ports: [port] } });
    await bench.beside('services', 'of-others', { spec: { selector: { app: 'others' }, ports: [port] } });
    const policy = { podSelector: { matchLabels: { app: 'served' } }, policyTypes: ['Ingress'] };
    const shut = { ...policy, ingress: [{ ports: [{ port: 9090, protocol: 'TCP' }] }] };
    await bench.beside('networkpolicies', 'served', { spec: shut });
    const other = { podSelector: { matchLabels: { app: 'others' } }, policyTypes: ['Egress'] };
    await bench.beside('networkpolicies', 'of-others', { spec: other });
    const facts = await bench.until(
      () => bench.cluster.facts(ref),
      (seen) => seen!.services.some(({ addresses }) => addresses > 0),
    );
    const ports = [{ port: 80, target: 8080, protocol: 'TCP' }];
    expect(facts!.services).toEqual([
      { name: 'served', selector: { app: 'misspelt' }, ports, addresses: 0, headless: false },
      { name: 'served-by-labels', selector: { app: 'served' }, ports, addresses: expect.any(Number), headless: false },
    ]);
    expect(facts!.policies).toEqual([{ name: 'served', ingress: [{ ports: [{ protocol: 'TCP', port: 9090 }] }] }]);
  });

  it('shows an object whole, without the values of its variables and what only machines read', async () => {
    const bench = reach();
    const ref = await deployed(bench, {
      kind: 'Deployment',
      name: 'whole',
      annotations: { note: 'kept', [LAST]: '{"a":1}' },
    });
    await bench.revise(ref, { env: { PASSWORD: 'hunter2', LEVEL: 'debug' } });
    const query = { resource: 'deployments', name: 'whole' } as const;
    const [shown, ...others] = await bench.cluster.manifests(query);
    expect(others).toEqual([]);
    expect(shown).toMatchObject({ namespace: bench.namespace });
    expect(shown!.object).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'whole' } });
    const text = JSON.stringify(shown!.object);
    expect(text).toContain('"note":"kept"');
    expect(text).toContain('"name":"LEVEL","value":"***"');
    expect(text).not.toMatch(/hunter2|debug|managedFields|last-applied/);
    expect(await bench.cluster.manifests({ ...query, namespace: bench.namespace })).toHaveLength(1);
    expect(await bench.cluster.manifests({ ...query, namespace: 'default' })).toEqual([]);
    const [namespace] = await bench.cluster.manifests({ resource: 'namespaces', name: bench.namespace });
    expect(namespace).toMatchObject({ namespace: '', object: { apiVersion: 'v1', kind: 'Namespace' } });
    await expect(bench.visitor.manifests(query)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it("shows a service's endpoint slices by its name, or one by its own", async () => {
    const bench = reach();
    const labels = { 'kubernetes.io/service-name': 'by-hand' };
    for (const name of ['sliced-1', 'sliced-2'])
      await bench.beside('endpointslices', name, {
        metadata: { labels },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.9.8.7'], conditions: { ready: true } }],
      });
    const named = async (name: string) => {
      const found = await bench.cluster.manifests({ resource: 'endpointslices', name, namespace: bench.namespace });
      return found.map(({ object }) => (object['metadata'] as { readonly name: string }).name);
    };
    expect(await named('by-hand')).toEqual(['sliced-1', 'sliced-2']);
    expect(await named('sliced-2')).toEqual(['sliced-2']);
    expect(await named('by-nobody')).toEqual([]);
  });

  it('answers of what is not there, and of what it may not look at', async () => {
    const bench = reach();
    const { namespace } = bench;
    expect(await bench.cluster.facts(refOf(bench, 'Deployment', 'nobody'))).toBeUndefined();
    expect(await bench.cluster.facts({ kind: 'Pod', namespace, name: 'nobody' })).toBeUndefined();
    const refused = { kind: 'forbidden' };
    await expect(bench.visitor.facts({ kind: 'Pod', namespace, name: 'nobody' })).rejects.toMatchObject(refused);
    await expect(bench.visitor.facts(refOf(bench, 'StatefulSet', 'nobody'))).rejects.toMatchObject(refused);
  });
}
