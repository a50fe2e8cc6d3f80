/**
 * Three kinds of error, worded in one place (`messages/`): a `UserError` is the asker's to mend, a `RetryableError` passes
 * by itself, anything else is ours: it is logged under an id and the asker gets the id.
 */

/** What an error message is made of; values are data and get escaped by the renderer. */
export type ErrorParams = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Wrong input or a refusal: `code` names the sentence in `messages/`, `params` the object and the remedy. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly params: ErrorParams;

  constructor(code: string, params: ErrorParams = {}) {
    super(`${code} ${JSON.stringify(params)}`);
    this.code = code;
    this.params = params;
  }
}

/** A passing fault of an outside system: `system` names it as the asker knows it. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly system: string;
  readonly retryAfterMs: number | undefined;

  constructor(system: string, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.system = system;
    this.retryAfterMs = options.retryAfterMs;
  }
}
