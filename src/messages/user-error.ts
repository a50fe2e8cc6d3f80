import { code, type Text, text } from '../domain/content.ts';
import { type ErrorParams, UserError } from '../domain/errors.ts';
import type { Catalog, Sentence } from './catalog.ts';

/** Every code that has a sentence. */
export type ErrorCode = keyof Catalog['errors'];

/** A `UserError` whose code and parameters are checked against its sentence: a misspelt one does not compile. */
export function userError<C extends ErrorCode>(errorCode: C, ...params: Parameters<Catalog['errors'][C]>): UserError {
  return new UserError(errorCode, params[0]);
}

/** The sentence of a `UserError`. One whose code has none (config and start-up errors) shows its code, data and remedy. */
export function wordUserError(m: Catalog, error: UserError): Text {
  if (!isKnown(m, error.code)) return plainly(error);
  const say: Sentence<ErrorParams> = m.errors[error.code];
  try {
    return say(error.params);
  } catch {
    // Made without `userError`, and a parameter is missing: what there is is better than nothing.
    return plainly(error);
  }
}

function isKnown(m: Catalog, value: string): value is ErrorCode {
  return Object.hasOwn(m.errors, value);
}

function plainly(error: UserError): Text {
  const { remedy, ...rest } = error.params as ErrorParams & { readonly remedy?: string };
  const details = Object.entries(rest).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${String(value)}`],
  );
  const shown = details.length > 0 ? ` (${details.join(', ')})` : '';
  return text`${code(error.code)}${shown}${remedy ? `. ${remedy}` : ''}`;
}
