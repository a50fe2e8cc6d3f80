import type { Revision, RolloutHistory, TemplateDifference } from '../domain/workload.ts';
import type { Made } from './define.ts';

/** Which revision somebody means who wants to go back. */

/** All that differs are annotations of its pods, as after a restart. */
export function isRestartAlone(differences: readonly TemplateDifference[]): boolean {
  return differences.every(isAnnotations);
}

/** The rollback that led away from this revision, or from one of which it is a restart: the last of them. */
export function rolledAway(revision: Revision, { revisions }: RolloutHistory, made: readonly Made[]): Made | undefined {
  const left = new Set(made.map(({ plan }) => plan.effect['fromHash']));
  const alike = revisions.filter((other) => left.has(other.templateHash) && isSame(revision, other));
  const hashes = new Set<unknown>(alike.map(({ templateHash }) => templateHash));
  return made.find(({ plan }) => hashes.has(plan.effect['fromHash']));
}

/**
 * The newest that is neither what runs, nor only a restart of it, nor what was rolled away from; where all are, the one before.
 * `undefined`: there is no other.
 */
export function revisionBefore(history: RolloutHistory, made: readonly Made[]): Revision | undefined {
  const others = history.revisions.filter(({ current }) => !current);
  const differ = others.filter(({ differences }) => !isRestartAlone(differences));
  return differ.find((revision) => !rolledAway(revision, history, made)) ?? differ[0] ?? others[0];
}

/** What of a template is told whole; of other fields and of variables only names are, which say nothing of their values. */
const TOLD: ReadonlySet<TemplateDifference['what']> = new Set(['image', 'command', 'resources']);

/** The same template but for the annotations. */
function isSame(one: Revision, other: Revision): boolean {
  if (one.templateHash === other.templateHash) return true;
  const [a, b] = [one, other].map(({ differences }) => differences.filter((d) => !isAnnotations(d)));
  return a!.every(({ what }) => TOLD.has(what)) && JSON.stringify(a) === JSON.stringify(b);
}

function isAnnotations(d: TemplateDifference): boolean {
  return d.what === 'other' && d.container === '' && d.fields.join() === 'annotations';
}
