import { beforeAll, expect, it } from 'vitest';
import { query as top } from '../../src/commands/top.ts';
import { useLists } from '../support/lists.ts';
import { targetOf } from '../support/shop.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } };
  main.create({ namespace: 'shop', name: 'checkout', resources });
  main.create({ namespace: 'shop', name: 'cart', resources, sidecars: ['proxy'] });
  main.create({ namespace: 'shop', name: 'bare' });
  main.store.usage.put('shop/checkout/app', { cpu: '250500u', memory: '120Mi' });
  main.store.usage.put('shop/bare/app', { cpu: '2', memory: '1Gi' });
  main.store.usage.put('node-2', { cpu: '3900m', memory: '1Gi' });
});

it('shows pods with what they ask for, the nearest to a limit first', async () => {
  const answer = await ask(top, 'pods -n shop --cluster main');
  expect(answer.text).toMatch(/^production\/main\/shop: 3 pods, 1 near a limit, first checkout-\S+\.$/);
  expect(answer.columns).toEqual(['NAME', 'CPU', 'REQ/LIM', 'MEMORY', 'MEM REQ/LIM']);
  expect(answer.rows.map((row) => row.slice(1))).toEqual([
    ['251m', '100m/1000m', '120Mi', '64Mi/128Mi'],
    ['20m', '100m/-', '64Mi', '64Mi/-'],
    ['2000m', '-/-', '1024Mi', '-/-'],
  ]);
  expect(answer.buttons[0]?.[1]).toMatch(/^why production\/main\/shop\/checkout-/);
});

it('by container, by memory, of one workload, of the incident’s', async () => {
  const containers = await ask(top, 'shop/cart --containers');
  expect(containers.text).toContain('2 containers');
  expect(containers.rows.map((row) => [row[0]?.split('/').at(-1), row[2]])).toEqual([
    ['app', '100m/1000m'],
    ['proxy', '-/-'],
  ]);
  const byMemory = await ask(top, '-n shop --sort memory');
  expect(byMemory.rows.map((row) => row[3])).toEqual(['1024Mi', '120Mi', '64Mi']);
  expect(byMemory.text).toContain('first checkout-');
  expect((await ask(top, '-n shop --sort-by memory')).rows).toEqual(byMemory.rows);
  await expect(ask(top, '--sort cpu --sort-by cpu')).rejects.toMatchObject({ code: 'same-twice' });
  expect((await ask(top, 'shop/checkout')).rows).toHaveLength(1);
  const here = await ask(top, '', { incidentTarget: targetOf('cart') });
  expect(here.rows).toHaveLength(1);
  expect(here.text).toMatch(/^production\/main\/shop \(deployment\/cart\): 1 pod, /);
  expect(here.buttons.at(-1)).toEqual(['All in shop', 'top pods -n shop -e production --cluster main']);
  const all = await ask(top, '-n shop', { incidentTarget: targetOf('cart') });
  expect(all.text).toMatch(/^production\/shop: 3 pods/);
  expect(all.buttons.map(([label]) => label)).not.toContain('All in shop');
});

it('shows nodes with what their pods ask for', async () => {
  const answer = await ask(top, 'nodes --cluster main');
  expect(answer.text).toBe('production/main: 3 nodes, 1 used to 90 % or more, first node-2.');
  expect(answer.columns).toEqual(['NAME', 'CPU', '%', 'MEMORY', 'MEM %', 'REQUESTS CPU/MEM']);
  expect(answer.rows[0]?.slice(0, 5)).toEqual(['node-2', '3900m', '97', '1024Mi', '12']);
  const asked = answer.rows.map((row) => row[5]);
  expect(asked.filter((share) => share !== '0%/0%').length).toBeGreaterThan(0);
});

it('refuses what it does not know', async () => {
  await expect(ask(top, 'banana pods')).rejects.toMatchObject({
    code: 'not-one-of',
    params: { given: 'banana', choices: ['pods', 'nodes'] },
  });
});

it('says that there are no metrics, and what to do', async () => {
  const solo = lists.world('staging/solo');
  solo.store.usage.served = false;
  for (const words of ['pods -e staging', 'nodes -e staging'])
    await expect(ask(top, words)).rejects.toMatchObject({ code: 'no-metrics', params: { cluster: 'solo' } });
});

it('says of a workload that is scaled to 0 that it is, instead of that it is not there', async () => {
  lists.world('production/main').create({ namespace: 'shop', name: 'mailer', replicas: 0 });
  const answer = await ask(top, 'shop/mailer');
  expect(answer.text).toBe('production/main/shop/deployment/mailer is scaled to 0: it has no pods.');
  const target = 'production/main/shop/deployment/mailer';
  expect(answer.buttons).toEqual([
    ['Why?', `why ${target}`],
    ['Describe mailer', `describe ${target}`],
    ['Scale to 1…', `scale ${target} 1`],
  ]);
});
