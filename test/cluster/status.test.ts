import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POD_CASES, type PodCase, specOf } from '../adapters/kubernetes/pod-cases.ts';
import { type RealBench, realBench } from './bench.ts';
import { whyNot } from './guard.ts';

const FINALIZER = 'example.com/keep';
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';

/** The API server prints the columns of `kubectl get pods` itself: what it prints for crafted pods, our rows say too. */
describe.skipIf(whyNot(process.env))('STATUS as the API server prints it', () => {
  let bench: RealBench;
  let minor = 0;
  beforeAll(async () => {
    bench = await realBench();
    minor = Number((await bench.cluster.version()).split('.')[1]);
  });
  afterAll(() => bench?.close());

  it.each(POD_CASES)('$name', async (c) => {
    if (minor < (c.since ?? 0)) return;
    await create(bench, c);
    const { pods } = await bench.cluster.pods({ namespace: bench.namespace, selector: `case=${c.name}` });
    const [row] = pods;
    const [ready, status, restarts] = await printed(bench, c.name);
    expect({ ready: `${row?.readyContainers}/${row?.containers}`, status: row?.status }).toEqual({ ready, status });
    expect(String(row?.restarts)).toBe(restarts?.split(' ')[0]);
    expect(row?.lastRestartAt !== undefined).toBe(restarts?.includes('ago'));
    await release(bench, c.name);
  });
});

function podPath(bench: RealBench, name = ''): string {
  return `/api/v1/namespaces/${bench.namespace}/pods${name && `/${name}`}`;
}

/** No scheduler takes it, so no kubelet reports on it: its status is ours to write. */
async function create(bench: RealBench, c: PodCase): Promise<void> {
  const metadata = { name: c.name, labels: { case: c.name }, finalizers: [FINALIZER] };
  const spec = { ...specOf(c), schedulerName: 'nobody' };
  await bench.write('POST', podPath(bench), { metadata, spec });
  await bench.write('PATCH', `${podPath(bench, c.name)}/status`, { status: c.status }, 'application/merge-patch+json');
  if (c.deleted) await bench.write('DELETE', podPath(bench, c.name));
}

async function release(bench: RealBench, name: string): Promise<void> {
  await bench.write('PATCH', podPath(bench, name), { metadata: { finalizers: null } }, 'application/merge-patch+json');
}

async function printed(bench: RealBench, name: string): Promise<string[]> {
  const table = await bench.read<{ rows: { cells: unknown[] }[] }>(podPath(bench, name), TABLE);
  return (table.rows[0]?.cells ?? []).slice(1, 4).map(String);
}
