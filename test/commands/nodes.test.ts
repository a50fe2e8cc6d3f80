import { beforeAll, describe, expect, it } from 'vitest';
import { query as nodes } from '../../src/commands/nodes.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.putNode('node-2', { ready: false });
  main.putNode('node-3', { pressure: ['DiskPressure'], labels: { 'topology.kubernetes.io/zone': 'a' } });
  main.putNode('node-4', { cordoned: true, labels: { 'eks.amazonaws.com/compute-type': 'fargate' } });
});

describe('nodes', () => {
  it('come with those first that somebody has to look at', async () => {
    const answer = await ask(nodes, '--cluster main');
    expect(answer.text).toBe('production/main: 4 nodes, 2 not ready or under pressure, first node-2.');
    expect(answer.columns).toEqual(['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION']);
    expect(answer.rows.map((row) => row.slice(0, 3))).toEqual([
      ['node-2', 'NotReady', '<none>'],
      ['node-3', 'Ready,DiskPressure', '<none>'],
      ['node-4', 'Ready,SchedulingDisabled', 'fargate'],
      ['node-1', 'Ready', '<none>'],
    ]);
    expect((await ask(nodes, '--cluster main', {}, 'ja')).text).toBe(
      'production/main: ノード 4 台、準備未完了または逼迫 2 件。先頭は node-2。',
    );
  });

  it('of several clusters name theirs; labels are columns, and choose', async () => {
    const all = await ask(nodes, '');
    expect([all.columns[0], all.rows.length]).toEqual(['CLUSTER/NAME', 7]);
    const zones = await ask(nodes, '--cluster main -L topology.kubernetes.io/zone,nope -o wide');
    expect(zones.columns.slice(5)).toEqual(['CPU', 'MEMORY', 'PODS', 'INTERNAL-IP', 'OS-IMAGE', 'ZONE', 'NOPE']);
    expect(zones.rows.find(([name]) => name === 'node-3')?.slice(5)).toEqual(['4', '8Gi', '110', '', '', 'a', '']);
    const fargate = await ask(nodes, '-l eks.amazonaws.com/compute-type=fargate --cluster main');
    expect(fargate.text).toBe(
      'production/main (eks.amazonaws.com/compute-type=fargate): 1 node, ready, not under pressure.',
    );
  });

  it('are found by name, or nearly', async () => {
    expect((await ask(nodes, 'node-4 --cluster main')).rows).toHaveLength(1);
    expect((await ask(nodes, 'node --cluster main')).rows).toHaveLength(4);
    expect((await ask(nodes, 'nodde-4 --cluster main')).text).toBe(
      'production/main: 0 nodes called nodde-4. Did you mean node-4, node-1, node-2?',
    );
  });
});
