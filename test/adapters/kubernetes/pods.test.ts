import { describe, expect, it } from 'vitest';
import { podRow } from '../../../src/adapters/kubernetes/pods.ts';
import { POD_CASES, type PodCase, specOf } from './pod-cases.ts';

function rowOf(c: PodCase): ReturnType<typeof podRow> {
  const deletionTimestamp = c.deleted ? { deletionTimestamp: '2026-01-02T05:00:00Z' } : {};
  return podRow({
    metadata: { name: c.name, namespace: 'x', ...deletionTimestamp },
    spec: specOf(c),
    status: c.status,
  });
}

describe('a row of kubectl get pods', () => {
  it.each(POD_CASES)('$name', (c) => {
    const row = rowOf(c);
    expect({ ready: `${row.readyContainers}/${row.containers}`, status: row.status, restarts: row.restarts }).toEqual(
      c.shows,
    );
    expect(row.problem).toEqual(c.problem);
  });

  it('knows the last restart, of the containers that are counted', () => {
    const last = (name: string): Date | undefined =>
      rowOf(POD_CASES.find((c) => c.name === name) as PodCase).lastRestartAt;
    expect(last('crash-one-of-two')).toEqual(new Date('2026-01-02T04:04:05Z'));
    expect(last('sidecar')).toEqual(new Date('2026-01-02T03:04:05Z'));
    expect(last('running')).toBeUndefined();
  });

  it('adds the container’s last words to its exit code', () => {
    const terminated = { exitCode: 1, reason: 'Error', message: 'no route to database\n' };
    const status = {
      name: 'a',
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated },
    };
    const row = podRow({
      spec: { containers: [{ name: 'a' }] },
      status: { phase: 'Running', containerStatuses: [status] },
    });
    expect(row.problem?.message).toBe('exit code 1 (Error): no route to database');
  });

  it.each([
    [[{}], undefined],
    [[{ readinessProbe: { initialDelaySeconds: 90 } }, {}], 90_000],
    [[{ startupProbe: {}, readinessProbe: { initialDelaySeconds: 5 } }], 30_000],
    [[{ startupProbe: { initialDelaySeconds: 10, periodSeconds: 5, failureThreshold: 60 } }], 310_000],
  ])('knows how long its probes let it start: %j', (containers, ms) => {
    expect(podRow({ spec: { containers } }).startMs).toBe(ms);
  });

  it('takes an object that says almost nothing', () => {
    expect(podRow({})).toMatchObject({ name: '', status: '', containers: 0, restarts: 0, images: [], labels: {} });
  });
});
