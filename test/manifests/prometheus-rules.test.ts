import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../src/app/metrics.ts';

/** What `promtool test rules` cannot see: that the rules speak of metrics that exist, and that none goes untested. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const { groups } = parse(read('manifests/prometheus-rules.yaml')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const tests = read('test/manifests/prometheus-rules.test.yaml');
const { described } = createMetrics();

describe.each(rules)('$alert', ({ alert, expr, labels, annotations }) => {
  it('asks for metrics and labels that exist', () => {
    const uses = [...expr.matchAll(/\b(hikeshi_\w+)(?:\{([^}]*)\})?/g)];
    const wrong = uses.filter(([, name = '', matchers = '']) => {
      const metric = described.find((one) => one.name === name.replace(/_(?:bucket|count|sum)$/, ''));
      const asked = [...matchers.matchAll(/(\w+)(?==|!)/g)].map(([, label]) => label!);
      return !metric || asked.some((label) => label !== 'le' && !metric.labels.includes(label));
    });
    expect(wrong.map(([use]) => use)).toEqual([]);
  });

  it('adds up what processes count, and takes the highest of what the database says', () => {
    const wrong = described.filter(({ name, of, kind }) => {
      const used = [
        ...expr.matchAll(new RegExp(String.raw`(\w+)(?: by \(\w+\))? ?\((?:\w+\()?${name}(?:_bucket|_count)?\b`, 'g')),
      ];
      return used.some(([, by]) => by !== (of === 'database' || kind === 'gauge' ? 'max' : 'sum'));
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('says how bad it is, what it means and what to do', () => {
    expect(Object.keys(annotations).sort()).toEqual(['action', 'description', 'summary']);
    expect(labels).toMatchObject({
      severity: expect.stringMatching(/^(?:critical|high|medium|low)$/),
      team: 'hikeshi',
    });
  });

  it('has a test in which it fires', () => {
    expect(tests).toMatch(new RegExp(String.raw`alertname(?:=|: )"?${alert}\b`));
  });
});
