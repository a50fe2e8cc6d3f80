import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableResource, TableRow } from '../../src/ports/cluster-tables.ts';
import { deployed } from '../contracts/cluster.bench.ts';
import { type RealBench, realBench } from './bench.ts';
import { kubectl, rowsOf, whyNotKubectl } from './kubectl.ts';

const absent = await whyNotKubectl();
if (absent) console.warn(`SKIPPED kubectl's own lists: ${absent}`);

/** Ages move on between two looks. */
const AGES = /^(AGE|LAST SEEN|FIRST SEEN)$/;

describe.skipIf(absent)('lists beside kubectl', () => {
  let bench: RealBench;
  beforeAll(async () => {
    bench = await realBench();
    await deployed(bench, { kind: 'Deployment', name: 'listed', replicas: 2 });
    const selector = { matchLabels: { app: 'listed' } };
    await bench.beside('poddisruptionbudgets', 'half', { spec: { minAvailable: '50%', selector } });
    await bench.beside('configmaps', 'settings', { data: { a: '1', b: '2' } });
    const ports = [
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ];
    await bench.beside('services', 'listed', { spec: { selector: { app: 'listed' }, ports } });
    await bench.beside('networkpolicies', 'listed', { spec: { podSelector: selector, policyTypes: ['Ingress'] } });
    await bench.beside('serviceaccounts', 'listed', {});
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'listed' };
    await bench.beside('horizontalpodautoscalers', 'listed', {
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 3 },
    });
    await bench.beside('resourcequotas', 'listed', { spec: { hard: { pods: '20', 'count/secrets': '9' } } });
    await bench.until(
      async () => (await rows('endpointslices'))[0],
      (row) => row?.cells['Ready'] === '2/2',
    );
  });
  afterAll(() => bench?.close());

  const rows = async (resource: TableResource): Promise<readonly TableRow[]> =>
    (await bench.cluster.table({ resource, namespace: bench.namespace, limit: 500 })).rows;

  it.each([
    'namespaces',
    'nodes',
    'configmaps',
    'resourcequotas',
    'serviceaccounts',
    'services',
    'endpointslices',
    'horizontalpodautoscalers',
    'networkpolicies',
    'poddisruptionbudgets',
  ] as const)('%s: the same rows, with the same cells', async (resource) => {
    const both = async () => {
      const theirs = rowsOf(await kubectl(bench, 'get', resource, '-o', 'wide'));
      const ours = (await rows(resource)).map(({ cells }) => cells);
      return { theirs, ours: ours.map((cells, i) => withTitlesOf(theirs[i] ?? {}, cells)) };
    };
    const seen = await bench.until(both, ({ theirs, ours }) => theirs.length > 0 && theirs.length === ours.length);
    expect(seen.ours).toEqual(seen.theirs.map((row) => withTitlesOf(row, row)));
    expect(Object.keys(seen.theirs[0]!)).toEqual(expect.arrayContaining(['NAME', 'AGE']));
  });

  it('events: each that kubectl has, with the same cells, by when it was last seen', async () => {
    const theirs = async () => rowsOf(await kubectl(bench, 'get', 'events', '-o', 'wide', '--sort-by=.lastTimestamp'));
    const seen = await bench.until(
      async () => ({ ours: await rows('events'), theirs: await theirs() }),
      ({ ours, theirs: all }) => ours.length > 3 && ours.length === all.length,
    );
    const columns = ['TYPE', 'REASON', 'OBJECT', 'MESSAGE', 'COUNT'];
    const told = (row: Readonly<Record<string, string>>): string => columns.map((c) => row[c]).join(' | ');
    const ours = seen.ours.map(({ cells }) =>
      told(withTitlesOf(Object.fromEntries(columns.map((c) => [c, ''])), cells)),
    );
    expect(ours.sort()).toEqual(seen.theirs.map(told).sort());
    expect(seen.ours.every(({ at }) => Math.abs(at.getTime() - Date.now()) < 600_000)).toBe(true);
  });

  it('rollout: done when kubectl says so', async () => {
    const ref = { kind: 'Deployment', namespace: bench.namespace, name: 'listed' } as const;
    expect(await kubectl(bench, 'rollout', 'status', 'deploy/listed', '--timeout=5s')).toContain(
      'successfully rolled out',
    );
    expect((await bench.cluster.rollout(ref)).state).toBe('done');
  });

  it('nodes: pressure and what is allocatable, as kubectl describes them', async () => {
    const [node] = await rows('nodes');
    const path = (field: string): string => `jsonpath={.status.allocatable.${field}}`;
    const told = await Promise.all(
      ['cpu', 'memory', 'pods'].map((field) => kubectl(bench, 'get', 'node', node!.name, '-o', path(field))),
    );
    expect([node!.cells['CPU'], node!.cells['Memory'], node!.cells['Pods']]).toEqual(told);
    expect(node!.cells['Pressure']).toBe('');
  });
});

/** The cells that kubectl has, under its titles: ours are called the same but for case. */
function withTitlesOf(
  theirs: Readonly<Record<string, string>>,
  cells: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const byTitle = new Map(Object.entries(cells).map(([title, cell]) => [title.toUpperCase(), cell]));
  const titles = Object.keys(theirs).filter((title) => !AGES.test(title));
  return Object.fromEntries(titles.map((title) => [title, byTitle.get(title) ?? 'MISSING']));
}
