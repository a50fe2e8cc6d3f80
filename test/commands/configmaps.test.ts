import { beforeAll, expect, it } from 'vitest';
import { query as configmaps } from '../../src/commands/configmaps.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  main.putBeside('configmaps', 'shop', 'checkout', { data: { url: 'hunter2', 'app.yaml': 'hunter2' } });
});

it('config maps: keys, never values', async () => {
  const answer = await ask(configmaps, '-n shop');
  expect(answer.text).toBe('production/shop: 1 config map.');
  expect(answer.rows).toEqual([['checkout', expect.any(String), 'app.yaml, url']]);
  expect(JSON.stringify(answer)).not.toContain('hunter2');
});
