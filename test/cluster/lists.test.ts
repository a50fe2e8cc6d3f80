import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query as describeCommand } from '../../src/commands/describe.ts';
import { query as events } from '../../src/commands/events.ts';
import { query as pods } from '../../src/commands/pods.ts';
import { query as top } from '../../src/commands/top.ts';
import { query as why } from '../../src/commands/why.ts';
import type { Query } from '../../src/core/define.ts';
import { describeObject } from '../../src/core/describe.ts';
import type { Block } from '../../src/domain/content.ts';
import { sentences } from '../../src/messages/catalog.ts';
import type { TableResource, TableRow } from '../../src/ports/cluster-tables.ts';
import { deployed } from '../contracts/cluster.bench.ts';
import { fakeImages } from '../fakes/images.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
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
    const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } };
    await deployed(bench, { kind: 'Deployment', name: 'listed', replicas: 2, resources });
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

  it('an autoscaler: what was measured of each metric, as the server keeps it, in whichever order', async () => {
    const resource = (name: string, of: object) => ({ type: 'Resource', resource: { name, ...of } });
    const pods = (of: object) => ({ type: 'Pods', pods: { metric: { name: 'queue' }, ...of } });
    await bench.beside('horizontalpodautoscalers', 'measured', {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' },
        maxReplicas: 3,
        metrics: [
          resource('cpu', { target: { type: 'Utilization', averageUtilization: 60 } }),
          resource('memory', { target: { type: 'Utilization', averageUtilization: 70 } }),
          pods({ target: { type: 'AverageValue', averageValue: '30' } }),
        ],
      },
    });
    const currentMetrics = [
      pods({ current: { averageValue: '7' } }),
      resource('memory', { current: { averageUtilization: 71, averageValue: '1Gi' } }),
    ];
    const patch = JSON.stringify({ status: { currentMetrics, desiredReplicas: 0 } });
    await kubectl(bench, 'patch', 'hpa', 'measured', '--subresource=status', '--type=merge', '-p', patch);
    const { namespace } = bench;
    const [seen] = await bench.cluster.manifests({ resource: 'horizontalpodautoscalers', name: 'measured', namespace });
    const lines = describeObject(seen!.object, new Date()).filter((line) => line.startsWith('Metric'));
    expect(lines.toSorted()).toEqual([
      'Metric cpu: unknown now, target 60 %',
      'Metric memory: 71 % now, target 70 %',
      'Metric queue: 7 each now, target 30 each',
    ]);
    await kubectl(bench, 'delete', 'hpa', 'measured');
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

  it('top: the figures of kubectl, or none where it has none', async () => {
    const answer = async (what: string) => {
      const environments = new Map([
        ['production', { name: 'production', clusters: new Map([['real', bench.cluster]]) }],
      ]);
      const args = { what, ...(what === 'pods' && { namespace: bench.namespace }) };
      const asked = askedBy({ environment: 'production', signal: AbortSignal.timeout(30_000) });
      const { blocks } = await top.answer(top.args.parse(args), resourcesOf({ environments }), asked, sentences('en'));
      const table = blocks.find((block) => block.kind === 'table');
      return (table?.rows ?? []).map((row) => row.slice(0, what === 'pods' ? 4 : 5)).sort(byName);
    };
    for (const what of ['pods', 'nodes']) {
      const both = async () => {
        const theirs = rowsOf(await kubectl(bench, 'top', what).catch(() => ''));
        const ours = await answer(what).catch((error: unknown) => error);
        return {
          theirs: theirs.map((row) => Object.values(row).map((cell) => cell.replace(/%$/, ''))).sort(byName),
          ours,
        };
      };
      const seen = await bench.until(both, ({ theirs, ours }) => !Array.isArray(ours) || theirs.length === ours.length);
      if (seen.theirs.length === 0) expect(seen.ours).toMatchObject({ code: 'no-metrics' });
      else if (what === 'nodes') expect(seen.ours).toEqual(seen.theirs);
      else expect(seen.ours).toEqual(seen.theirs.map(([name, cpu, memory]) => [name, cpu, '50m/500m', memory]));
    }
  });

  /** As it is typed. */
  const said = async (query: Query, words: string): Promise<readonly Block[]> => {
    const environments = new Map([
      ['production', { name: 'production', clusters: new Map([['real', bench.cluster]]) }],
    ]);
    const asked = askedBy({ environment: 'production', now: new Date(), signal: AbortSignal.timeout(30_000) });
    return (
      await query.answer(
        argsOf(query, words),
        resourcesOf({ environments, images: fakeImages() }),
        asked,
        sentences('en'),
      )
    ).blocks;
  };
  const codeOf = (blocks: readonly Block[]): readonly string[] =>
    blocks.flatMap((block) => (block.kind === 'code' ? block.code.split('\n') : []));

  it('a node: its pods, what they ask for and its events are those of kubectl', async () => {
    const [node] = rowsOf(await kubectl(bench, 'get', 'pods', '-o', 'wide'));
    const name = node?.['NODE'] ?? '';
    const field = `spec.nodeName=${name}`;
    const names = (rows: readonly (readonly string[])[]): string[] => rows.map(([first = '']) => first).sort();
    const both = async () => {
      const theirs = rowsOf(await kubectl(bench, 'get', 'pods', '-A', '--field-selector', field));
      const table = (await said(pods, `--field-selector ${field}`)).find((block) => block.kind === 'table');
      const lines = codeOf(await said(describeCommand, `node ${name}`));
      const requested = /Allocated resources:[\s\S]*?cpu +(\S+)[\s\S]*?memory +(\S+)/.exec(
        await kubectl(bench, 'describe', 'node', name),
      );
      return { theirs, table, lines, cpu: requested?.[1], memory: requested?.[2] };
    };
    const same = ({ theirs, table, lines }: Awaited<ReturnType<typeof both>>): boolean =>
      theirs.length === (table?.rows.length ?? 0) + (table?.more ?? 0) &&
      lines.some((line) => line.startsWith(`Pods: ${theirs.length}`));
    const seen = await bench.until(both, same);
    if (seen.table?.more === 0)
      expect(names(seen.table.rows)).toEqual(names(seen.theirs.map((row) => [`${row['NAMESPACE']}/${row['NAME']}`])));
    const asked = seen.lines.find((line) => line.startsWith('Requested:')) ?? '';
    expect(asked).toContain(`memory ${seen.memory} of`);
    expect(asked).toMatch(new RegExp(`cpu ${seen.cpu?.endsWith('m') ? seen.cpu : `${Number(seen.cpu) * 1_000}m`} of`));
    const theirs = rowsOf(
      await kubectl(
        bench,
        'get',
        'events',
        '-n',
        'default',
        '--field-selector',
        `involvedObject.kind=Node,involvedObject.name=${name}`,
      ),
    );
    const ours = (await said(events, `node ${name}`)).find((block) => block.kind === 'table');
    expect((ours?.rows ?? []).map(([object]) => object)).toEqual(theirs.map(() => `node/${name}`));
    expect(JSON.stringify(await said(why, `node/${name}`))).toContain('ready, under no pressure');
  });

  it('a service: its endpoints', async () => {
    const lines = codeOf(await said(describeCommand, `svc listed -n ${bench.namespace}`));
    expect(lines.at(-1)).toMatch(/^Endpoints: 2 of 2 ready \(IPv4\): [\d.]+, [\d.]+$/);
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

const byName = ([a = '']: readonly string[], [b = '']: readonly string[]): number => (a < b ? -1 : 1);

/** The cells that kubectl has, under its titles: ours are called the same but for case. */
function withTitlesOf(
  theirs: Readonly<Record<string, string>>,
  cells: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const byTitle = new Map(Object.entries(cells).map(([title, cell]) => [title.toUpperCase(), cell]));
  const titles = Object.keys(theirs).filter((title) => !AGES.test(title));
  return Object.fromEntries(titles.map((title) => [title, byTitle.get(title) ?? 'MISSING']));
}
