/** The short numbers of incidents, jobs, approvals and messages, as people write them. */

const NUMBERED = { incident: 'INC', job: 'JOB', approval: 'APR', message: 'MSG' } as const;
export type Numbered = keyof typeof NUMBERED;

export interface ShortNumber {
  readonly of: Numbered;
  readonly number: number;
}

/** `INC-142`, `inc142`, `INC 142`, `inc#142`, with any dash a phone makes of it. */
const NAMED = /^(INC|JOB|APR|MSG)[\s\-\u2010-\u2015\u2212\uff0d#]*([0-9]{1,15})$/i;
/** `#142`, `142`. */
const BARE = /^#?([0-9]{1,15})$/;

/**
 * What number this is; `undefined` when it is none. A bare one (`142`, `#142`) is of the kind that is expected where it
 * stands, and without an expectation no number at all.
 */
export function parseNumber(text: string, expected?: Numbered): ShortNumber | undefined {
  const plain = text.trim().normalize('NFKC');
  const named = NAMED.exec(plain);
  const bare = named || expected === undefined ? null : BARE.exec(plain);
  const number = Number(named?.[2] ?? bare?.[1] ?? 0);
  const of = named ? kindOf(named[1]!) : expected;
  return number > 0 && of !== undefined ? { of, number } : undefined;
}

/** `INC-142` */
export function formatNumber({ of, number }: ShortNumber): string {
  return `${NUMBERED[of]}-${number}`;
}

function kindOf(prefix: string): Numbered | undefined {
  const found = Object.entries(NUMBERED).find(([, p]) => p === prefix.toUpperCase());
  return found?.[0] as Numbered | undefined;
}
