/** What is wrong with a label selector as kubectl takes it. */
export type SelectorProblem = 'open' | 'stray' | 'empty' | 'list' | 'sign';

/** A name with its prefix, an operator, a value: no other signs are in any of them. */
const SIGNS = /^[A-Za-z0-9\-_./=!<>()\s]*$/;

/** Only what every API server refuses; whatever else is wrong, it says in its own words. */
export function selectorProblem(typed: string): SelectorProblem | undefined {
  let depth = 0;
  for (const sign of typed) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return 'stray';
    if (depth > 1) return 'open';
  }
  if (depth > 0) return 'open';
  const requirements = typed.replaceAll(/\([^)]*\)/g, '()').split(',');
  if (requirements.some((one) => one.trim() === '')) return 'empty';
  if (requirements.some((one) => /\S\s+(not)?in(\s+[^\s(].*)?$/.test(one.trim()))) return 'list';
  return requirements.every((one) => SIGNS.test(one)) ? undefined : 'sign';
}
