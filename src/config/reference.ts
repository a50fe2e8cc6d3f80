/** `docs/reference/config.md`, made of the schema's own descriptions. */
import { configJsonSchema, resolveRef, type SchemaNode } from './json-schema.ts';
import { VARIABLES } from './runtime-env.ts';

const INTRO = `# hikeshi.yaml

Generated from the schema: change \`src/config/schema.ts\` and run \`npm run generate\`.

A file like this runs a team:

\`\`\`yaml
slack:
  channel: alerts
  oncall: '@sre'
environments:
  production:
    clusters: [main]
routes:
  - { match: severity="critical", policy: urgent }
policies:
  urgent:
    - { page: ['@sre'] }
    - { after: 5m, page: ['@hana', '@sre'] }
\`\`\`

Every key but \`slack.channel\` has a default. Unknown keys are errors, and all errors are told at once, each with its line and
what to do. Durations are written as \`30s\`, \`10m\`, \`2h\`, \`1d\` or \`1h30m\`. Quote what begins with \`@\` or \`#\`: YAML reserves these.
Secrets are named by variable, never written down here. For completion in an editor, begin the file with
\`# yaml-language-server: $schema=manifests/hikeshi.schema.json\`.
`;

/** The page as Markdown, one table per map of keys. */
export function configReference(): string {
  const root = configJsonSchema();
  const sections = tables(root, root, '', new Set());
  return `${[INTRO, ...sections, variables()].join('\n')}`;
}

interface Row {
  readonly key: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

function tables(root: SchemaNode, node: SchemaNode, path: string, seen: Set<unknown>): readonly string[] {
  const rows: Row[] = Object.entries(node.properties ?? {}).map(([key, part]) => ({
    key,
    node: resolveRef(root, part),
    required: (node.required ?? []).includes(key),
  }));
  const own = rows.length === 0 ? [] : [section(path, node, rows)];
  const below = rows.flatMap((row) => inner(root, row.node, path === '' ? row.key : `${path}.${row.key}`, seen));
  return [...own, ...below];
}

/** Maps below a node, through lists, named entries and alternatives; one that contains itself is shown once. */
function inner(root: SchemaNode, node: SchemaNode, path: string, seen: Set<unknown>): readonly string[] {
  if (node.properties) {
    const same = node.properties['routes'] ?? node.properties;
    if (seen.has(same)) return [];
    seen.add(same);
    return tables(root, node, path, seen);
  }
  if (node.items) return inner(root, resolveRef(root, node.items), `${path}[]`, seen);
  if (typeof node.additionalProperties === 'object') {
    return inner(root, resolveRef(root, node.additionalProperties), `${path}.NAME`, seen);
  }
  return (node.anyOf ?? []).flatMap((one) => inner(root, resolveRef(root, one), path, seen));
}

function section(path: string, node: SchemaNode, rows: readonly Row[]): string {
  const title = path === '' ? 'Top level' : `\`${path}\``;
  const about = path === '' || node.description === undefined ? '' : `${node.description}\n\n`;
  const lines = rows.map(({ key, node: value, required }) => {
    const fallback = required ? '**required**' : defaultOf(value);
    return `| \`${key}\` | ${typeOf(value)} | ${fallback} | ${cell(value.description ?? '')} |`;
  });
  return `## ${title}\n\n${about}| key | takes | default | meaning |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}

function variables(): string {
  const lines = VARIABLES.map(
    ({ name, default: fallback, meaning, secret }) =>
      `| \`${name}\` | ${fallback} | ${cell(meaning)} | ${secret ? 'yes' : ''} |`,
  );
  return `## Environment variables

Secrets may be given as a file instead: \`NAME_FILE=/run/secrets/name\`; a line end at the end of the value is dropped. Both at once
is an error. Variables that \`hikeshi.yaml\` names work the same way.

With \`--embedded\`, and neither \`DATABASE_URL\` nor \`REDIS_URL\` set, Hikeshi starts a PostgreSQL of its own. With one of them set, with
\`NODE_ENV=production\` or without the flag, a missing one is an error. \`KUBECONFIG\` and the variables of the AWS SDK work as everywhere.

| variable | default | meaning | \`_FILE\` |
|---|---|---|---|
${lines.join('\n')}
`;
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
};

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const).replaceAll('"', '')}\``;
  if (node.enum) return node.enum.map((one) => `\`${String(one)}\``).join(', ');
  if (node.anyOf) return [...new Set(node.anyOf.map(typeOf))].join(' or ');
  if (node.type === 'array') return `list of ${node.items ? itemsOf(node.items) : 'anything'}`;
  if (node.type === 'object') return node.properties ? 'keys, see below' : 'entries by name';
  const types = [node.type ?? ''].flat().map((type) => words[type] ?? 'keys, see below');
  const example = typeof node.examples?.[0] === 'string' ? `, such as \`${node.examples[0]}\`` : '';
  return `${types.join(' or ')}${example}`;
}

function itemsOf(node: SchemaNode): string {
  const type = typeOf(node);
  return node.properties || node.$ref !== undefined
    ? 'entries, see below'
    : type.replace(/^text\b/, 'texts').replace(/\bnumber\b/, 'numbers');
}

function defaultOf(node: SchemaNode): string {
  if (node.default === undefined || JSON.stringify(node.default) === '{}') return '-';
  return JSON.stringify(node.default) === '[]'
    ? 'none'
    : `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
