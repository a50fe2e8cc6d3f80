import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PodTemplate } from '../../../src/adapters/kubernetes/objects.ts';
import { differencesOf } from '../../../src/adapters/kubernetes/template-differences.ts';

const podOf = (...containers: readonly object[]): PodTemplate => ({ spec: { containers } });
const appOf = (more: Readonly<Record<string, unknown>>): PodTemplate =>
  podOf({ name: 'app', image: 'shop:1', ...more });

describe('what differs between two pod templates', () => {
  it.each<[string, PodTemplate, PodTemplate, readonly object[]]>([
    ['nothing', appOf({}), appOf({}), []],
    ['nothing but a null', appOf({ ports: null }), appOf({}), []],
    [
      'image',
      appOf({ image: 'shop:2' }),
      appOf({}),
      [{ what: 'image', container: 'app', from: 'shop:2', to: 'shop:1' }],
    ],
    [
      'command and arguments, quoted where they must be',
      appOf({ command: ['sh', '-c'], args: ['run && wait'] }),
      appOf({}),
      [{ what: 'command', container: 'app', from: 'sh -c "run && wait"', to: '' }],
    ],
    [
      'those resources that differ',
      appOf({ resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } } }),
      appOf({ resources: { requests: { cpu: '200m', memory: '1Gi' } } }),
      [{ what: 'resources', container: 'app', from: 'requests.cpu=100m limits.memory=1Gi', to: 'requests.cpu=200m' }],
    ],
    [
      'variables by name, where they come from included',
      appOf({
        env: [{ name: 'A' }, { name: 'B', value: 'old' }, { name: 'C', valueFrom: { secretKeyRef: 1 } }],
      }),
      appOf({
        env: [{ name: 'B', value: 'new' }, { name: 'C', valueFrom: { secretKeyRef: 2 } }, { name: 'D' }],
      }),
      [{ what: 'env', container: 'app', added: ['D'], removed: ['A'], changed: ['B', 'C'] }],
    ],
    [
      'containers that come and go, those that only begin included',
      podOf({ name: 'app', image: 'shop:1' }, { name: 'proxy', image: 'envoy:3' }),
      { spec: { containers: [{ name: 'app', image: 'shop:1' }], initContainers: [{ name: 'init', image: 'init:1' }] } },
      [
        { what: 'added', container: 'init', image: 'init:1' },
        { what: 'removed', container: 'proxy', image: 'envoy:3' },
      ],
    ],
    [
      'everything else by the names of its fields',
      { ...appOf({ livenessProbe: { httpGet: { port: 1 } } }), metadata: { annotations: { restartedAt: 'now' } } },
      { spec: { ...appOf({}).spec, nodeName: 'node-1' } },
      [
        { what: 'other', container: 'app', fields: ['livenessProbe'] },
        { what: 'other', container: '', fields: ['nodeName'] },
        { what: 'other', container: '', fields: ['annotations'] },
      ],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(differencesOf(from, to)).toEqual(expected);
  });

  it('masks what looks like a secret in a command, and cuts a long one', () => {
    const token = `xoxb-${'1'.repeat(12)}-${'a'.repeat(24)}`;
    const told = JSON.stringify(
      differencesOf(appOf({ args: [`--token=${token}`] }), appOf({ args: ['x'.repeat(999)] })),
    );
    expect(told).not.toContain(token);
    expect(told.length).toBeLessThan(500);
  });

  it('never tells the value of a variable', () => {
    const env = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[A-Z]{1,3}$/), value: fc.uuid() }), {
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(env, env, (before, after) => {
        const told = JSON.stringify(differencesOf(appOf({ env: before }), appOf({ env: after })));
        for (const { value } of [...before, ...after]) expect(told).not.toContain(value);
      }),
    );
  });
});
