import fc from 'fast-check';
import { stringify } from 'yaml';
import type { ConfigInput } from './input.ts';
import { attack, CONFIGS, mangled, strange } from './text.ts';

const BASE = {
  slack: { channel: 'alerts', language: 'en', oncall: ['@hana'] },
  sources: { default: { token: 'ALERTMANAGER_WEBHOOK_TOKEN', api: ['http://am.example.test:9093'] } },
  environments: { production: { clusters: { main: { kubeconfig: '/dev/null' } }, matchers: ['cluster="main"'] } },
  channels: { allowed: ['ops'] },
  routes: [{ match: ['severity="critical"'], policy: 'urgent', runbook: 'checkout' }],
  policies: { urgent: [{ after: '0s', page: ['@hana'] }] },
  runbooks: { checkout: { link: 'https://runbooks.example.test', actions: ['restart'] } },
  roles: { operator: ['@kenji'] },
  maxBody: '1MiB',
};

const values = mangled(BASE).chain((changed) =>
  fc.oneof(
    fc.constant(changed),
    fc
      .tuple(fc.constantFrom(...Object.keys(BASE)), fc.oneof(strange, attack))
      .map(([name, inner]) => ({ ...changed, [name]: { x: inner } })),
  ),
);
const yaml = fc.oneof(
  { weight: 6, arbitrary: values.map((value) => written(value)) },
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(CONFIGS)) },
  { weight: 3, arbitrary: attack.map((text) => `slack: {channel: alerts}\n${text}`) },
  { weight: 2, arbitrary: attack },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...Object.values(CONFIGS)), fc.nat(400)).map(([text, at]) => text.slice(0, at)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(attack, attack)
      .map(
        ([a, b]) =>
          `slack: {channel: alerts}\nroutes:\n  - match: [${JSON.stringify(a)}]\n    channel: ${JSON.stringify(b)}\n`,
      ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 5_000 }).map((depth) => `slack: ${'['.repeat(depth)}`) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 10, max: 500 })
      .map((n) => `slack: {channel: alerts}\nroles:\n${`  r: ['@x']\n`.repeat(n)}`),
  },
);

/** What cannot be written as YAML (a half character) is written as JSON, which YAML takes. */
function written(value: unknown): string {
  try {
    return stringify(value);
  } catch {
    return JSON.stringify(value);
  }
}

/** Config files as nobody should write them. */
export const configs: fc.Arbitrary<ConfigInput> = yaml.map((text) => ({ way: 'config', yaml: text }));
