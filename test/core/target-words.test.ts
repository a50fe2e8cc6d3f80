import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestFits, readingsOf } from '../../src/core/target-words.ts';
import { type Target, targetKey, WORKLOAD_KINDS } from '../../src/domain/workload.ts';

const places = new Map([
  ['production', ['main', 'dr']],
  ['staging', ['main']],
]);
const target = (name: string, more: Partial<Target> = {}): Target => ({
  environment: 'production',
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment',
  name,
  ...more,
});

describe('readingsOf', () => {
  it.each([
    ['checkout', [{ name: 'checkout' }]],
    ['Checkout', [{ name: 'checkout' }]],
    ['shop/checkout', [{ namespace: 'shop', name: 'checkout' }]],
    [
      'deploy/checkout',
      [
        { kind: 'Deployment', name: 'checkout' },
        { namespace: 'deploy', name: 'checkout' },
      ],
    ],
    ['deployments.apps/checkout', [{ kind: 'Deployment', name: 'checkout' }]],
    ['production/checkout', [{ environment: 'production', name: 'checkout' }]],
    ['production/shop/checkout', [{ environment: 'production', namespace: 'shop', name: 'checkout' }]],
    [
      'pod/x-1',
      [
        { kind: 'Pod', name: 'x-1' },
        { namespace: 'pod', name: 'x-1' },
      ],
    ],
    ['a b', []],
    ['', []],
    ['/', []],
    ['a/b/c/d/e/f', []],
    ['../x', []],
    ['<script>', []],
  ])('%j', (text, readings) => {
    const found = readingsOf(text, places);
    expect(found).toHaveLength(readings.length);
    expect(found).toEqual(expect.arrayContaining(readings));
  });

  it('takes kind and namespace in either order, and whole targets', () => {
    const whole = { environment: 'production', cluster: 'dr', namespace: 'shop', kind: 'StatefulSet', name: 'db' };
    expect(readingsOf('production/dr/shop/sts/db', places)).toEqual([whole]);
    expect(readingsOf('production/dr/statefulset/shop/db', places)).toEqual([whole]);
    expect(readingsOf('shop/ds/agent', places)).toContainEqual({ namespace: 'shop', kind: 'DaemonSet', name: 'agent' });
    expect(readingsOf('ds/shop/agent', places)).toContainEqual({ namespace: 'shop', kind: 'DaemonSet', name: 'agent' });
    expect(readingsOf('main/shop/checkout', places)).toEqual([
      { cluster: 'main', namespace: 'shop', name: 'checkout' },
    ]);
  });

  it('never throws, and never gives one reading twice', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = readingsOf(text, places).map((r) =>
          JSON.stringify([r.environment, r.cluster, r.namespace, r.kind, r.name]),
        );
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});

describe('bestFits', () => {
  const all = [
    target('checkout'),
    target('checkout-worker'),
    target('db', { kind: 'StatefulSet' }),
    target('agent', { kind: 'DaemonSet', namespace: 'kube-system' }),
  ];
  const fits = (text: string, workloads = all): string[] =>
    bestFits(readingsOf(text, places), workloads).map((t) => t.name);

  it.each([
    ['checkout', ['checkout']],
    ['checkout-worker', ['checkout-worker']],
    ['checkout-7d9f86c5b-x2v4q', ['checkout']],
    ['pod/checkout-7d9f86c5b-x2v4q', ['checkout']],
    ['checkout-7d9f', ['checkout']],
    ['checkout-7d9f...', ['checkout']],
    ['checkout-7d9f86c5b-', ['checkout']],
    ['checkout-7d9f86c5b-x2', ['checkout']],
    ['checkout-worker-7d9f86c5b-x2v4q', ['checkout-worker']],
    ['db-0', ['db']],
    ['agent-x2v4q', ['agent']],
    ['deploy/db', []],
    ['pod/checkout', []],
    ['check', []],
    ['checkout-work', []],
    ['checkout-bcd', []],
    ['db-x', []],
    ['other/checkout', []],
  ])('%s is %j', (text, names) => {
    expect(fits(text)).toEqual(names);
  });

  it('takes a workload of that very name before a pod of that name', () => {
    expect(fits('db-0', [...all, target('db-0')])).toEqual(['db-0']);
  });

  it('gives all that fit equally, in one order', () => {
    const two = [target('checkout', { namespace: 'web' }), target('checkout')];
    expect(bestFits(readingsOf('checkout', places), two).map(targetKey)).toEqual([
      'production/main/shop/deployment/checkout',
      'production/main/web/deployment/checkout',
    ]);
  });

  it('finds exactly the target whose key is typed, whatever else there is', () => {
    const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/);
    const any = fc.record({
      environment: fc.constantFrom('production', 'staging'),
      cluster: fc.constant('main'),
      namespace: fc.oneof(label, fc.constantFrom('production', 'deploy', 'main', 'shop')),
      kind: fc.constantFrom(...WORKLOAD_KINDS),
      name: fc.oneof(label, fc.constantFrom('checkout', 'checkout-0', 'deploy')),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 8 }), (targets) => {
        const [wanted] = targets;
        const key = targetKey(wanted!);
        expect(bestFits(readingsOf(key, places), targets).map(targetKey)).toEqual([key]);
      }),
    );
  });
});
