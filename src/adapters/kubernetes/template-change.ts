import type { WorkloadRef } from '../../domain/workload.ts';
import type { ChangeMark, ExpectedWorkload, Patched } from '../../ports/cluster.ts';
import { hasMoved, Refusal, takesNoDryRun } from './errors.ts';
import { findOrRefuse, nameOf } from './find.ts';
import type { PodTemplate, WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import type { PatchOperation } from './send.ts';
import { hashTemplate, workloadPath } from './workload.ts';

/** How often a change looks again when something else of the spec (a scale, say) moved between look and change. */
const ATTEMPTS = 4;
/** Characters: annotations share 256 KiB with everybody else's. */
const TEXT_LIMIT = 500;

/** A change of a workload's pod template. */
export interface TemplateChange {
  readonly expect: ExpectedWorkload;
  readonly dryRun: boolean;
  /** What goes beside the checks of `unmoved`. */
  patch(live: WorkloadObject): PatchOperation[];
  /** The template as the patch leaves it, if nobody else has a say. */
  becomes(live: WorkloadObject): PodTemplate | undefined;
}

export interface ChangedTemplate extends Patched {
  readonly templateHash: string;
}

/**
 * Looks, compares with what the plan saw, and changes exactly that. A change that the API server refuses because the spec
 * moved has not been made, so it looks again; it is the comparison that decides whether the plan still holds.
 */
export async function changeTemplate(
  rest: Rest,
  ref: WorkloadRef,
  change: TemplateChange,
  signal: AbortSignal,
): Promise<ChangedTemplate> {
  const query = { fieldManager: 'hikeshi', ...(change.dryRun && { dryRun: 'All' }) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const live = await findOrRefuse(rest, ref, signal);
    refuseUnlessAsPlanned(ref, live, change.expect);
    try {
      const patch = [...unmoved(live), ...change.patch(live)];
      const answer = await rest.patch<WorkloadObject>(workloadPath(ref), query, patch, signal);
      return { templateHash: hashTemplate(answer.body.spec?.template), warnings: answer.warnings };
    } catch (error) {
      const untried = change.dryRun ? takesNoDryRun(error) : undefined;
      if (untried !== undefined) return { templateHash: hashTemplate(change.becomes(live)), warnings: [], untried };
      if (!hasMoved(error)) throw error;
    }
  }
  throw new Refusal('changed', `${nameOf(ref)} keeps being changed by somebody else`);
}

function refuseUnlessAsPlanned(ref: WorkloadRef, live: WorkloadObject, expect: ExpectedWorkload): void {
  if (live.metadata?.uid !== expect.uid) {
    throw new Refusal('changed', `${nameOf(ref)} was deleted and created anew since the plan was made`);
  }
  if (live.spec?.paused) throw new Refusal('paused', `${nameOf(ref)} is paused: this would wait until it is resumed`);
  if (hashTemplate(live.spec?.template) !== expect.templateHash) {
    throw new Refusal('changed', `the pod template of ${nameOf(ref)} changed since the plan was made`);
  }
}

/**
 * Check and change in one JSON patch: it applies to this very object (uid) in this very spec (generation, which the API
 * server advances on every change of spec), or not at all. The template itself is not compared by a `test` operation:
 * API servers compare strings as encoded bytes, Go writes `&`, `<` and `>` as escapes, and so any template with
 * `a && b` in a command would never match.
 */
function unmoved({ metadata }: WorkloadObject): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata?.uid },
    { op: 'test', path: '/metadata/generation', value: metadata?.generation },
  ];
}

/** Sets annotations under this path, and takes away those that are `undefined`, where they are present. */
export function annotate(
  path: string,
  present: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string | undefined>>,
): PatchOperation[] {
  const each = Object.entries(wanted).flatMap(([key, value]): PatchOperation[] => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (value !== undefined) return [{ op: 'add', path: at, value }];
    return present?.[key] === undefined ? [] : [{ op: 'remove', path: at }];
  });
  return present === undefined ? [{ op: 'add', path, value: {} }, ...each] : each;
}

/** The annotation by which a template, or a workload, remembers the action that changed it. */
const RUN_ANNOTATION = 'hikeshi/run';

export function marksOf(mark: ChangeMark): Record<string, string> {
  return {
    [RUN_ANNOTATION]: mark.run,
    'hikeshi/by': annotationText(mark.by),
    'hikeshi/reason': annotationText(mark.reason),
  };
}

export function carriesRun(object: { readonly metadata?: PodTemplate['metadata'] } | undefined, run: string): boolean {
  return object?.metadata?.annotations?.[RUN_ANNOTATION] === run;
}

/** Any Unicode but control characters and halves of a surrogate pair, at most 500 characters, whole ones. */
function annotationText(text: string): string {
  const clean = text.replace(/[\ud800-\udfff]/gu, '\ufffd').replace(/\p{Cc}+/gu, ' ');
  return Array.from(clean.slice(0, TEXT_LIMIT * 2))
    .slice(0, TEXT_LIMIT)
    .join('');
}
