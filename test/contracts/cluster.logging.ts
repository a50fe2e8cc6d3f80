import { expect, it } from 'vitest';
import type { ContainerLog, LogQuery } from '../../src/ports/cluster.ts';
import { type ClusterBench, deployed, MISSING_IMAGE } from './cluster.bench.ts';

const LINES = ['one', 'two', 'three 火消し', ' four'];

export function logging(reach: () => ClusterBench): void {
  /** The first pod of a workload, when it is as wanted. */
  const podOf = async (app: string, ok: (pod: { restarts: number; status: string }) => boolean) => {
    const bench = reach();
    const { cluster, namespace } = bench;
    const { pods } = await bench.until(
      () => cluster.pods({ namespace, selector: `app=${app}` }),
      (list) => list.pods.length > 0 && ok(list.pods[0]!),
    );
    return pods[0]!;
  };
  const queryOf = (pod: string, more: Partial<LogQuery> = {}): LogQuery => {
    const { namespace } = reach();
    return { namespace, pod, container: 'app', previous: false, tail: 100, maxBytes: 1_000_000, ...more };
  };
  const linesOf = (log: ContainerLog | undefined) => (log?.state === 'read' ? log.lines : []);
  const textsOf = (log: ContainerLog | undefined) => linesOf(log).map(({ text }) => text);
  const printed = async (name: string, prints: readonly string[]): Promise<string> => {
    await deployed(reach(), { kind: 'Deployment', name, prints });
    return (await podOf(name, ({ status }) => status === 'Running')).name;
  };

  it('logs: the last lines, in order, with their time', async () => {
    const bench = reach();
    const { cluster } = bench;
    const pod = await printed('prints', LINES);
    const all = await bench.until(
      () => cluster.logs(queryOf(pod)),
      (log) => linesOf(log).length >= LINES.length,
    );
    expect(textsOf(all).slice(-LINES.length)).toEqual(LINES);
    expect(all).toMatchObject({ state: 'read', more: false });
    const times = linesOf(all).map(({ at }) => at?.getTime() ?? Number.NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.abs(times.at(-1)! - Date.now())).toBeLessThan(3_600_000);
    const end = await cluster.logs(queryOf(pod, { tail: 2 }));
    expect(end).toMatchObject({ state: 'read', more: true });
    expect(textsOf(end)).toEqual(LINES.slice(-2));
    expect(textsOf(await cluster.logs(queryOf(pod, { sinceSeconds: 3_600 })))).toEqual(textsOf(all));
    const from = async (ms: number) => textsOf(await cluster.logs(queryOf(pod, { sinceTime: new Date(ms) })));
    expect(await from(times[0]! - 1_000)).toEqual(textsOf(all));
    expect(await from(times.at(-1)! + 1_000)).toEqual([]);
  });

  it('logs: what does not fit are the oldest lines, never the newest', async () => {
    const bench = reach();
    const { cluster } = bench;
    const many = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(i % 50)}`);
    const pod = await printed('prints-many', many);
    await bench.until(
      () => cluster.logs(queryOf(pod, { tail: 1 })),
      (log) => textsOf(log).at(-1) === many.at(-1),
    );
    const some = await cluster.logs(queryOf(pod, { tail: 300, maxBytes: 4_000 }));
    const texts = textsOf(some);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts).toEqual(many.slice(-texts.length));
    expect(some).toMatchObject({ more: true });
    const least = await cluster.logs(queryOf(pod, { maxBytes: 40 }));
    expect(textsOf(least)).toEqual([many.at(-1)!.slice(0, textsOf(least)[0]!.length)]);
  });

  it('logs: of the run before, where there was one', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'Deployment', name: 'prints-crash', crash: true });
    const { name } = await podOf('prints-crash', ({ restarts }) => restarts >= 1);
    const before = await bench.until(
      () => bench.cluster.logs(queryOf(name, { previous: true })),
      (log) => linesOf(log).length > 0,
    );
    expect(before).toMatchObject({ state: 'read' });
    const pod = await printed('prints-once', ['once']);
    expect(await bench.cluster.logs(queryOf(pod, { previous: true }))).toEqual({ state: 'no-previous' });
  });

  it('logs: why there is none', async () => {
    const bench = reach();
    const { cluster } = bench;
    await bench.deploy({ kind: 'Deployment', name: 'prints-nothing', image: MISSING_IMAGE });
    const { name } = await podOf('prints-nothing', ({ status }) => status === 'ImagePullBackOff');
    expect(await cluster.logs(queryOf(name))).toEqual({ state: 'waiting', reason: expect.stringContaining('pull') });
    expect(await cluster.logs(queryOf('prints-nobody'))).toBeUndefined();
    await expect(cluster.logs(queryOf(name, { container: 'nope' }))).rejects.toMatchObject({
      kind: 'invalid',
      message: `container nope is not valid for pod ${name}`,
    });
  });

  it('logs: are a right of their own', async () => {
    const { visitor, namespace } = reach();
    await expect(visitor.logs(queryOf('any'))).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(
        new RegExp(`cannot get resource "pods/log" in API group "" in the namespace "${namespace}"$`),
      ),
    });
  });

  it('wire: the answers about logs', async () => {
    const bench = reach();
    const { namespace } = bench;
    const pod = await printed('prints-wire', LINES);
    const at = (name: string, query: string) =>
      `/api/v1/namespaces/${namespace}/pods/${name}/log?container=app${query}`;
    expect(await bench.wire('GET', at(pod, '&tailLines=1'))).toEqual({
      code: 200,
      type: 'text/plain',
      body: ' four\n',
    });
    expect(await bench.wire('GET', at(pod, '&tailLines=2&limitBytes=7'))).toMatchObject({
      code: 200,
      body: 'three \ufffd',
    });
    const refused = (message: string) => ({ code: 400, body: { reason: 'BadRequest', message } });
    const none = `previous terminated container "app" in pod "${pod}" not found`;
    expect(await bench.wire('GET', at(pod, '&previous=true'))).toMatchObject(refused(expect.stringContaining(none)));
    expect(await bench.wire('GET', at('prints-nobody', ''))).toMatchObject({
      code: 404,
      body: { message: 'pods "prints-nobody" not found', details: { name: 'prints-nobody', kind: 'pods' } },
    });
  });
}
