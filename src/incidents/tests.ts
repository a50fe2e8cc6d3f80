import type { PolicyCopy, TestOrigin } from '../domain/records.ts';
import type { Severity } from '../domain/severity.ts';
import { type PolicyRules, policyFor } from '../oncall/policies.ts';
import type { IncidentRow } from './records.ts';

/** `undefined` for whatever is meant seriously. */
export function testOriginOf({ origin }: Pick<IncidentRow, 'origin'>): TestOrigin | undefined {
  return origin.kind === 'test' ? origin : undefined;
}

/** A test that calls nobody. */
function isQuiet(row: Pick<IncidentRow, 'origin'>): boolean {
  return testOriginOf(row)?.pages === false;
}

/** By which policy a press calls people whom nobody has called: however severe it is, it is called as a critical one. */
export function policyOnPress(
  rules: PolicyRules,
  row: Pick<IncidentRow, 'origin' | 'policy' | 'severity'>,
): PolicyCopy | undefined {
  return policyOf(rules, row, 'critical');
}

/** By which policy an incident calls people; none for a quiet test. */
export function policyOf(
  rules: PolicyRules,
  row: Pick<IncidentRow, 'origin' | 'policy' | 'severity'>,
  severity: Severity = row.severity,
): PolicyCopy | undefined {
  return isQuiet(row) ? undefined : policyFor(rules, row.policy ?? undefined, severity);
}
