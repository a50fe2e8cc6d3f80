import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, configSchemaText, schemasAt } from '../../src/config/json-schema.ts';
import { nearest } from '../../src/config/problem.ts';
import { configReference } from '../../src/config/reference.ts';
import { VARIABLES } from '../../src/config/runtime-env.ts';
import { loaded } from './support.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('generated files', () => {
  it('are what the schema gives now', () => {
    expect(file('docs/reference/config.md')).toBe(configReference());
    expect(file('manifests/hikeshi.schema.json')).toBe(configSchemaText());
  });
});

describe('the JSON Schema', () => {
  const schema = configJsonSchema();

  it('describes the file as people write it, unknown keys refused', () => {
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false, required: ['slack'] });
    expect(schema.properties?.['reopenWindow']).toMatchObject({ type: 'string', default: '15m' });
  });

  it('has a description for every key', () => {
    const paths = Object.keys(schema.properties ?? {}).map((key) => [key]);
    for (const path of [
      ...paths,
      ['routes', 0, 'match'],
      ['sources', 'x', 'token'],
      ['policies', 'p', 0, 'after'],
      ['policies', 'p', 'repeat'],
    ]) {
      expect(
        schemasAt(schema, path).some((node) => node.description),
        path.join('.'),
      ).toBe(true);
    }
  });
});

describe('the reference page', () => {
  const page = configReference();

  it('names every key and every variable', () => {
    for (const { name } of VARIABLES) expect(page).toContain(`\`${name}\``);
    for (const key of ['severityLabel', 'previousToken', 'requireReason', 'kubeconfig', 'approver', 'continue'])
      expect(page).toContain(`\`${key}\``);
  });

  it('shows an example that works', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(loaded(example).policies['urgent']?.steps).toHaveLength(2);
  });
});

describe('nearest', () => {
  it.each([
    ['runbok', 'runbook'],
    ['chanel', 'channel'],
    ['polciy', 'policy'],
    ['CHANNEL', 'channel'],
    ['matches', 'match'],
    ['zzz', undefined],
  ])('%s', (word, expected) => {
    expect(nearest(word, ['channel', 'match', 'policy', 'runbook', 'severity'])).toBe(expected);
  });
});
