/** Go's interpreted string literals, as far as matchers need them (`strconv.Unquote` on double quotes), and Go's blanks. */

/** What `unicode.IsSpace` calls a space, as part of a character class: not the same as `\s` of JavaScript. */
export const GO_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const ends = new RegExp(`^[${GO_SPACE}]+|[${GO_SPACE}]+$`, 'g');

/** `strings.TrimSpace` */
export function trimGo(text: string): string {
  return text.replace(ends, '');
}

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34 };
const escapeForm = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\"]))/y;

/**
 * The text of a literal, its quotes included in the input. `undefined` when Go would refuse it: an unknown escape, a raw line
 * feed, an open quote, or `\x` bytes that are no UTF-8.
 */
export function unquoteGo(literal: string): string | undefined {
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"') || literal.includes('\n'))
    return undefined;
  const body = literal.slice(1, -1);
  const bytes: number[] = [];
  let from = 0;
  while (from < body.length) {
    const slash = body.indexOf('\\', from);
    const plain = body.slice(from, slash === -1 ? undefined : slash);
    if (plain.includes('"')) return undefined;
    for (const byte of new TextEncoder().encode(plain)) bytes.push(byte);
    if (slash === -1) break;
    escapeForm.lastIndex = slash;
    const found = escapeForm.exec(body);
    const unit = found && bytesOf(found);
    if (!unit) return undefined;
    bytes.push(...unit);
    from = escapeForm.lastIndex;
  }
  return decode(bytes);
}

function bytesOf([, hex, octal, short, long, letter]: RegExpExecArray): readonly number[] | undefined {
  if (letter !== undefined) return [simple[letter]!];
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) return Number.parseInt(octal, 8) < 256 ? [Number.parseInt(octal, 8)] : undefined;
  const point = Number.parseInt(short ?? long ?? '', 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  return [...new TextEncoder().encode(String.fromCodePoint(point))];
}

function decode(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
