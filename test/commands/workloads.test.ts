import { beforeAll, expect, it } from 'vitest';
import { query as workloads } from '../../src/commands/workloads.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

const HOURS_MS = 3 * 3_600_000;

beforeAll(() => {
  const main = lists.world('production/main');
  main.create({ namespace: 'shop', name: 'checkout', replicas: 2, age: HOURS_MS, labels: { tier: 'web' } });
  main.create({ namespace: 'shop', name: 'asleep', replicas: 0, age: HOURS_MS });
  main.create({ namespace: 'data', name: 'db', kind: 'StatefulSet', replicas: 2, age: HOURS_MS });
  main.create({ namespace: 'data', name: 'agent', kind: 'DaemonSet', age: HOURS_MS });
  main.breakImage('data', 'db', 'StatefulSet');
  main.tick(30);
});

it('shows those that are not fully ready first, with a button that asks why, and those asleep last', async () => {
  const answer = await ask(workloads, '--cluster main');
  expect(answer.text).toBe('production/main: 4 workloads, 1 not fully ready or rolled out, first db.');
  expect(answer.columns).toEqual(['NAMESPACE/NAME', 'READY', 'KIND', 'AGE']);
  expect(answer.rows).toEqual([
    ['data/db', '1/2', 'StatefulSet', '3h'],
    ['data/agent', '3/3', 'DaemonSet', '3h'],
    ['shop/checkout', '2/2', 'Deployment', '3h'],
    ['shop/asleep', '0/0', 'Deployment', '3h'],
  ]);
  expect(answer.buttons).toEqual([['Why db?', 'why production/main/data/db']]);
});

it('finds by kind and name, part of a name, labels', async () => {
  expect((await ask(workloads, 'sts/db')).rows).toHaveLength(1);
  expect((await ask(workloads, 'deploy/db')).text).toContain('production (db): 1 workload, ');
  expect((await ask(workloads, 'check -o wide')).rows[0]).toContain('registry.k8s.io/pause:3.10');
  expect((await ask(workloads, '-l tier=web')).rows.map(([name]) => name)).toEqual(['shop/checkout']);
});

it('shows those of one kind alone, and says so', async () => {
  const sets = await ask(workloads, '--kind sts');
  expect(sets.text).toBe('production: 1 StatefulSet, 1 not fully ready or rolled out, first db.');
  expect(sets.rows.map(([name]) => name)).toEqual(['data/db']);
  expect((await ask(workloads, '--kind deploy', {}, 'ja')).text).toContain('Deployment 2 件');
  expect((await ask(workloads, '--kind deployment db')).text).toContain('0 Deployments');
  expect((await ask(workloads, '--kind daemonset agent')).rows).toHaveLength(1);
  for (const kind of ['pods', 'ingress'])
    await expect(ask(workloads, `--kind ${kind}`)).rejects.toMatchObject({ code: 'not-one-of' });
});

it('puts first what is down, then what lacks most, then what is stuck while all old pods serve; of three it asks why', async () => {
  const solo = lists.world('staging/solo');
  for (const [name, replicas] of [
    ['a-half', 4],
    ['b-most', 4],
    ['c-small', 1],
    ['d-large', 3],
    ['e-stuck', 2],
    ['f-well', 2],
    ['g-asleep', 0],
  ] as const)
    solo.create({ namespace: 'shop', name, replicas, age: HOURS_MS });
  solo.tick(30);
  const ready = (name: string, readyReplicas: number) => {
    const found = solo.store.get('deployments', 'shop', name)!;
    solo.store.put('deployments', { ...found, status: { ...found.status, readyReplicas } });
  };
  ready('a-half', 2);
  ready('b-most', 1);
  ready('c-small', 0);
  ready('d-large', 0);
  const stuck = solo.store.get('deployments', 'shop', 'e-stuck')!;
  const message = 'ReplicaSet "e-stuck-1" has timed out progressing.';
  const failed = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message } as const;
  const status = {
    ...stuck.status,
    readyReplicas: 2,
    updatedReplicas: 1,
    conditions: [{ ...failed, lastTransitionTime: '' }],
  };
  solo.store.put('deployments', { ...stuck, status });
  const answer = await ask(workloads, '-e staging -o wide');
  expect(answer.text).toBe('staging/solo: 7 workloads, 5 not fully ready or rolled out, first d-large.');
  expect(answer.columns.slice(4, 5)).toEqual(['UP-TO-DATE']);
  expect(answer.rows.map(([name, is, , , updated]) => [name, is, updated])).toEqual([
    ['shop/d-large', '0/3', '3'],
    ['shop/c-small', '0/1', '1'],
    ['shop/b-most', '1/4', '4'],
    ['shop/a-half', '2/4', '4'],
    ['shop/e-stuck', '2/2', '1'],
    ['shop/f-well', '2/2', '2'],
    ['shop/g-asleep', '0/0', '0'],
  ]);
  expect(answer.buttons.map(([label]) => label)).toEqual(['Why d-large?', 'Why c-small?', 'Why b-most?']);
  expect(answer.lines).toEqual([`e-stuck ProgressDeadlineExceeded: ${message}`]);
});

it('tells what is rolled out only in part, though all pods of before are ready, and asks why', async () => {
  const world = lists.world('staging/solo');
  for (const name of ['broken', 'well']) world.create({ namespace: 'web', name, replicas: 2, age: HOURS_MS });
  world.breakImage('web', 'broken');
  world.tick(10);
  const answer = await ask(workloads, '-e staging -n web');
  expect(answer.text).toBe('staging/solo/web: 2 workloads, 1 not fully ready or rolled out, first broken.');
  expect(answer.rows.map(([name, ready]) => [name, ready])).toEqual([
    ['broken', '2/2'],
    ['well', '2/2'],
  ]);
  expect(answer.lines).toEqual(['broken rolling out: 1 of 2 pods is of the newest template']);
  expect(answer.buttons).toEqual([['Why broken?', 'why staging/solo/web/broken']]);
  const japanese = await ask(workloads, '-e staging -n web', {}, 'ja');
  expect(japanese.lines).toEqual(['broken ロールアウト中: Pod 2 個中 1 個が新しいテンプレート']);
});
