import { describe, expect, it } from 'vitest';
import type { Pod, WorkloadObject, WorkloadStatus } from '../../../src/adapters/kubernetes/objects.ts';
import { rolloutState, toRollout } from '../../../src/adapters/kubernetes/rollout.ts';

const progressing = (reason: string): WorkloadStatus => ({
  conditions: [{ type: 'Progressing', status: 'True', reason }],
});

/** A workload of three whose controller has seen generation 2. */
function object(status: WorkloadStatus, spec: WorkloadObject['spec'] = {}, generation = 2): WorkloadObject {
  return { metadata: { generation }, spec: { replicas: 3, ...spec }, status: { observedGeneration: 2, ...status } };
}

const ALL = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };

/** The lines of `kubectl rollout status`, case by case. */
describe('rollout state', () => {
  it.each([
    ['done', object(ALL)],
    ['progressing', object(ALL, {}, 3)],
    ['progressing', { ...object(ALL), status: ALL }],
    ['progressing', object({ ...ALL, updatedReplicas: 2 })],
    ['progressing', object({ ...ALL, replicas: 4 })],
    ['progressing', object({ ...ALL, availableReplicas: 2 })],
    ['failed', object({ ...ALL, availableReplicas: 2, ...progressing('ProgressDeadlineExceeded') })],
    ['progressing', object({ ...progressing('ProgressDeadlineExceeded') }, {}, 3)],
    ['done', object({}, { replicas: 0 })],
    [
      'done',
      {
        metadata: { generation: 2 },
        spec: {},
        status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      },
    ],
  ] as const)('of a Deployment is %s', (state, o) => {
    expect(rolloutState('Deployment', o)).toBe(state);
  });

  const rolling = (partition: number): WorkloadObject['spec'] => ({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
  });
  it.each([
    ['done', object(ALL, rolling(0))],
    ['progressing', object(ALL, rolling(0), 3)],
    ['progressing', object({ ...ALL, readyReplicas: 2 }, rolling(0))],
    ['progressing', object({ ...ALL, updatedReplicas: 2 }, rolling(0))],
    ['done', object({ ...ALL, updatedReplicas: 1 }, rolling(2))],
    ['progressing', object({ ...ALL, updatedReplicas: 0 }, rolling(2))],
    ['done', object({ ...ALL, currentRevision: 'b', updateRevision: 'b' }, { updateStrategy: { type: 'OnDelete' } })],
    [
      'progressing',
      object(
        { ...ALL, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
        { updateStrategy: { type: 'OnDelete' } },
      ),
    ],
  ] as const)('of a StatefulSet is %s', (state, o) => {
    expect(rolloutState('StatefulSet', o)).toBe(state);
  });

  const nodes = { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3, numberReady: 3 };
  it.each([
    ['done', object(nodes)],
    ['progressing', object({ ...nodes, updatedNumberScheduled: 2 })],
    ['progressing', object({ ...nodes, numberAvailable: 2 })],
    ['progressing', object(nodes, {}, 3)],
    ['done', object({})],
  ] as const)('of a DaemonSet is %s', (state, o) => {
    expect(rolloutState('DaemonSet', o)).toBe(state);
  });
});

describe('rollout', () => {
  const creating: Pod = {
    metadata: { name: 'p-1' },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'a', state: { waiting: { reason: 'ContainerCreating' } } }],
    },
  };
  const failing: Pod = {
    metadata: { name: 'p-2' },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'a', state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }],
    },
  };

  it('lists troubles, and what only takes its time once the rollout has failed', () => {
    const running = toRollout('Deployment', object({ ...ALL, availableReplicas: 1 }), [creating, failing]);
    expect(running).toMatchObject({ state: 'progressing', reason: 'ErrImagePull', problems: [{ pod: 'p-2' }] });
    const late = toRollout('Deployment', object({ ...ALL, ...progressing('ProgressDeadlineExceeded') }), [
      creating,
      failing,
    ]);
    expect(late).toMatchObject({
      state: 'failed',
      reason: 'ProgressDeadlineExceeded',
      problems: [{ pod: 'p-1' }, { pod: 'p-2' }],
    });
  });

  it('lists what has crashed before and just runs again without being ready', () => {
    const notReady = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }];
    const again: Pod = {
      metadata: { name: 'p-3' },
      status: {
        phase: 'Running',
        conditions: notReady,
        containerStatuses: [
          { name: 'side', ready: true, lastState: { terminated: { exitCode: 2 } } },
          { name: 'a', ready: false, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
        ],
      },
    };
    const first: Pod = {
      metadata: { name: 'p-4' },
      status: { phase: 'Running', conditions: notReady, containerStatuses: [{ name: 'a', ready: false }] },
    };
    const seen = toRollout('Deployment', object({ ...ALL, availableReplicas: 1 }), [again, first]);
    const problem = { pod: 'p-3', reason: 'OOMKilled', message: 'exit code 137 (OOMKilled)' };
    expect(seen).toMatchObject({ state: 'progressing', reason: 'OOMKilled', problems: [problem] });
  });

  it.each([
    ['StatefulSet', object({ ...ALL, readyReplicas: 1 })],
    [
      'StatefulSet',
      object({ ...ALL, readyReplicas: 1, updatedReplicas: 1 }, { updateStrategy: { rollingUpdate: { partition: 2 } } }),
    ],
    ['DaemonSet', object({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 1, numberAvailable: 1 })],
  ] as const)(
    'of a %s leave nothing to be rolled out once they all are new and crash, and not while they start',
    (kind, o) => {
      const crashing = (restartCount: number): Pod => ({
        metadata: { name: 'p-5' },
        status: {
          containerStatuses: [
            { name: 'a', ready: false, restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ],
        },
      });
      expect(toRollout(kind, o, [crashing(4)])).toMatchObject({
        state: 'progressing',
        complete: true,
        reason: 'CrashLoopBackOff',
      });
      for (const pods of [[crashing(4), crashing(0)], []])
        expect(toRollout(kind, o, pods)).not.toHaveProperty('complete');
      const older = { ...o, status: { ...o.status, updatedReplicas: 0, updatedNumberScheduled: 2 } };
      expect(toRollout(kind, older, [crashing(4)])).not.toHaveProperty('complete');
      expect(toRollout(kind, { ...o, metadata: { generation: 3 } }, [crashing(4)])).not.toHaveProperty('complete');
    },
  );

  it('puts pods that may not be made first', () => {
    const message = 'pods "x" is forbidden: exceeded quota';
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
    const seen = toRollout('Deployment', object({ replicas: 1, conditions }), [failing]);
    expect(seen).toMatchObject({
      reason: 'FailedCreate',
      problems: [{ pod: '', reason: 'FailedCreate', message }, { pod: 'p-2' }],
    });
  });

  it('counts no pod as updated before the controller has looked', () => {
    expect(toRollout('Deployment', object(ALL, {}, 3), [])).toEqual({
      state: 'progressing',
      desired: 3,
      updated: 0,
      ready: 3,
      available: 3,
      problems: [],
    });
  });

  it('says why it stands still', () => {
    expect(toRollout('Deployment', object({}, { paused: true }), []).reason).toBe('DeploymentPaused');
    const byHand = object(ALL, { updateStrategy: { type: 'OnDelete' } });
    expect(
      toRollout('StatefulSet', { ...byHand, status: { ...byHand.status, updatedReplicas: 0, updateRevision: 'b' } }, [])
        .reason,
    ).toBe('OnDelete');
    expect(toRollout('StatefulSet', byHand, []).reason).toBeUndefined();
  });

  it('stops listing where more says nothing new', () => {
    const pods = Array.from({ length: 50 }, () => failing);
    expect(toRollout('Deployment', object({}), pods).problems).toHaveLength(20);
  });
});
