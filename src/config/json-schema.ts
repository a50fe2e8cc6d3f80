import { z } from 'zod';
import type { Path } from './problem.ts';
import { configSchema } from './schema.ts';

/** The part of JSON Schema that zod writes for us. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** JSON Schema (draft 2020-12) of `hikeshi.yaml` as people write it, for editors. */
export function configJsonSchema(): SchemaNode {
  return z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode;
}

/** The file `manifests/hikeshi.schema.json`, laid out as the formatter wants it. */
export function configSchemaText(): string {
  return `${layOut({ title: 'hikeshi.yaml', ...configJsonSchema() }, 0)}\n`;
}

const LINE_WIDTH = 120;

/** JSON with two spaces a level, and lists of plain values on one line where they fit. */
function layOut(value: unknown, level: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = '  '.repeat(level + 1);
  const close = `\n${'  '.repeat(level)}`;
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).map(
      ([key, part]) => `${inner}${JSON.stringify(key)}: ${layOut(part, level + 1)}`,
    );
    return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}${close}}`;
  }
  const parts = value.map((part) => layOut(part, level + 1));
  const line = `[${parts.join(', ')}]`;
  const plain = value.every((part) => typeof part !== 'object' || Array.isArray(part));
  if (plain && !line.includes('\n') && line.length + 2 * level + 20 <= LINE_WIDTH) return line;
  return `[\n${parts.map((part) => inner + part).join(',\n')}${close}]`;
}

export function resolveRef(root: SchemaNode, node: SchemaNode): SchemaNode {
  const target = node.$ref?.startsWith('#/$defs/') ? root.$defs?.[node.$ref.slice('#/$defs/'.length)] : undefined;
  return target
    ? { ...resolveRef(root, target), ...(node.description !== undefined && { description: node.description }) }
    : node;
}

/** The schemas that may apply to a path: several where there are alternatives. */
export function schemasAt(root: SchemaNode, path: Path): readonly SchemaNode[] {
  let nodes = alternatives(root, root);
  for (const part of path) {
    nodes = nodes.flatMap((node) => below(root, node, part)).flatMap((node) => alternatives(root, node));
  }
  return nodes;
}

function below(root: SchemaNode, node: SchemaNode, part: string | number): readonly SchemaNode[] {
  if (typeof part === 'number') return node.items ? [resolveRef(root, node.items)] : [];
  const own = node.properties && Object.hasOwn(node.properties, part) ? node.properties[part] : undefined;
  if (own) return [resolveRef(root, own)];
  return typeof node.additionalProperties === 'object' ? [resolveRef(root, node.additionalProperties)] : [];
}

function alternatives(root: SchemaNode, node: SchemaNode): readonly SchemaNode[] {
  return [node, ...(node.anyOf ?? []).flatMap((one) => alternatives(root, resolveRef(root, one)))];
}

/** Where below the top a key may be, without names that people choose and what may be anywhere: `slack.language`. */
export function placesOf(root: SchemaNode, key: string): readonly string[] {
  const found = keysBelow(root, root, key, [], new Set());
  const plain = found.filter((place) => !place.includes('NAME') && !place.includes('[]'));
  return (plain.length > 0 ? plain : found).slice(0, MOST_PLACES);
}

/** More than these help nobody. */
const MOST_PLACES = 3;

function keysBelow(
  root: SchemaNode,
  node: SchemaNode,
  key: string,
  path: readonly string[],
  seen: ReadonlySet<unknown>,
): readonly string[] {
  // A node that a reference leads to is made anew each time; its keys are not.
  const inner = alternatives(root, resolveRef(root, node)).filter(
    (one) => !one.properties || !seen.has(one.properties),
  );
  const above = new Set([...seen, ...inner.map((one) => one.properties)]);
  return inner.flatMap(({ properties = {}, items, additionalProperties }) => [
    ...Object.entries(properties).flatMap(([name, part]) => [
      ...(name === key && path.length > 0 ? [[...path, name].join('.')] : []),
      ...keysBelow(root, part, key, [...path, name], above),
    ]),
    ...(items ? keysBelow(root, items, key, [...path.slice(0, -1), `${path.at(-1)}[]`], above) : []),
    ...(typeof additionalProperties === 'object'
      ? keysBelow(root, additionalProperties, key, [...path, 'NAME'], above)
      : []),
  ]);
}
