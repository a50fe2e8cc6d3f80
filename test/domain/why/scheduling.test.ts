import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/domain/why/diagnose.ts';
import { ago, causesOf, condition, eventOf, factsOf, idsOf, NOW, unplaced } from '../../support/facts.ts';

describe('pods that no node takes', () => {
  const node = { name: 'node-1', ready: true, pressures: [], taints: ['dedicated=db:NoSchedule'] };
  const rest =
    ' no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

  it('each obstacle with its nodes, the most first', () => {
    const words = `0/6 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector, 3 Insufficient cpu.${rest}`;
    const pods = [unplaced(words, { nodeSelector: { disk: 'ssd' } })];
    const reasons = [
      { nodes: 3, why: 'resource', resource: 'cpu', asks: '500m' },
      { nodes: 2, why: 'selector', selector: 'disk=ssd' },
      { nodes: 1, why: 'taint', taints: ['dedicated=db:NoSchedule'] },
    ];
    expect(causesOf(factsOf({ pods, nodes: [node] }))).toEqual([{ id: 'unschedulable', reasons }]);
  });

  it.each([
    ['1 node(s) had untolerated taint {dedicated: db}', { why: 'taint', taints: ['dedicated=db'] }],
    ['1 node(s) were unschedulable', { why: 'cordoned' }],
    ["1 node(s) didn't match pod affinity rules", { why: 'affinity' }],
    ["1 node(s) didn't match pod anti-affinity rules", { why: 'anti-affinity' }],
    ["1 node(s) didn't match pod topology spread constraints", { why: 'spread' }],
    ["1 node(s) didn't have free ports for the requested pod ports", { why: 'ports' }],
    ['1 node(s) had volume node affinity conflict', { why: 'volume-place' }],
    ['1 Too many pods', { why: 'full' }],
    ['1 node(s) that nobody understands', { why: 'other', words: 'node(s) that nobody understands' }],
  ])('%s', (words, reason) => {
    const pods = [unplaced(`0/1 nodes are available: ${words}.${rest}`)];
    expect(causesOf(factsOf({ pods }))).toEqual([{ id: 'unschedulable', reasons: [{ nodes: 1, ...reason }] }]);
  });

  it('volume claims: not there, and not bound, with what their own events say', () => {
    const missing = unplaced('0/1 nodes are available: persistentvolumeclaim "data" not found. not found', {
      claims: ['data'],
    });
    expect(causesOf(factsOf({ pods: [missing] }))).toEqual([{ id: 'claim-missing', claim: 'data' }]);
    const words = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';
    const claims = [{ name: 'data', phase: 'Pending', storageClass: 'gp9' }];
    const why = eventOf('ProvisioningFailed', 'storageclass "gp9" not found', {
      kind: 'PersistentVolumeClaim',
      name: 'data',
    });
    const { findings } = findingsOf(
      factsOf({ pods: [unplaced(words, { claims: ['data'] })], claims, events: [why] }),
      NOW,
    );
    expect(findings.map(({ cause }) => cause)).toEqual([{ id: 'claim-unbound', claim: 'data', storageClass: 'gp9' }]);
    expect(findings[0]!.evidence).toContain(why);
  });

  it('Fargate and autoscalers', () => {
    const taint = '0/2 nodes are available: 2 node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}.';
    expect(causesOf(factsOf({ pods: [unplaced(taint)] }))).toEqual([{ id: 'fargate', why: 'profile' }]);
    const waits = [unplaced('Pod provisioning timed out (will retry)', { scheduler: 'fargate-scheduler' })];
    expect(causesOf(factsOf({ pods: waits }))).toEqual([{ id: 'fargate', why: 'capacity' }]);
    const events = [eventOf('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached")];
    expect(
      causesOf(factsOf({ pods: [unplaced('0/1 nodes are available: 1 Insufficient cpu.')], events })),
    ).toMatchObject([{ id: 'unschedulable', autoscaler: 'refused' }]);
  });

  it('gates, schedulers that are silent, no nodes at all', () => {
    const gated = unplaced('', { conditions: [condition('PodScheduled', 'SchedulingGated', 'Scheduling is blocked')] });
    expect(idsOf(factsOf({ pods: [gated] }))).toEqual(['scheduling-gated']);
    const silent = unplaced('', { conditions: [], scheduler: 'own' });
    expect(causesOf(factsOf({ pods: [silent] }))).toEqual([{ id: 'scheduler-silent', scheduler: 'own' }]);
    expect(idsOf(factsOf({ pods: [{ ...silent, createdAt: ago(5) }] }))).toEqual([]);
    expect(idsOf(factsOf({ pods: [unplaced('no nodes available to schedule pods')] }))).toEqual(['no-nodes']);
  });
});
