import { code, type Inline, person, type Text } from '../../domain/content.ts';
import { UserError } from '../../domain/errors.ts';
import type { ActionOutcome, GuardRefusal, Refusal } from '../../domain/plan.ts';
import { type Principal, principalKey } from '../../domain/principal.ts';
import { targetKey } from '../../domain/workload.ts';
import { type Catalog, together } from '../../messages/catalog.ts';
import { wordUserError } from '../../messages/user-error.ts';
import type { Role } from '../define.ts';
import { besides } from '../rights/may.ts';
import type { PipelineDeps } from './deps.ts';

export function whoIs(principal: Principal): Inline {
  return principal.kind === 'slack' ? person(principal.id) : code(principalKey(principal));
}

/** Named, not mentioned: where only plain characters go, and where what one did oneself should ring nobody's phone. */
export function nameIn(principal: Principal): Inline {
  return principal.kind === 'slack' && principal.name ? `@${principal.name}` : whoIs(principal);
}

/** Which guardrail says no, and when it ends by itself. */
function wordGuard(m: Catalog, refusal: GuardRefusal): Text {
  switch (refusal.rule) {
    case 'protected-namespace':
      return m.guard[refusal.rule](refusal);
    case 'protected-label':
      return m.guard[refusal.rule](refusal);
    case 'replica-bounds':
      return m.guard[refusal.rule](refusal);
    case 'incident-required':
      return m.guard[refusal.rule](refusal);
    case 'cool-down':
      return m.guard[refusal.rule]({ target: refusal.target, until: new Date(refusal.until) });
    case 'freeze':
    case 'blast-radius': {
      const { until, ...rest } = refusal;
      const ends = until === undefined ? {} : { until: new Date(until) };
      return rest.rule === 'freeze'
        ? m.guard.freeze({ ...rest, ...ends })
        : m.guard['blast-radius']({ ...rest, ...ends });
    }
  }
}

/** Who may lift it all the same. */
function wordLift(m: Catalog, { rule, lift }: GuardRefusal, whoMay: PipelineDeps['whoMay']): Text {
  return lift === 'nobody' ? m.guard.unliftable() : m.guard.liftable({ rule, role: lift, who: whoMay(lift) });
}

/** The sentence of a refusal; `who` says how people are named. `verb`: what was asked for. */
export function wordRefusal(
  m: Catalog,
  refusal: Refusal,
  about: { readonly verb: string; readonly whoMay: PipelineDeps['whoMay'] },
  who: (principal: Principal) => Inline = whoIs,
): Text {
  const words = m.action.refusal;
  switch (refusal.rule) {
    case 'role': {
      const needs = refusal.needs as Role;
      return words.role({ what: about.verb, has: refusal.has as Role, needs, who: about.whoMay(needs) });
    }
    case 'permission': {
      const { target, on } = refusal;
      const role = refusal.needs as Role;
      const who = about.whoMay(role, { wanted: { kind: 'action', name: about.verb, role }, target });
      return words.permission({ what: about.verb, target: targetKey(target), on, who });
    }
    case 'protected-namespace':
    case 'protected-label':
    case 'replica-bounds':
    case 'cool-down':
    case 'freeze':
    case 'blast-radius':
    case 'incident-required':
      return together([wordGuard(m, refusal), wordLift(m, refusal, about.whoMay)], m);
    case 'action-channel':
      return words[refusal.rule](refusal);
    case 'one-action-per-target':
      return words[refusal.rule]({ ...refusal, by: who(refusal.by) });
    case 'plan-expired':
      return words[refusal.rule]({ at: new Date(refusal.at) });
    case 'own-plan':
      return words[refusal.rule]({ by: who(refusal.by) });
    case 'reason-required':
      return words[refusal.rule](refusal);
    case 'approver':
      return words.approver({ who: about.whoMay('approver') });
    case 'not-oneself':
      return words['not-oneself']({ who: besides(about.whoMay('approver'), refusal.by) });
    case 'approval-open':
      return words['approval-open']({ ...refusal, by: refusal.by && who(refusal.by) });
    case 'approval-required':
    case 'lock-held':
    case 'as-left':
      return words[refusal.rule](refusal);
    case 'unchanged': {
      const { by } = refusal;
      return words[refusal.rule]({ ...refusal, by: by && { ...by, by: who(by.by) } });
    }
    case 'incident-target':
      return words[refusal.rule]({ number: refusal.incident });
    case 'incident-open': {
      const at = refusal.at === undefined ? undefined : new Date(refusal.at);
      return words[refusal.rule]({ number: refusal.incident, at, verb: about.verb });
    }
    case 'glass-broken': {
      const { guard, has, needs } = refusal;
      const lifted = m.guard.lifted({ rule: guard });
      if (needs === 'nobody') return together([lifted, m.guard.unliftable()], m);
      return together([lifted, words.role({ what: about.verb, has: has as Role, needs, who: about.whoMay(needs) })], m);
    }
    case 'reversible':
    case 'known-action':
      return words[refusal.rule](refusal);
  }
}

/** Why it was not even begun. */
export function whyNot(
  { m, ...about }: { readonly m: Catalog; readonly verb: string; readonly whoMay: PipelineDeps['whoMay'] },
  outcome: Extract<ActionOutcome, { readonly kind: 'refused' | 'rejected' | 'rejected-by-database' | 'impossible' }>,
): Text {
  switch (outcome.kind) {
    case 'refused':
      return wordRefusal(m, outcome.refusal, about);
    case 'rejected':
      return m.ops.cluster[outcome.code]({ cluster: outcome.cluster, detail: outcome.message });
    case 'rejected-by-database':
      return m.pg.failed[outcome.code]({ name: outcome.database, detail: outcome.message });
    case 'impossible':
      return wordUserError(m, new UserError(outcome.code, outcome.params));
  }
}
