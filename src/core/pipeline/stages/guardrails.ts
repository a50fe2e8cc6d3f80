import { frozen } from '../../../domain/freeze.ts';
import type { GuardRule, Guardrails } from '../../../domain/guardrails.ts';
import type { GuardNo, PlannedFacts } from '../../../domain/plan.ts';
import type { TargetPattern } from '../../../domain/target-pattern.ts';
import { type ActionTarget, isDatabase, type Target, targetKey } from '../../../domain/workload.ts';
import { allow, type Check, type Decision, refuse } from '../decide.ts';
import type { Holder } from './lock.ts';

export interface GuardFacts {
  readonly now: Date;
  readonly verb: string;
  readonly target: ActionTarget;
  /** Of the target's environment, as config has them now. */
  readonly guardrails: Guardrails;
  /** Another action that holds the target. */
  readonly holder: Holder | undefined;
  /** Absent: not planned yet. */
  readonly planned: PlannedFacts | undefined;
  /** When the last action that changed the target ended. */
  readonly lastActed: Date | undefined;
  /** The one that break-glass lifts for this action, by somebody who may. */
  readonly lift: GuardRule | undefined;
  /** It takes another one back. */
  readonly isUndo: boolean;
  /** Others in the environment that have changed something or may still, as long ago as its blast radius reaches; oldest first. */
  readonly recent: readonly { readonly at: Date; readonly pods: number }[];
  /** It belongs to an incident that is not resolved. */
  readonly incidentOpen: boolean;
}

/** Looked at before planning, when it is planned, when it is confirmed or approved, and once more before it is executed. */
export type Guardrail = Check<GuardFacts>;

const oneActionPerTarget: Guardrail = ({ target, holder }) =>
  holder
    ? refuse({ rule: 'one-action-per-target', job: holder.job, by: holder.by, target: targetKey(target) })
    : allow('one-action-per-target');

/** Before the name of a guardrail that said no and was lifted. */
export const BROKEN = 'break-glass:';

/** Who may lift it is added to what it says no with. */
function guardrail<Rule extends GuardRule>(
  rule: Rule,
  no: (facts: GuardFacts) => (GuardNo & { readonly rule: Rule }) | undefined,
): Guardrail {
  return (facts): Decision => {
    const said = no(facts);
    if (!said) return allow(rule);
    if (facts.lift === rule) return allow(BROKEN + rule);
    return refuse({ ...said, lift: facts.guardrails.breakGlass });
  };
}

/** A database is in no namespace. */
const protectedNamespace = guardrail('protected-namespace', ({ target, verb, guardrails }) => {
  if (isDatabase(target)) return undefined;
  const { namespace } = target;
  if (!guardrails.protectedNamespaces.includes(namespace)) return undefined;
  return guardrails.exceptions.some((one) => one.verb === verb && isMeant(one.target, target))
    ? undefined
    : { rule: 'protected-namespace', namespace };
});

function isMeant(pattern: TargetPattern, target: Target): boolean {
  const { environment, cluster, namespace, kind, name } = pattern;
  if (environment !== undefined && environment !== target.environment) return false;
  if (cluster !== undefined && cluster !== target.cluster) return false;
  return namespace === target.namespace && kind === target.kind && name === target.name;
}

const protectedLabel = guardrail('protected-label', ({ target, planned, guardrails: { protectedLabel: label } }) => {
  const value = planned?.labels[label];
  return value === undefined || value === 'false'
    ? undefined
    : { rule: 'protected-label', label, target: targetKey(target) };
});

const replicaBounds = guardrail('replica-bounds', ({ planned, guardrails: { replicas: bounds } }) => {
  const replicas = planned?.desiredReplicas;
  if (replicas === undefined || (replicas >= bounds.min && replicas <= bounds.max)) return undefined;
  return { rule: 'replica-bounds', replicas, ...bounds };
});

/** What takes an action back need not wait for it. */
const coolDown = guardrail('cool-down', ({ now, target, lastActed, isUndo, guardrails: { coolDownMs } }) => {
  if (!lastActed || isUndo) return undefined;
  const until = new Date(lastActed.getTime() + coolDownMs);
  return now < until ? { rule: 'cool-down', target: targetKey(target), until: until.toISOString() } : undefined;
});

const freeze = guardrail('freeze', ({ now, guardrails: { freezes } }) => {
  const held = frozen(freezes, now);
  return held && { rule: 'freeze', name: held.name, ...(held.until && { until: held.until.toISOString() }) };
});

const blastRadius = guardrail('blast-radius', (facts) => {
  const { blastRadius: limit } = facts.guardrails;
  if (!limit) return undefined;
  const { actions, percent, withinMs } = limit;
  const { recent, planned, target } = facts;
  const total = planned?.environmentPods;
  const tooMany = (of: 'actions' | 'pods', own: number, most: number, weight: (one: { pods: number }) => number) => {
    const sum = (ones: typeof recent): number => ones.reduce((all, one) => all + weight(one), own);
    const count = sum(recent);
    if (count <= most) return undefined;
    // It fits again when enough of the oldest are out of sight; alone it may be too much.
    const left = recent.findIndex((_, i) => sum(recent.slice(i + 1)) <= most);
    const until = recent[left] && new Date(recent[left].at.getTime() + withinMs).toISOString();
    const about = { environment: target.environment, of, count, most, withinMs };
    return { rule: 'blast-radius' as const, ...about, ...(until !== undefined && { until }) };
  };
  return (
    (actions === undefined ? undefined : tooMany('actions', 1, actions, () => 1)) ??
    (percent === undefined || planned === undefined || total === undefined
      ? undefined
      : tooMany('pods', planned.pods, Math.floor((total * percent) / 100), ({ pods }) => pods))
  );
});

const incidentRequired = guardrail('incident-required', ({ target, incidentOpen, guardrails }) =>
  guardrails.incidentRequired && !incidentOpen
    ? { rule: 'incident-required', environment: target.environment }
    : undefined,
);

/** In this order: what never ends first, what ends soon last. */
export const guardrails: readonly Guardrail[] = [
  oneActionPerTarget,
  protectedNamespace,
  protectedLabel,
  replicaBounds,
  incidentRequired,
  freeze,
  blastRadius,
  coolDown,
];
