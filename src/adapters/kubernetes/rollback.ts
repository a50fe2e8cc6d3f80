import type { Revision, RolloutHistory, WorkloadRef } from '../../domain/workload.ts';
import type { RollbackChange, RolledBack } from '../../ports/cluster.ts';
import { HttpError, Refusal } from './errors.ts';
import { find, findOrRefuse, nameOf } from './find.ts';
import { currentRevision, type KeptRevision, revisions } from './history.ts';
import type { Pod, WorkloadObject } from './objects.ts';
import { deletePods } from './pods-of.ts';
import type { Rest } from './rest.ts';
import { isObserved } from './rollout.ts';
import type { PatchOperation } from './send.ts';
import { ownersOf } from './surroundings.ts';
import { annotate, changeTemplate, marksOf } from './template-change.ts';
import { differencesOf } from './template-differences.ts';
import { hashTemplate, imagesOf, listPath, selectorText, toWorkload } from './workload.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

export async function historyOf(
  rest: Rest,
  ref: WorkloadRef,
  signal: AbortSignal,
): Promise<RolloutHistory | undefined> {
  const object = await find(rest, ref, signal);
  if (!object) return undefined;
  const kept = await revisions(rest, ref, object, signal);
  const current = currentOf(object, kept);
  return {
    workload: toWorkload(ref, object, current?.number),
    owners: ownersOf(object.metadata ?? {}),
    revisions: kept
      .filter(({ number }) => number > 0)
      .sort((a, b) => b.number - a.number)
      .map((revision) => toRevision(object, revision, revision === current)),
  };
}

/**
 * By its template; where none has the live one to the letter (an API server that is newer than the revision fills in more), the one
 * that the controller names, as long as it has seen the newest spec and acts on it.
 */
function currentOf(object: WorkloadObject, kept: readonly KeptRevision[]): KeptRevision | undefined {
  const live = hashTemplate(object.spec?.template);
  const same = kept.filter(({ template }) => hashTemplate(template) === live);
  const named = isObserved(object) && !object.spec?.paused ? currentRevision(object, kept) : undefined;
  return same.find(({ number }) => number === named) ?? same[0] ?? kept.find(({ number }) => number === named);
}

function toRevision(object: WorkloadObject, revision: KeptRevision, current: boolean): Revision {
  const { number, metadata, template } = revision;
  const changeCause = metadata.annotations?.[CHANGE_CAUSE];
  return {
    number,
    at: new Date(metadata.creationTimestamp ?? 0),
    images: imagesOf(template),
    ...(changeCause !== undefined && { changeCause }),
    current,
    templateHash: hashTemplate(template),
    differences: differencesOf(object.spec?.template, template),
  };
}

/**
 * The revision's whole template in place of the live one, in one request that checks and changes. Marks and change-cause go to the
 * workload itself: a mark in the template would make it one that has never run. Of the other annotations none is put back, as kubectl
 * would for Deployments: they belong to whoever wrote them since.
 */
export async function rollback(
  rest: Rest,
  ref: WorkloadRef,
  { expect, to, mark, release, dryRun }: RollbackChange,
  signal: AbortSignal,
): Promise<RolledBack> {
  const before = await findOrRefuse(rest, ref, signal);
  const wanted = await findRevision(rest, ref, before, to, signal);
  const annotations = { [CHANGE_CAUSE]: wanted.metadata.annotations?.[CHANGE_CAUSE], ...marksOf(mark) };
  const change = {
    expect,
    dryRun,
    patch: ({ metadata }: WorkloadObject): PatchOperation[] => [
      ...(metadata?.annotations === undefined ? [unwritten(metadata)] : []),
      { op: 'replace', path: '/spec/template', value: wanted.template },
      ...annotate('/metadata/annotations', metadata?.annotations, annotations),
    ],
    becomes: () => wanted.template,
  };
  const changed = await changeTemplate(rest, ref, change, signal);
  return { ...changed, stuck: await releaseStuck(rest, ref, before, { release, dryRun }, signal) };
}

/** Generation stands when annotations come: where there were none, this keeps those of somebody else from being replaced by ours. */
function unwritten(metadata: WorkloadObject['metadata']): PatchOperation {
  return { op: 'test', path: '/metadata/resourceVersion', value: metadata?.resourceVersion };
}

async function findRevision(
  rest: Rest,
  ref: WorkloadRef,
  object: WorkloadObject,
  { number, templateHash }: RollbackChange['to'],
  signal: AbortSignal,
): Promise<KeptRevision> {
  const kept = await revisions(rest, ref, object, signal);
  const found = kept.find((one) => one.number === number && hashTemplate(one.template) === templateHash);
  if (!found) throw new Refusal('changed', `revision ${number} of ${nameOf(ref)} is gone, or another one by now`);
  return found;
}

/** The template has changed whatever becomes of these: what goes wrong here is no no to that. */
async function releaseStuck(
  rest: Rest,
  ref: WorkloadRef,
  before: WorkloadObject,
  { release, dryRun }: Pick<RollbackChange, 'release' | 'dryRun'>,
  signal: AbortSignal,
): Promise<RolledBack['stuck']> {
  if (!waitsForStuck(ref, before)) return [];
  try {
    const all = (await stuckPods(rest, ref, before, signal)).map(({ metadata }) => ({
      name: metadata?.name ?? '',
      uid: metadata?.uid ?? '',
    }));
    const stuck = dryRun ? all : all.filter(({ uid }) => release.includes(uid));
    await deletePods(rest, ref, { pods: stuck, dryRun }, signal);
    return stuck;
  } catch (error) {
    if (dryRun || !(error instanceof HttpError)) throw error;
    throw new Refusal('away', `the template of ${nameOf(ref)} is changed, and its stuck pods could not be deleted`);
  }
}

/** One pod at a time, each only when those before it are ready. With OnDelete people delete them anyway. */
function waitsForStuck(ref: WorkloadRef, { spec }: WorkloadObject): boolean {
  return (
    ref.kind === 'StatefulSet' && spec?.podManagementPolicy !== 'Parallel' && spec?.updateStrategy?.type !== 'OnDelete'
  );
}

/** Of the very revision that is rolled back, and not ready; those below a partition have another. */
async function stuckPods(
  rest: Rest,
  ref: WorkloadRef,
  { metadata, spec, status }: WorkloadObject,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const labelSelector = `${selectorText(spec?.selector)},controller-revision-hash=${status?.updateRevision ?? ''}`;
  const path = listPath('api/v1', 'pods', ref.namespace);
  const found: Pod[] = [];
  for await (const { items = [] } of rest.pages<Pod>(path, { query: { labelSelector } }, signal)) found.push(...items);
  return found.filter(
    (pod) =>
      pod.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid) &&
      pod.metadata.deletionTimestamp === undefined &&
      !pod.status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
}
