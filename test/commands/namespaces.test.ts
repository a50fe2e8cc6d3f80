import { expect, it } from 'vitest';
import { query as namespaces } from '../../src/commands/namespaces.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

it('namespaces: what Pod Security enforces', async () => {
  const main = lists.world('production/main');
  for (const namespace of ['shop', 'data']) main.createNamespace(namespace);
  const metadata = main.store.meta(undefined, 'strict', {
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
  main.store.put('namespaces', { metadata, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Terminating' } });
  const answer = await ask(namespaces, '--cluster main');
  expect(answer.text).toBe('production/main: 5 namespaces, 1 being deleted, first strict.');
  expect(answer.rows[0]).toEqual(['strict', 'Terminating', 'restricted', expect.any(String)]);
  expect(answer.rows[1]?.slice(0, 3)).toEqual(['data', 'Active', '']);
});
