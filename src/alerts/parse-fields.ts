/** Lenient readers of single fields: wrong types are mended, and each mending leaves a line. */
import type { Labels } from '../domain/alert.ts';
import { storable } from '../domain/storable.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Lines for the log, such as `alerts[3].startsAt: no time, receipt time used`; the first fifty, then a count. */
export class Repairs {
  static readonly #most = 50;
  readonly #lines: string[] = [];
  #more = 0;

  add(at: string, what: string): void {
    if (this.#lines.length < Repairs.#most) this.#lines.push(`${at}: ${what}`);
    else this.#more += 1;
  }

  lines(): readonly string[] {
    return this.#more === 0 ? this.#lines : [...this.#lines, `and ${this.#more} more`];
  }
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** Text of any JSON value: null is empty, objects and arrays are JSON; `undefined` stays. Not yet cleaned. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack is.
    return '[too deeply nested]';
  }
}

/** A string field; absent and null are empty, other types are written out. */
export function textField(from: Json, name: string, at: string, repairs: Repairs): string {
  const value = from[name];
  const text = storable(textOf(value) ?? '');
  if (typeof value !== 'string' && text !== '') repairs.add(pathOf(at, name), 'not a string, written as one');
  return text;
}

/**
 * An object of strings. Other values are written out, null as the empty string. Empty values are dropped unless `keepEmpty`:
 * an empty label is an absent one, an empty annotation is not. Absent or no object: empty. The result has no prototype, so
 * that no label name (`__proto__`, `constructor`) means anything.
 */
export function labelsField(
  from: Json,
  name: string,
  at: string,
  repairs: Repairs,
  options: { readonly keepEmpty?: boolean; readonly optional?: boolean } = {},
): Labels {
  const labels: Record<string, string> = Object.create(null);
  const object = asObject(from[name]);
  if (!object) {
    const missing = from[name] === undefined || from[name] === null;
    if (!missing) repairs.add(pathOf(at, name), 'not an object, taken as empty');
    else if (!options.optional) repairs.add(pathOf(at, name), 'missing, taken as empty');
    return labels;
  }
  for (const key of Object.keys(object)) {
    const value = object[key];
    const text = typeof value === 'string' ? value : textOf(value)!;
    if (typeof value !== 'string') repairs.add(`${pathOf(at, name)}.${storable(key)}`, 'not a string, written as one');
    if (text !== '' || options.keepEmpty) labels[storable(key)] = storable(text);
  }
  return labels;
}

/** Go's RFC 3339: `T` and `Z` in either case, any number of fractional digits (kept to the millisecond). */
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

/** A time after 1970; Go's zero time (year 1) and absence are `undefined`, and so is anything else, with a line. */
export function dateField(
  from: Json,
  name: string,
  at: string,
  repairs: Repairs,
  options: { readonly optional?: boolean } = {},
): Date | undefined {
  const value = from[name];
  if (value === undefined || value === null || value === '') return undefined;
  const ms =
    typeof value === 'string' && rfc3339.test(value.trim()) ? Date.parse(value.trim().toUpperCase()) : Number.NaN;
  if (ms > 0) return new Date(ms);
  if (Number.isNaN(ms) && options.optional) repairs.add(pathOf(at, name), 'not a time, ignored');
  return undefined;
}

function pathOf(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
