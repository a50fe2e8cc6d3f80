import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMatchers } from '../../src/domain/matchers.ts';
import { namespaceOf, podOf, workloadOf, workloadOfPod } from '../../src/domain/target-labels.ts';
import { parseTargetPattern } from '../../src/domain/target-pattern.ts';
import {
  commonEnvironment,
  commonTarget,
  environmentOf,
  type TargetingInput,
  targetOf,
} from '../../src/domain/targeting.ts';

const environment = (name: string, clusters: readonly string[], match = '') => ({
  name,
  clusters: clusters.map((cluster) => ({ name: cluster })),
  matchers: parseMatchers(match),
});
const production = environment('production', ['tokyo', 'osaka'], 'env="prod"');
const staging = environment('staging', ['test'], 'env=~"staging|test"');
const environments = [production, staging];

describe('environmentOf', () => {
  it("is the one whose matchers hold, whatever the source's default", () => {
    expect(environmentOf({ env: 'prod' }, environments, 'staging')).toEqual({ environment: 'production' });
  });

  it("is the source's default when none hold", () => {
    expect(environmentOf({}, environments, 'staging')).toEqual({ environment: 'staging' });
  });

  it('is open when none hold and there is no default, or one that config does not have', () => {
    const open = { environment: undefined, why: { code: 'no-environment' } };
    expect(environmentOf({}, environments)).toEqual(open);
    expect(environmentOf({}, environments, 'elsewhere')).toEqual(open);
  });

  it('is open when two hold, even if one is the default', () => {
    const both = [...environments, environment('blue', ['b'], 'team="db"')];
    expect(environmentOf({ env: 'prod', team: 'db' }, both, 'production')).toEqual({
      environment: undefined,
      why: { code: 'several-environments', environments: ['production', 'blue'] },
    });
  });

  it('never lets labels choose an environment without matchers', () => {
    expect(environmentOf({ env: 'x' }, [environment('x', ['c'])]).environment).toBeUndefined();
  });
});

describe('what labels say of the workload', () => {
  it.each([
    [{ deployment: 'checkout' }, 'Deployment', 'checkout', 'exact', 'label deployment'],
    [{ statefulset: 'db' }, 'StatefulSet', 'db', 'exact', 'label statefulset'],
    [{ daemonset: 'agent' }, 'DaemonSet', 'agent', 'exact', 'label daemonset'],
    [
      { exported_deployment: 'checkout', deployment: 'kube-state-metrics' },
      'Deployment',
      'checkout',
      'exact',
      'label exported_deployment',
    ],
    [{ workload: 'checkout', workload_type: 'deployment' }, 'Deployment', 'checkout', 'exact', 'label workload'],
    [{ pod: 'checkout-6d4cf56db6-x7k2p' }, 'Deployment', 'checkout', 'guess', 'label pod'],
    [
      { exported_pod: 'db-0', pod: 'kube-state-metrics-6d4cf56db6-x7k2p' },
      'StatefulSet',
      'db',
      'guess',
      'label exported_pod',
    ],
    [{ deployment: 'checkout', pod: 'other-0' }, 'Deployment', 'checkout', 'exact', 'label deployment'],
  ])('%j', (labels, kind, name, certainty, from) => {
    expect(workloadOf(labels)).toEqual([{ kind, name, certainty, from }]);
  });

  it.each([
    [{}],
    [{ app: 'checkout', service: 'checkout', container: 'checkout', job: 'checkout' }],
    [{ workload: 'checkout' }],
    [{ workload: 'nightly', workload_type: 'job' }],
    [{ pod: 'prometheus-node-exporter-x7k2p' }],
    [{ pod: 'kube-state-metrics-6d4cf56db6-x7k2p' }],
    // The exporter's own pod: the series' namespace was renamed, so plain labels are the exporter's.
    [{ exported_namespace: 'shop', namespace: 'monitoring', pod: 'ksm-6d4cf56db6-x7k2p' }],
    [{ deployment: 'Not A Name' }],
    [{ deployment: '<!channel>' }],
    [{ pod: '../../etc' }],
  ])('nothing for %j', (labels) => {
    expect(workloadOf(labels)).toEqual([]);
  });

  it('lists all when there are several', () => {
    expect(workloadOf({ deployment: 'a', statefulset: 'b' }).map((w) => w.name)).toEqual(['a', 'b']);
  });

  it('takes the namespace of the thing, not of the exporter', () => {
    expect(namespaceOf({ namespace: 'shop' })).toBe('shop');
    expect(namespaceOf({ namespace: 'monitoring', exported_namespace: 'shop' })).toBe('shop');
    expect(namespaceOf({ namespace: 'monitoring', exported_pod: 'db-0' })).toBeUndefined();
    expect(podOf({ pod: 'web-0', exported_service: 'x' })).toBeUndefined();
  });
});

describe('workloadOfPod', () => {
  it.each([
    ['checkout-6d4cf56db6-x7k2p', 'Deployment', 'checkout'],
    ['checkout-api-78c5f9b6d-2zq8v', 'Deployment', 'checkout-api'],
    ['db-0', 'StatefulSet', 'db'],
    ['db-replica-12', 'StatefulSet', 'db-replica'],
    ['fluent-bit-x7k2p', 'DaemonSet', 'fluent-bit'],
  ])('%s', (pod, kind, name) => {
    expect(workloadOfPod(pod)).toEqual({ kind, name });
  });

  it.each([
    'worker-000',
    'worker-007',
    'checkout',
    'backup-28391820-x7k2p',
    'kube-proxy',
    'my-pgbnc',
    'a',
    '-0',
    'node-1-aeiou',
  ])('nothing for %s', (pod) => {
    expect(workloadOfPod(pod)).toBeUndefined();
  });
});

describe('targetOf', () => {
  const target = (input: Partial<TargetingInput>) => targetOf({ labels: {}, environments, ...input });
  const checkout = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
  const labels = { env: 'staging', namespace: 'shop', deployment: 'checkout' };

  it('comes from the labels', () => {
    expect(target({ labels })).toEqual({
      target: { environment: 'staging', cluster: 'test', ...checkout },
      certainty: 'exact',
      from: 'label deployment',
    });
  });

  it('from a pod is a guess, and keeps the pod', () => {
    const found = target({ labels: { env: 'staging', namespace: 'shop', pod: 'checkout-6d4cf56db6-x7k2p' } });
    expect(found).toMatchObject({ target: checkout, certainty: 'guess', pod: 'checkout-6d4cf56db6-x7k2p' });
  });

  it('comes from the runbook when the labels lack workload or namespace: rules that aggregate have neither', () => {
    const runbookTarget = parseTargetPattern('shop/checkout');
    const bare = { env: 'staging', service: 'checkout' };
    expect(target({ labels: bare, runbookTarget })).toMatchObject({
      target: { environment: 'staging', ...checkout },
      from: 'runbook',
    });
    expect(target({ labels: { ...bare, deployment: 'other' }, runbookTarget })).toMatchObject({
      target: checkout,
      from: 'runbook',
    });
    expect(target({ labels: { ...labels, deployment: 'own' }, runbookTarget })).toMatchObject({
      target: { name: 'own' },
    });
  });

  it("takes the runbook's environment when the alert has none, and refuses when they contradict", () => {
    const runbookTarget = parseTargetPattern('production/osaka/shop/deployment/checkout');
    expect(target({ runbookTarget })).toMatchObject({ target: { environment: 'production', cluster: 'osaka' } });
    expect(target({ labels: { env: 'staging' }, runbookTarget })).toMatchObject({
      target: undefined,
      why: { code: 'environment-conflict', alert: 'staging', runbook: 'production' },
    });
  });

  it('chooses among several clusters by label only, and only one that exists', () => {
    const prod = { ...labels, env: 'prod' };
    expect(target({ labels: { ...prod, cluster: 'osaka' } })).toMatchObject({ target: { cluster: 'osaka' } });
    expect(target({ labels: { ...prod, cluster: 'x', exported_cluster: 'tokyo' } })).toMatchObject({
      target: { cluster: 'tokyo' },
    });
    for (const cluster of ['', 'nagoya']) {
      expect(target({ labels: { ...prod, cluster } })).toEqual({
        target: undefined,
        why: { code: 'several-clusters', environment: 'production', clusters: ['tokyo', 'osaka'] },
        known: { environment: 'production', ...checkout },
      });
    }
  });

  it.each([
    [{ namespace: 'shop', deployment: 'a' }, 'no-environment'],
    [{ env: 'staging', deployment: 'a' }, 'no-namespace'],
    [{ env: 'staging', namespace: 'shop' }, 'no-workload'],
    [{ env: 'staging', namespace: 'shop', deployment: 'a', statefulset: 'b' }, 'several-workloads'],
  ])('has none for %j: %s', (given, code) => {
    expect(target({ labels: given })).toMatchObject({ target: undefined, why: { code } });
  });

  it('has none in an environment without clusters', () => {
    const ecs = environment('ecs', [], 'env="staging"');
    expect(targetOf({ labels, environments: [ecs] })).toMatchObject({
      why: { code: 'no-cluster', environment: 'ecs' },
    });
  });

  it('never leaves what config names, whatever the labels say', () => {
    const value = fc.constantFrom('', 'prod', 'staging', 'shop', 'checkout', 'tokyo', 'x', 'db-0', '$(reboot)', 'A/B');
    const name = fc.constantFrom(
      'env',
      'namespace',
      'exported_namespace',
      'deployment',
      'statefulset',
      'pod',
      'cluster',
      'exported_cluster',
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.boolean(), (given, withRunbook) => {
        const found = target({
          labels: given,
          ...(withRunbook && { runbookTarget: parseTargetPattern('shop/checkout') }),
        });
        if (!found.target) return;
        const home = environments.find((env) => env.name === found.target.environment);
        expect(home?.clusters.map((c) => c.name)).toContain(found.target.cluster);
        expect(found.target.name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
        expect(found.target.namespace).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
      }),
    );
  });
});

describe('an incident of several alerts', () => {
  const of = (labels: Record<string, string>) => targetOf({ labels: { env: 'staging', ...labels }, environments });
  const exact = of({ namespace: 'shop', deployment: 'checkout' });
  const guess = of({ namespace: 'shop', pod: 'checkout-6d4cf56db6-x7k2p' });
  const nothing = of({});

  it('has the target that its alerts agree on; certain if one of them is', () => {
    expect(commonTarget([guess, nothing, exact])).toMatchObject({ target: { name: 'checkout' }, certainty: 'exact' });
    expect(commonTarget([guess, guess])).toEqual(guess);
    const other = of({ namespace: 'shop', pod: 'checkout-6d4cf56db6-zzzz9' });
    expect(commonTarget([guess, other])).not.toHaveProperty('pod');
  });

  it('has none when they differ, but keeps what they share', () => {
    expect(commonTarget([exact, of({ namespace: 'shop', deployment: 'cart' })])).toEqual({
      target: undefined,
      why: {
        code: 'several-targets',
        targets: ['staging/test/shop/deployment/checkout', 'staging/test/shop/deployment/cart'],
      },
      known: { environment: 'staging', cluster: 'test', namespace: 'shop', kind: 'Deployment' },
    });
  });

  it('has none when the environment of one of them is in doubt', () => {
    const doubt = targetOf({
      labels: { env: 'prod', x: '1' },
      environments: [production, environment('b', ['b'], 'x="1"')],
    });
    expect(commonTarget([exact, doubt])).toMatchObject({ target: undefined, why: { code: 'several-environments' } });
  });

  it('says why when none of them has one', () => {
    expect(commonTarget([nothing])).toEqual(nothing);
    expect(commonTarget([])).toMatchObject({ why: { code: 'no-workload' } });
  });

  it('has an environment only if all agree', () => {
    const env = (name: string) => ({ environment: name });
    const none = { environment: undefined, why: { code: 'no-environment' as const } };
    expect(commonEnvironment([env('a'), env('a')])).toEqual(env('a'));
    expect(commonEnvironment([env('a'), none])).toEqual(none);
    expect(commonEnvironment([env('a'), env('b')])).toMatchObject({
      why: { code: 'several-environments', environments: ['a', 'b'] },
    });
    expect(commonEnvironment([])).toEqual(none);
  });
});

describe('parseTargetPattern', () => {
  it.each([
    ['shop/checkout', { namespace: 'shop', kind: 'Deployment', name: 'checkout' }],
    ['data/sts/db', { namespace: 'data', kind: 'StatefulSet', name: 'db' }],
    [
      'production/shop/checkout',
      { environment: 'production', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
    ],
    [
      'production/shop/DaemonSet/agent',
      { environment: 'production', namespace: 'shop', kind: 'DaemonSet', name: 'agent' },
    ],
    [
      'production/osaka/shop/checkout',
      { environment: 'production', cluster: 'osaka', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
    ],
    [
      'production/osaka/shop/deploy/checkout',
      { environment: 'production', cluster: 'osaka', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
    ],
  ])('%s', (text, expected) => {
    expect(parseTargetPattern(text)).toEqual(expected);
  });

  it.each([
    '',
    'checkout',
    'shop/',
    '/checkout',
    'a/b/c/deployment/d/e',
    'shop/Check_out',
    'shop/job/x/',
    '/shop/sts/db',
    'a//shop/db',
  ])('refuses %j', (text) => {
    expect(parseTargetPattern(text)).toBeUndefined();
  });
});
