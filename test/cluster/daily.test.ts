import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query as logs } from '../../src/commands/logs.ts';
import { query as pods } from '../../src/commands/pods.ts';
import type { Query } from '../../src/core/define.ts';
import type { Block } from '../../src/domain/content.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { deployed, MISSING_IMAGE } from '../contracts/cluster.bench.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
import { type RealBench, realBench } from './bench.ts';
import { kubectl, rowsOf, whyNotKubectl } from './kubectl.ts';

const absent = await whyNotKubectl();
if (absent) console.warn(`SKIPPED kubectl's own pods and logs: ${absent}`);

/** The two commands of every day, as they are typed, with what kubectl prints to the same words. */
describe.skipIf(absent)('pods and logs beside kubectl', () => {
  const LINES = ['{"level":"info","msg":"up"}', 'two', 'three 火消し', '  four'];
  let bench: RealBench;
  beforeAll(async () => {
    bench = await realBench();
    await deployed(bench, { kind: 'Deployment', name: 'well', replicas: 2, prints: LINES });
    await bench.deploy({ kind: 'Deployment', name: 'crashing', crash: true });
    await bench.deploy({ kind: 'StatefulSet', name: 'imageless', image: MISSING_IMAGE });
    await deployed(bench, { kind: 'DaemonSet', name: 'agent' });
  });
  afterAll(() => bench?.close());

  async function blocksOf(query: Query, words: string): Promise<readonly Block[]> {
    const environments = new Map([
      ['production', { name: 'production', clusters: new Map([['real', bench.cluster]]) }],
    ]);
    const asked = askedBy({ environment: 'production', now: new Date(), signal: AbortSignal.timeout(30_000) });
    const typed = argsOf(query, `${words} -n ${bench.namespace}`);
    return (await query.answer(typed, resourcesOf({ environments }), asked, sentences('en'))).blocks;
  }

  /** Cells by kubectl's titles. */
  async function ours(words: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const table = (await blocksOf(pods, words)).find((block) => block.kind === 'table');
    const titles = table?.columns ?? [];
    return (table?.rows ?? []).map((row) => Object.fromEntries(titles.map((title, i) => [title, row[i] ?? ''])));
  }

  const COLUMNS = ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'];
  it.each([
    ['--sort name', [], COLUMNS],
    ['--sort name -o wide', ['-o', 'wide'], [...COLUMNS, 'IP', 'NODE']],
    ['--sort name -l app=crashing', ['-l', 'app=crashing'], COLUMNS],
    ['--sort name -l app!=crashing', ['-l', 'app!=crashing'], COLUMNS],
  ])('pods %s: the same rows, cell by cell', async (words, flags, columns) => {
    const told = (rows: readonly Readonly<Record<string, string>>[]) =>
      rows.map((row) => columns.map((title) => row[title]));
    // Restarts and ages go on between the two questions: both are asked until they meet.
    const seen = await bench.until(
      async () => ({
        ours: told(await ours(words)),
        theirs: told(rowsOf(await kubectl(bench, 'get', 'pods', ...flags))),
      }),
      (both) => both.theirs.length > 0 && JSON.stringify(both.ours) === JSON.stringify(both.theirs),
    );
    expect(seen.ours).toEqual(seen.theirs);
  });

  /** Without the time, and without the pod where there are several. */
  async function printed(words: string, several = false): Promise<readonly string[]> {
    const code = (await blocksOf(logs, words)).find((block) => block.kind === 'code')?.code ?? '';
    const prefix = several ? /^\S+ \S+ / : /^\S+ /;
    return code === '' ? [] : code.split('\n').map((line) => line.replace(prefix, ''));
  }
  const theirs = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await kubectl(bench, 'logs', ...words)).split('\n').filter((line) => line !== '');
  const podOf = async (app: string): Promise<string> =>
    rowsOf(await kubectl(bench, 'get', 'pods', '-l', `app=${app}`))[0]!['NAME']!;

  it.each([[], ['--tail=2'], ['--since=1h'], ['-c', 'app']])('logs of a pod %j: the same lines', async (...flags) => {
    const pod = await podOf('well');
    const seen = await bench.until(
      async () => ({ ours: await printed([pod, ...flags].join(' ')), theirs: await theirs(pod, ...flags) }),
      (both) => both.theirs.length > 0 && both.ours.length > 0,
    );
    expect(seen.ours).toEqual(seen.theirs);
    expect(LINES.slice(-2)).toEqual(seen.ours.slice(-2));
  });

  it('logs of a workload: the lines of all its pods', async () => {
    const seen = await bench.until(
      async () => ({ ours: await printed('deploy/well', true), theirs: await theirs('-l', 'app=well', '--tail=100') }),
      (both) => Object.values(both).every((lines) => lines.filter((line) => line === LINES.at(-1)).length === 2),
    );
    expect(seen.ours.toSorted()).toEqual(seen.theirs.toSorted());
  });

  it('logs --previous: what the run before the last said', async () => {
    const pod = await podOf('crashing');
    const seen = await bench.until(
      async () => ({
        ours: await printed(`${pod} --previous`),
        theirs: await theirs(pod, '--previous').catch(() => []),
      }),
      (both) => both.theirs.length > 0 && JSON.stringify(both.ours) === JSON.stringify(both.theirs),
    );
    expect(seen.ours).toEqual(seen.theirs);
  });

  it('logs of what never started: no line of either, and ours says why', async () => {
    const pod = await podOf('imageless');
    await bench.until(
      () => ours('-l app=imageless'),
      ([row]) => /ErrImagePull|ImagePullBackOff/.test(row?.['STATUS'] ?? ''),
    );
    await expect(theirs(pod)).rejects.toThrow(/is waiting to start/);
    expect(await printed(pod)).toEqual([]);
    expect(JSON.stringify(await blocksOf(logs, pod))).toMatch(
      /has not started yet \((trying and failing to pull image|\w+)/,
    );
  });
});
