import type { WorkloadRef } from '../../domain/workload.ts';
import type { Patched, ScaleChange } from '../../ports/cluster.ts';
import { takesNoDryRun } from './errors.ts';
import type { Rest } from './rest.ts';
import type { PatchOperation } from './send.ts';
import { workloadPath } from './workload.ts';

/** Sets the replicas through the `scale` subresource: the right to patch that is all it takes. */
export async function scale(rest: Rest, ref: WorkloadRef, change: ScaleChange, signal: AbortSignal): Promise<Patched> {
  const query = { fieldManager: 'hikeshi', ...(change.dryRun && { dryRun: 'All' }) };
  try {
    const { warnings } = await rest.patch(`${workloadPath(ref)}/scale`, query, scalePatch(change), signal);
    return { warnings };
  } catch (error) {
    const untried = change.dryRun ? takesNoDryRun(error) : undefined;
    if (untried === undefined) throw error;
    return { warnings: [], untried };
  }
}

/** Zero is absent in a Scale: it is recognised by the spec being empty, and `add` sets a member that is there or not. */
function scalePatch({ expect, replicas }: ScaleChange): PatchOperation[] {
  const asExpected: PatchOperation =
    expect.replicas === 0
      ? { op: 'test', path: '/spec', value: {} }
      : { op: 'test', path: '/spec/replicas', value: expect.replicas };
  return [
    { op: 'test', path: '/metadata/uid', value: expect.uid },
    asExpected,
    { op: 'add', path: '/spec/replicas', value: replicas },
  ];
}
