import type { WorkloadRef } from '../../domain/workload.ts';
import { findOrRefuse } from './find.ts';
import { type KeptRevision, revisions } from './history.ts';
import type { WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import { carriesRun } from './template-change.ts';

type Marked = Parameters<typeof carriesRun>[0];

/** Which part of what is live, and of a revision, a change leaves its mark on. */
interface MarkedParts {
  readonly live: (object: WorkloadObject) => Marked;
  readonly revision: (revision: KeptRevision) => Marked;
}

/** A restart's mark is on the template; a rollout that came later leaves it in the history only. */
export const ON_TEMPLATE: MarkedParts = { live: ({ spec }) => spec?.template, revision: ({ template }) => template };

/** A rollback's is on the workload; a Deployment's controller copies it to the ReplicaSet, where it outlives later ones. */
export const ON_WORKLOAD: MarkedParts = { live: (object) => object, revision: (revision) => revision };

/** Did this run change it? @throws ClusterError `not-found` when the workload is gone: unknown, not no */
export async function happened(
  rest: Rest,
  ref: WorkloadRef,
  { run, on }: { readonly run: string; readonly on: MarkedParts },
  signal: AbortSignal,
): Promise<boolean> {
  const object = await findOrRefuse(rest, ref, signal);
  if (carriesRun(on.live(object), run)) return true;
  const history = await revisions(rest, ref, object, signal);
  return history.some((revision) => carriesRun(on.revision(revision), run));
}
