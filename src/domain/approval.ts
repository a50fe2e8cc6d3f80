/** Which actions of an environment a second person must approve. */

const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

export function isRisk(word: string): word is Risk {
  return RISKS.some((risk) => risk === word);
}

/** Verbs, and risks from which on every action is meant. Empty: none. */
export type ApprovalRule = readonly string[];

/** What in the rule asks for it; `undefined`: nothing does. */
export function approvalAsked(rule: ApprovalRule, verb: string, risk: Risk): string | undefined {
  const levels = RISKS.slice(0, RISKS.indexOf(risk) + 1);
  return rule.find((entry) => entry === verb || levels.some((level) => level === entry));
}
