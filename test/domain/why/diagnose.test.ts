import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/domain/why/diagnose.ts';
import type { Facts } from '../../../src/domain/why/facts.ts';
import {
  ago,
  condition,
  eventOf,
  factsOf,
  idsOf,
  NOW,
  podOf,
  unplaced,
  waitingPod,
  workloadOf,
} from '../../support/facts.ts';

describe('a verdict', () => {
  it('healthy, starting, unknown: never a cause that nothing says', () => {
    const stateOf = (facts: Facts): string => findingsOf(facts, NOW).state;
    expect(stateOf(factsOf({ pods: [podOf()], workload: workloadOf({ ready: 1, rollout: 'done' }) }))).toBe('healthy');
    const creating = waitingPod('ContainerCreating', '');
    expect(stateOf(factsOf({ pods: [{ ...creating, createdAt: ago(10) }] }))).toBe('starting');
    expect(stateOf(factsOf({ pods: [creating] }))).toBe('unknown');
    expect(stateOf(factsOf())).toBe('unknown');
    const seen = findingsOf(factsOf({ unseen: ['nodes'] }), NOW);
    expect(seen.seen).toEqual(['events', 'claims', 'services', 'policies']);
  });

  it('of one pod alone is about that pod: what holds of its workload is not named, what has passed is', () => {
    const failure = condition('ReplicaFailure', 'FailedCreate', 'exceeded quota: few', 'True');
    const workload = workloadOf({ desired: 3, ready: 3, rollout: 'failed', paused: true, conditions: [failure] });
    const alone = factsOf({ alone: true, workload, pods: [podOf()] });
    expect(findingsOf(alone, NOW)).toMatchObject({ state: 'healthy', ready: 1, of: 1 });
    const evicted = podOf({ phase: 'Failed', ready: false, reason: 'Evicted', containers: [] });
    expect(idsOf({ ...alone, pods: [evicted] })).toEqual(['evicted']);
  });

  it('mixed: each cause once with its pods, what hits most first', () => {
    const crash = { exitCode: 1, reason: 'Error', message: '', at: ago(60) };
    const pods = [
      { ...waitingPod('CrashLoopBackOff', '', { restarts: 2, last: crash }), name: 'a' },
      { ...waitingPod('CrashLoopBackOff', '', { restarts: 9, last: crash }), name: 'b' },
      { ...waitingPod('ErrImagePull', 'not found'), name: 'c' },
    ];
    const { findings } = findingsOf(factsOf({ pods }), NOW);
    expect(findings.map(({ cause, pods: names }) => [cause.id, names])).toEqual([
      ['crashes', ['a', 'b']],
      ['image-not-found', ['c']],
    ]);
  });

  it('is given of any words, and of a healthy workload never a cause', () => {
    const REASONS = [
      'ImagePullBackOff',
      'CrashLoopBackOff',
      'CreateContainerConfigError',
      'StartError',
      'ContainerCreating',
    ];
    const words = fc.string({ maxLength: 300, unit: 'binary' });
    fc.assert(
      fc.property(fc.constantFrom(...REASONS), words, words, (reason, message, event) => {
        const end = { exitCode: 1, reason, message, at: ago(10) };
        const pods = [waitingPod(reason, message, { restarts: 1, last: end }), unplaced(message)];
        const failure = condition('ReplicaFailure', 'FailedCreate', event, 'True');
        const events = ['Failed', 'Unhealthy', 'FailedMount', 'FailedScheduling'].map((r) => eventOf(r, event));
        const workload = workloadOf({ desired: 5, conditions: [failure] });
        const verdict = findingsOf(factsOf({ pods, events, workload }), NOW);
        expect(verdict.state).toBe('found');
        const well = factsOf({ pods: [podOf()], events, workload: workloadOf({ ready: 1, rollout: 'done' }) });
        expect(findingsOf(well, NOW).state).toBe('healthy');
      }),
    );
  });
});
