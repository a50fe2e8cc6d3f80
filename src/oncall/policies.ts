import type { PolicyCopy } from '../domain/records.ts';
import type { Severity } from '../domain/severity.ts';

/** A name that config pages for; written as people write it: `U…`, `S…`, `@name`, `channel`, `here`. */
export interface PolicyRules {
  /** Policies by name, `direct` not yet decided. */
  readonly policies: ReadonlyMap<string, Omit<PolicyCopy, 'direct'>>;
  /** Mentioned for critical incidents that no policy pages for. */
  readonly oncall: readonly string[];
}

/**
 * The policy an incident runs through: its route's, else for critical ones the team's on-call contact, else none. Critical
 * ones are called by DM as well.
 */
export function policyFor(rules: PolicyRules, name: string | undefined, severity: Severity): PolicyCopy | undefined {
  const direct = severity === 'critical';
  const named = name === undefined ? undefined : rules.policies.get(name);
  if (named) return { ...named, direct };
  if (!direct || rules.oncall.length === 0) return undefined;
  return { name: 'oncall', steps: [{ afterMs: 0, page: rules.oncall }], repeat: 0, direct };
}
