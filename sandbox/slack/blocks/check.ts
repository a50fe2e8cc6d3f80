import { type Fields, isFields, textOf } from '../json.ts';

export type Surface = 'message' | 'modal' | 'home';

/** One thing Slack would refuse, at a JSON pointer. */
export interface BlockProblem {
  readonly pointer: string;
  readonly message: string;
}

/** What one walk through a payload remembers. */
export interface Walk {
  readonly surface: Surface;
  readonly problems: BlockProblem[];
  /** The documentation says 150, the SDK's types 75. */
  readonly optionValueMax: number;
  markdownLength: number;
  tableLength: number;
  focused: number;
}

export type Check = (value: unknown, at: string, walk: Walk) => void;

export function report(walk: Walk, pointer: string, message: string): void {
  walk.problems.push({ pointer, message });
}

export function text(max: number, min = 1): Check {
  return (value, at, walk) => {
    if (typeof value !== 'string') return report(walk, at, 'must be a string');
    if (value.length < min) return report(walk, at, `must be more than ${min - 1} characters`);
    if (value.length > max) report(walk, at, `must be less than ${max + 1} characters`);
  };
}

export const flag: Check = (value, at, walk) => {
  if (typeof value !== 'boolean') report(walk, at, 'must be a boolean');
};

export function whole(min: number, max: number): Check {
  return (value, at, walk) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return report(walk, at, 'must be an integer');
    if (value < min || value > max) report(walk, at, `must be between ${min} and ${max}`);
  };
}

export function oneOf(...allowed: (string | number)[]): Check {
  return (value, at, walk) => {
    if (!allowed.some((one) => one === value)) report(walk, at, `must be one of: ${allowed.join(', ')}`);
  };
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, at, walk) => {
    if (typeof value !== 'string' || !pattern.test(value)) report(walk, at, `must be ${what}`);
  };
}

export function list(item: Check, max: number, min = 1): Check {
  return (value, at, walk) => {
    if (!Array.isArray(value)) return report(walk, at, 'must be an array');
    if (value.length > max) report(walk, at, `no more than ${max} items allowed`);
    if (value.length < min) report(walk, at, `no fewer than ${min} items allowed`);
    for (const [index, one] of value.entries()) item(one, `${at}/${index}`, walk);
  };
}

/**
 * An object with these fields and no other. A name that ends in `?` may be left out. `type` is always allowed:
 * whoever chose this check has read it.
 */
export function object(fields: Record<string, Check>, also?: (value: Fields, at: string, walk: Walk) => void): Check {
  const known = new Map(Object.entries(fields).map(([name, check]) => [name.replace(/\?$/, ''), check]));
  const required = Object.keys(fields).filter((name) => !name.endsWith('?'));
  return (value, at, walk) => {
    if (!isFields(value)) return report(walk, at, 'must be an object');
    for (const name of required) if (value[name] === undefined) report(walk, at, `missing required field: ${name}`);
    for (const [name, one] of Object.entries(value)) {
      if (name === 'type' || one === undefined) continue;
      const check = known.get(name);
      if (check) check(one, `${at}/${name}`, walk);
      else report(walk, at, `invalid additional property: ${name}`);
    }
    also?.(value, at, walk);
  };
}

/** Chooses the check by the value's `type`; a type that is not in the table is refused. */
export function byType(table: Record<string, Check>): Check {
  return (value, at, walk) => {
    if (!isFields(value)) return report(walk, at, 'must be an object');
    if (value['type'] === undefined) return report(walk, at, 'missing required field: type');
    const check =
      typeof value['type'] === 'string' && Object.hasOwn(table, value['type']) ? table[value['type']] : undefined;
    if (check) check(value, at, walk);
    else report(walk, `${at}/type`, `unsupported type: ${textOf(value['type']) ?? 'not a string'}`);
  };
}

export function pick(table: Record<string, Check>, ...types: string[]): Check {
  return byType(Object.fromEntries(types.map((type) => [type, table[type]!])));
}
