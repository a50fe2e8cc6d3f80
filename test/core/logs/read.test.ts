import { describe, expect, it } from 'vitest';
import { readLogs, SEARCHED } from '../../../src/core/logs/read.ts';
import type { LogSource } from '../../../src/core/logs/which.ts';
import { type Cluster, ClusterError, type ContainerLog, type LogQuery } from '../../../src/ports/cluster.ts';

type Logs = Cluster['logs'];

const POD = {
  namespace: 'shop',
  uid: 'u',
  status: 'Running',
  readyContainers: 1,
  containers: 1,
  restarts: 0,
  createdAt: new Date(0),
  node: 'n1',
  images: [],
  containerNames: ['app'],
  labels: {},
};

/** One source for each pod, all of one cluster that answers so. */
function sourcesOf(names: readonly string[], logs: Logs): readonly LogSource[] {
  return names.map((name) => ({
    cluster: { logs },
    pod: { cluster: 'main', environment: 'production', pod: { ...POD, name } },
    container: 'app',
    label: name,
  }));
}

const read = (...texts: string[]): ContainerLog => ({
  state: 'read',
  lines: texts.map((text) => ({ text })),
  more: false,
});
const signal = new AbortController().signal;
const wish = { previous: false, tail: 10 };

describe('readLogs', () => {
  it('reads what it can, and says of each other why not', async () => {
    const answers: Readonly<Record<string, Logs>> = {
      fine: async () => read('one'),
      gone: async () => undefined,
      waits: async () => ({ state: 'waiting', reason: 'ContainerCreating' }),
      once: async () => ({ state: 'no-previous' }),
      hangs: (_query, options) =>
        new Promise((_, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new ClusterError('away', 'main', 'CANCELLED')));
        }),
      apart: async () => {
        throw new ClusterError('away', 'main', 'dial tcp 10.0.0.7:10250: i/o timeout');
      },
    };
    const sources = sourcesOf(Object.keys(answers), (query, options) => answers[query.pod]!(query, options));
    const logs = await readLogs(sources, wish, signal, 20);
    expect(logs.map((log) => (log.state === 'read' ? log.lines : `${log.state} ${log.detail}`))).toEqual([
      [{ text: 'one' }],
      'gone ',
      'waiting ContainerCreating',
      'no-previous ',
      'late ',
      'failed dial tcp 10.0.0.7:10250: i/o timeout',
    ]);
  });

  it('fails when the account may not read logs, or nobody waits any longer', async () => {
    const forbidden = sourcesOf(['a'], async () => {
      throw new ClusterError('forbidden', 'main', 'pods "a" is forbidden');
    });
    await expect(readLogs(forbidden, wish, signal)).rejects.toMatchObject({ kind: 'forbidden' });
    const controller = new AbortController();
    const left = sourcesOf(['a'], async () => {
      controller.abort(new Error('left'));
      throw new ClusterError('away', 'main', 'CANCELLED');
    });
    await expect(readLogs(left, wish, controller.signal)).rejects.toThrow('left');
  });

  it('takes the same bytes together, however many logs there are', async () => {
    for (const count of [1, 4, 20]) {
      const asked: LogQuery[] = [];
      const names = Array.from({ length: count }, (_, i) => `p${i}`);
      await readLogs(
        sourcesOf(names, async (query) => {
          asked.push(query);
          return read();
        }),
        wish,
        signal,
      );
      expect(asked).toHaveLength(count);
      expect(asked.reduce((sum, { maxBytes }) => sum + maxBytes, 0)).toBeLessThanOrEqual(8 * 1024 * 1024);
      expect(asked.every(({ tail }) => tail === 10)).toBe(true);
    }
  });

  it('searches more lines than are wanted, lets others have their turn, and stops in the midst when nobody waits', async () => {
    const controller = new AbortController();
    let looked = 0;
    const lines = Array.from({ length: SEARCHED }, (_, i) => `${i} ${'x'.repeat(100)}`);
    const sources = sourcesOf(['a'], async ({ tail }) => {
      expect(tail).toBe(SEARCHED);
      return read(...lines);
    });
    const wanted = (line: string): boolean => {
      looked += 1;
      return line.startsWith('99');
    };
    const [found] = await readLogs(sources, { ...wish, tail: 3, wanted }, signal);
    expect(found).toMatchObject({ state: 'read', older: false });
    expect(found?.state === 'read' && found.lines.map(({ text }) => text.slice(0, 5))).toEqual([
      '9997 ',
      '9998 ',
      '9999 ',
    ]);
    expect(looked).toBe(SEARCHED);
    looked = 0;
    setImmediate(() => controller.abort(new Error('left')));
    await expect(readLogs(sources, { ...wish, wanted }, controller.signal)).rejects.toThrow('left');
    expect(looked).toBeLessThan(SEARCHED / 2);
  });

  it('says that a pod without a node has not started', async () => {
    const [source] = sourcesOf(['a'], async () => read());
    const { node: _, ...unplaced } = source!.pod.pod;
    const pending = { ...source!, pod: { ...source!.pod, pod: { ...unplaced, status: 'Pending' } } };
    expect(await readLogs([pending], wish, signal)).toMatchObject([{ state: 'waiting', detail: 'Pending' }]);
  });
});
