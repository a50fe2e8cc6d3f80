import { describe, expect, it } from 'vitest';
import type { PodTemplate } from '../../../src/adapters/kubernetes/objects.ts';
import { hashTemplate, selectorText } from '../../../src/adapters/kubernetes/workload.ts';

const hashOf = (json: string): string => hashTemplate(JSON.parse(json) as PodTemplate);

describe('the hash of a template', () => {
  it('depends on what it says, not on how', () => {
    const hash = hashOf('{"metadata":{"labels":{"a":"1","b":"2"}},"spec":{"containers":[{"name":"x","image":"y"}]}}');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(
      hashOf(
        '{"spec":{"containers":[{"image":"y","name":"x"}]},"metadata":{"creationTimestamp":null,"labels":{"b":"2","a":"1"}}}',
      ),
    ).toBe(hash);
  });

  it('depends on fields that we do not know, and on order in lists', () => {
    const hash = hashOf('{"spec":{"containers":[{"name":"x"},{"name":"y"}]}}');
    expect(hashOf('{"spec":{"containers":[{"name":"y"},{"name":"x"}]}}')).not.toBe(hash);
    expect(hashOf('{"spec":{"containers":[{"name":"x"},{"name":"y"}],"brandNew":{"a":1}}}')).not.toBe(hash);
    expect(hashTemplate(undefined)).toBe(hashOf('{}'));
  });
});

describe('a selector as text', () => {
  it('is what kubectl -l takes', () => {
    const text = selectorText({
      matchLabels: { app: 'web', 'example.com/tier': 'front' },
      matchExpressions: [
        { key: 'zone', operator: 'In', values: ['a', 'b'] },
        { key: 'zone', operator: 'NotIn', values: ['c'] },
        { key: 'stable', operator: 'Exists' },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    });
    expect(text).toBe('app=web,example.com/tier=front,zone in (a,b),zone notin (c),stable,!canary');
    expect(selectorText(undefined)).toBe('');
  });
});
