import type { Refusal } from '../../domain/plan.ts';

/** What one check says, always with the name of the rule that said it. */
export type Decision = { readonly ok: true; readonly rule: string } | { readonly ok: false; readonly refusal: Refusal };

/** Pure: facts in, a named decision out. */
export type Check<Facts> = (facts: Facts) => Decision;

export type Verdict =
  | { readonly ok: true; readonly rules: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal };

export const allow = (rule: string): Decision => ({ ok: true, rule });
export const refuse = (refusal: Refusal): Decision => ({ ok: false, refusal });

/** Asks one check after the other; the first refusal ends it. */
export function decide<Facts>(checks: readonly Check<Facts>[], facts: Facts): Verdict {
  const rules: string[] = [];
  for (const check of checks) {
    const decision = check(facts);
    if (!decision.ok) return decision;
    rules.push(decision.rule);
  }
  return { ok: true, rules };
}
