/** NUL, and halves of a surrogate pair: whole pairs are one character to a regex with `u`. */
const UNSTORABLE = /[\0\p{Cs}]/u;
const EACH_UNSTORABLE = new RegExp(UNSTORABLE, 'gu');

/**
 * The same text with U+FFFD for what PostgreSQL keeps neither in text nor in jsonb, NUL and lone surrogates: alerts, what
 * people type and what clusters answer may hold anything.
 */
export function storable(text: string): string {
  return UNSTORABLE.test(text) ? text.replace(EACH_UNSTORABLE, '\ufffd') : text;
}

/** As text for a jsonb column. */
export function storableJson(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));
}
