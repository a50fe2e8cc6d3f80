/** Halves of a surrogate pair; whole pairs are one character to a regex with `u`. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/**
 * The same text with U+FFFD for what PostgreSQL keeps neither in text nor in jsonb, NUL and lone surrogates: what people
 * type and clusters answer may hold anything.
 */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').replace(LONE_SURROGATE, '\ufffd');
}

/** As text for a jsonb column. */
export function storableJson(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));
}
