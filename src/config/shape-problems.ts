/** zod's issues in words, each with the key or value it is about and a remedy from the schema's own examples. */
import type { z } from 'zod';
import type { Catalog, SayWrong } from '../messages/catalog.ts';
import { configJsonSchema, placesOf, type SchemaNode, schemasAt } from './json-schema.ts';
import type { Not } from './not.ts';
import { nearest, type Path, type Problem } from './problem.ts';
import type { YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

export interface ShapeProblem {
  /** What to leave out so that the rest can be looked at. */
  readonly path: Path;
  readonly problem: Problem;
}

/** All issues of one parse. Values are never repeated: one of them may be a secret in the wrong place. */
export function shapeProblems(yaml: YamlFile, value: unknown, issues: readonly Issue[]): readonly ShapeProblem[] {
  const root = configJsonSchema();
  return issues.flatMap((issue) => flatten(issue, [])).flatMap((issue) => describe(yaml, root, value, issue));
}

interface Known {
  /** Those that may be there. */
  readonly keys: readonly string[];
  /** Where the same key may be instead. */
  readonly deeper: readonly string[];
  /** What stands there. */
  readonly found: unknown;
}

interface FlatIssue {
  readonly issue: Issue;
  readonly path: Path;
}

/** Of a union's alternatives the one that was meant: whose outermost type fits what is there. */
function flatten(issue: Issue, above: Path): readonly FlatIssue[] {
  const path = [...above, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const fitting = issue.errors.filter(
    (branch) => !branch.some((one) => one.path.length === 0 && one.code === 'invalid_type'),
  );
  const [meant] = [...fitting].sort((a, b) => a.length - b.length);
  return meant ? meant.flatMap((one) => flatten(one, path)) : [{ issue, path }];
}

function describe(
  yaml: YamlFile,
  root: SchemaNode,
  value: unknown,
  { issue, path }: FlatIssue,
): readonly ShapeProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const keys = [...new Set(schemasAt(root, path).flatMap((node) => Object.keys(node.properties ?? {})))];
    return issue.keys.map((key) => {
      const here = [...path, key];
      const known = { keys, deeper: path.length === 0 ? placesOf(root, key) : [], found: valueAt(value, here) };
      return { path: here, problem: unknownKey(yaml, here, key, known) };
    });
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? '';
    return [{ path, problem: yaml.problemAt(path, (m) => both(is(why), (r) => r.rename)(m), 'key') }];
  }
  const say = both(detail(issue, value, path), remedy(issue, root, value, path));
  return [{ path, problem: yaml.problemAt(path, say) }];
}

type Detail = (shape: Catalog['shape']) => string;
type Remedy = (remedies: Catalog['shape']['remedy']) => string;

function both(what: Detail, fix: Remedy): SayWrong {
  return ({ shape }) => ({ detail: what(shape), remedy: fix(shape.remedy) });
}

function unknownKey(yaml: YamlFile, path: Path, key: string, { keys, deeper, found }: Known): Problem {
  const near = nearest(key, keys);
  // `channel: alerts` is no slip for `channels`, under which there are keys.
  const isSlip = near !== undefined && (deeper.length === 0 || (typeof found === 'object' && found !== null));
  const fix: Remedy = (r) => {
    if (isSlip) return r.meant({ near });
    return deeper.length > 0 ? r.deeper({ places: deeper }) : r.keys({ keys });
  };
  return yaml.problemAt(
    path,
    both((s) => s.unknownKey, fix),
    'key',
  );
}

function detail(issue: Issue, value: unknown, path: Path): Detail {
  const found = kindOf(valueAt(value, path));
  if (found === 'nothing' && (issue.code === 'invalid_type' || issue.code === 'invalid_union')) return (s) => s.noValue;
  switch (issue.code) {
    case 'invalid_type':
      return found === 'absent' ? (s) => s.absent : other([issue.expected], found);
    case 'invalid_union':
      return other(beginnings(issue.errors), found);
    case 'invalid_value':
      return (s) => s.oneOf({ values: issue.values.map(String) });
    case 'too_small':
      return issue.origin === 'array' ? (s) => s.empty : (s) => s.least({ least: String(issue.minimum) });
    case 'too_big':
      return (s) => s.most({ most: String(issue.maximum) });
    default:
      return is(issue.message);
  }
}

/** What a regex of the schema says; of anything else only that it does not fit. */
function is(name: string): Detail {
  return ({ is: known, unfit }) => (Object.hasOwn(known, name) ? known[name as Not] : unfit);
}

function other(expected: readonly string[], found: Kind | 'absent' | 'nothing'): Detail {
  const kinds = [...new Set(expected.flatMap((one) => EXPECTED[one] ?? []))];
  if (found === 'absent' || found === 'nothing' || kinds.length === 0) return (s) => s.unfit;
  return (s) => s.other({ expected: kinds, found });
}

/** What the alternatives of a union begin with. */
function beginnings(errors: readonly (readonly Issue[])[]): readonly string[] {
  return errors.flat().flatMap((one) => (one.code === 'invalid_type' && one.path.length === 0 ? [one.expected] : []));
}

function remedy(issue: Issue, root: SchemaNode, value: unknown, path: Path): Remedy {
  const found = kindOf(valueAt(value, path));
  const nodes = schemasAt(root, path);
  const key = path.at(-1);
  if (issue.code === 'invalid_value') return choice(issue.values.map(String), valueAt(value, path));
  if (found === 'map' && (key === 'match' || key === 'matchers')) return (r) => r.matchers;
  if (path.length === 0) return (r) => r.begin;
  if (found === 'nothing') return (r) => (key === 'channel' || key === 'fallback' ? r.hash : r.value);
  const example = nodes.find((node) => node.examples)?.examples?.[0];
  if (example !== undefined) return (r) => r.example({ example: flow(example) });
  const description = nodes.find((node) => node.description)?.description;
  return (r) => (description === undefined ? r.reference : r.means({ description: firstSentence(description) }));
}

function choice(values: readonly string[], found: unknown): Remedy {
  const near = typeof found === 'string' ? nearest(found, values) : undefined;
  if (near !== undefined) return (r) => r.meant({ near });
  return (r) => (values.length === 1 ? r.that : r.choose);
}

/** As one would write it in YAML on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((part) => (typeof part === 'string' ? `'${part}'` : flow(part))).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, part]) => `${key}: ${flow(part)}`)
      .join(', ')} }`;
  }
  const text = String(value);
  return text.startsWith('@') ? `'${text}'` : text;
}

function firstSentence(text: string): string {
  const first = /^.*?[.](?=\s|$)/.exec(text)?.[0] ?? text;
  return first.replace(/\.$/, '');
}

export function valueAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const part of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return undefined;
    node = (node as Readonly<Record<string | number, unknown>>)[part];
  }
  return node;
}

type Kind = Parameters<Catalog['shape']['other']>[0]['found'];

function kindOf(value: unknown): Kind | 'absent' | 'nothing' {
  if (value === undefined) return 'absent';
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  return ({ string: 'text', boolean: 'boolean', object: 'map' } as const)[typeof value as 'string'] ?? 'number';
}

/** By zod's names. */
const EXPECTED: Readonly<Record<string, Kind>> = {
  string: 'text',
  number: 'number',
  int: 'whole',
  boolean: 'boolean',
  array: 'list',
  object: 'map',
  record: 'map',
};

/**
 * The value without what the problems are about, so that the rest can be checked, too. List entries keep their places: the
 * nearest key above goes as a whole.
 */
export function without(value: unknown, paths: readonly Path[]): unknown {
  const copy = structuredClone(value);
  for (const path of paths) {
    let end = path.length;
    while (end > 0 && (typeof path[end - 1] === 'number' || valueAt(value, path.slice(0, end)) === undefined)) end -= 1;
    const parent = valueAt(copy, path.slice(0, Math.max(0, end - 1)));
    if (end > 0 && typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, path[end - 1]!);
  }
  return copy;
}
