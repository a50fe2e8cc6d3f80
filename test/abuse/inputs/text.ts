import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CREDENTIALS } from '../../support/credentials.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../corpus/${name}.json`, import.meta.url), 'utf8')) as T;

/** Known attacks by what they aim at. */
export const ATTACKS = read<Readonly<Record<string, readonly string[]>>>('attacks');
/** Whole config files. */
export const CONFIGS = read<Readonly<Record<string, string>>>('configs');

const known = fc.constantFrom(...Object.values(ATTACKS).flat());
/** Whole, and not glued to a word: half of one, or one that looks like a word's end, nobody can know. */
const credential = fc.constantFrom(...Object.values(CREDENTIALS)).map((text) => ` ${text} `);
const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }));
const half = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit));
const one = fc.oneof(
  { weight: 6, arbitrary: known },
  { weight: 2, arbitrary: credential },
  { weight: 2, arbitrary: anything },
  { weight: 1, arbitrary: half },
);

/** A text that somebody chose to do harm with; mostly short, sometimes long. */
export const attack: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: one },
  { weight: 6, arbitrary: fc.array(one, { minLength: 2, maxLength: 6 }).map((parts) => parts.join('')) },
  { weight: 4, arbitrary: fc.array(one, { minLength: 2, maxLength: 6 }).map((parts) => parts.join(' ')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.oneof(known, anything), fc.integer({ min: 2, max: 3_000 }))
      .map(([text, times]) => text.repeat(times).slice(0, 30_000)),
  },
);

/** A key of an object: mostly an attack on whoever reads objects. */
export const key = fc.oneof(fc.constantFrom(...ATTACKS['prototype']!), known);

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  attack,
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    1e308,
    -1e308,
    2 ** 31,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
    '',
    [],
    {},
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** JSON of any form where something else was expected. */
export const strange: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(fc.tuple(key, scalar), { maxLength: 5 }).map((pairs) => objectOf(pairs)) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 200 }).map((depth) => nested(depth)) },
);

/** `__proto__` becomes a field of its own, as JSON.parse makes it. */
export function objectOf(pairs: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, value] of pairs)
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

function nested(depth: number): unknown {
  let value: unknown = '<!channel>';
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** `base` with some of its fields replaced, doubled by others, or taken away. */
export function mangled<T extends object>(base: T): fc.Arbitrary<object> {
  const change = fc.oneof(
    fc.tuple(fc.constantFrom(...Object.keys(base)), strange),
    fc.tuple(fc.constantFrom(...Object.keys(base)), fc.constant(undefined)),
    fc.tuple(key, strange),
  );
  return fc.array(change, { maxLength: 3 }).map((changes) => objectOf([...Object.entries(base), ...changes]));
}
