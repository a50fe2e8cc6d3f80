import type { WorkloadRef } from '../../domain/workload.ts';
import { isMissing, Refusal } from './errors.ts';
import type { WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import { workloadPath } from './workload.ts';

export async function find(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<WorkloadObject | undefined> {
  try {
    return await rest.get<WorkloadObject>(workloadPath(ref), {}, signal);
  } catch (error) {
    if (isMissing(error, ref.name)) return undefined;
    throw error;
  }
}

export async function findOrRefuse(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<WorkloadObject> {
  const object = await find(rest, ref, signal);
  if (!object) throw new Refusal('not-found', `there is no ${nameOf(ref)}`);
  return object;
}

export function nameOf(ref: WorkloadRef): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}
