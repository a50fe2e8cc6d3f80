import type { Fields } from './json.ts';

/** Slack says no: HTTP 200 with `ok: false`, this code and these extra fields. */
export class Refusal extends Error {
  readonly code: string;
  readonly extra: Fields;

  constructor(code: string, extra: Fields = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}

/** Slack says "later": HTTP 429 with a Retry-After of whole seconds. */
export class TooMany extends Error {
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('ratelimited');
    this.retryAfter = Math.max(1, Math.ceil(retryAfter));
  }
}

/** The person at the keyboard asked for something their client does not offer. A mistake of the test, never an answer of Slack. */
export class NotPossible extends Error {}

export function refuse(code: string, extra: Fields = {}): never {
  throw new Refusal(code, extra);
}

/** The form in which Slack explains a refusal: `[ERROR] reason` lines. */
export function explained(code: string, reasons: string[]): Refusal {
  return new Refusal(code, { response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) } });
}
