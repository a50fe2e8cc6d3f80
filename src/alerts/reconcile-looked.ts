import { CLASS } from '../core/outbox/write.ts';
import type { Alert, Labels } from '../domain/alert.ts';
import type { Look } from '../domain/reconcile.ts';
import type { Changed } from '../incidents/save.ts';
import type { AlertSource, FoundGroup, SourceLook } from '../ports/alert-source.ts';
import type { Db } from '../ports/database.ts';
import { labelsHash } from './groups.ts';
import type { AlertRules } from './rules.ts';

/** What the parts of reconcile share. */

export interface ReconcileParts {
  readonly db: Db;
  readonly sources: ReadonlyMap<string, AlertSource>;
  readonly rules: AlertRules;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly hooks?: ReconcileHooks;
  /** One incident's failure stays its own: the next look finds it again. */
  readonly onError: (error: unknown, what: { readonly source: string; readonly incident?: number }) => void;
}

export interface ReconcileHooks {
  onLook?(look: { readonly source: string; readonly complete: boolean; readonly failures: readonly string[] }): void;
  /** After its commit. */
  onChange?(change: { readonly source: string; readonly outcome: string; readonly incident: number }): void;
}

/** One look at one source, as everything that follows from it sees it. */
export interface Looked extends Look {
  readonly source: string;
  readonly answer: SourceLook;
  /** Its groups were asked for, and all members told theirs. */
  readonly groupsKnown: boolean;
  /** The groups of the answer, by `groupName`. */
  readonly groups: ReadonlyMap<string, FoundGroup>;
}

/** What a group of the API and one of ours have in common: there is no groupKey in the API. */
export function groupName(receiver: string, labels: Buffer): string {
  return `${labels.toString('hex')} ${receiver}`;
}

export function groupsByName(groups: readonly FoundGroup[]): ReadonlyMap<string, FoundGroup> {
  return new Map(groups.map((group) => [groupName(group.receiver, labelsHash(group.labels)), group]));
}

/** Of no group, nothing. */
export const activeOf = (group: FoundGroup | undefined): readonly Alert[] =>
  (group?.alerts ?? []).filter((alert) => alert.active).map(({ active: _active, ...alert }) => alert);

/** As a webhook has them: what all alerts share. */
export function common([first = {}, ...others]: readonly Labels[]): Labels {
  return Object.fromEntries(Object.entries(first).filter(([k, v]) => others.every((labels) => labels[k] === v)));
}

/** What fires anew is told like what is new. */
export function hurry(changed: Changed): void {
  const pages = changed.effects.some((effect) => effect.do === 'page');
  if (pages && !changed.isNew && changed.class > CLASS.new) changed.class = CLASS.new;
}
