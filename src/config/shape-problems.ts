/** zod's issues in words, each with the key or value it is about and a remedy from the schema's own examples. */
import type { z } from 'zod';
import { configJsonSchema, type SchemaNode, schemasAt } from './json-schema.ts';
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
    const known = schemasAt(root, path).flatMap((node) => Object.keys(node.properties ?? {}));
    return issue.keys.map((key) => ({ path: [...path, key], problem: unknownKey(yaml, [...path, key], key, known) }));
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? 'is no name';
    return [{ path, problem: yaml.problemAt(path, why, 'rename it', 'key') }];
  }
  return [{ path, problem: yaml.problemAt(path, message(issue, value, path), remedy(issue, root, value, path)) }];
}

function unknownKey(yaml: YamlFile, path: Path, key: string, known: readonly string[]): Problem {
  const near = nearest(key, known);
  const fix = near === undefined ? `the keys here are ${[...new Set(known)].join(', ')}` : `did you mean "${near}"?`;
  return yaml.problemAt(path, 'unknown key', fix, 'key');
}

function message(issue: Issue, value: unknown, path: Path): string {
  const found = typeWord(valueAt(value, path));
  switch (issue.code) {
    case 'invalid_type':
      if (found === 'nothing') return 'has no value';
      return found === 'missing' ? 'is missing' : `should be ${expectedWord(issue.expected)}, not ${found}`;
    case 'invalid_union':
      return found === 'nothing' ? 'has no value' : `should be ${alternatives(issue.errors)}, not ${found}`;
    case 'invalid_value':
      return `should be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'is empty' : `should be at least ${issue.minimum}`;
    case 'too_big':
      return `should be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** `a list or a map`: what the alternatives of a union begin with. */
function alternatives(errors: readonly (readonly Issue[])[]): string {
  const expected = errors
    .flat()
    .flatMap((one) => (one.code === 'invalid_type' && one.path.length === 0 ? [one.expected] : []));
  return [...new Set(expected.map(expectedWord))].join(' or ');
}

function remedy(issue: Issue, root: SchemaNode, value: unknown, path: Path): string {
  const found = typeWord(valueAt(value, path));
  const nodes = schemasAt(root, path);
  const key = path.at(-1);
  if (issue.code === 'invalid_value') return choice(issue.values.map(String), valueAt(value, path));
  if (found === 'a map' && (key === 'match' || key === 'matchers'))
    return `write a list of matchers: ['severity="critical"']`;
  if (path.length === 0) return 'begin with for example slack: { channel: alerts }';
  if (found === 'nothing') {
    const hash = key === 'channel' || key === 'fallback' ? ' (a # begins a comment: leave it out or quote it)' : '';
    return `give it a value or remove the line${hash}`;
  }
  const example = nodes.find((node) => node.examples)?.examples?.[0];
  if (example !== undefined) return `write for example ${flow(example)}`;
  const description = nodes.find((node) => node.description)?.description;
  return description === undefined ? 'see the reference of hikeshi.yaml' : firstSentence(description);
}

function choice(values: readonly string[], found: unknown): string {
  const near = typeof found === 'string' ? nearest(found, values) : undefined;
  if (near !== undefined) return `did you mean "${near}"?`;
  return values.length === 1 ? 'write that' : 'choose one of these';
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
  return `it means: ${first.replace(/\.$/, '')}`;
}

export function valueAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const part of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return undefined;
    node = (node as Readonly<Record<string | number, unknown>>)[part];
  }
  return node;
}

function typeWord(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as 'string'] ?? 'that';
}

function expectedWord(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map',
    record: 'a map',
  };
  return words[expected] ?? expected;
}

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
