/** The config file as YAML: its values, and where in the text each of them stands. */
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import type { SayWrong } from '../messages/catalog.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import { looksSecret } from './secret-shapes.ts';

export interface YamlFile {
  /** False: the text is no YAML we take, and there is no sense in looking at values. */
  readonly valid: boolean;
  /** Plain values; `{}` for an empty file or one that could not be read. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Paths of values that look like secrets: nothing else is said about these. */
  readonly secretPaths: readonly string[];
  /** A problem at the value of a path, or the nearest place above it that exists; `key`: at its key. */
  problemAt(path: Path, say: SayWrong, where?: 'key' | 'value'): Problem;
}

/** Aliases that expand to more nodes than this are an attack or a slip. */
const MAX_ALIASES = 100;
/** No config is nested like this; what walks it may then be recursive. */
const MAX_DEPTH = 60;
const tooDeep: SayWrong = (m) => m.config.yaml.deep;

export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const at = (offset: number, path: string, say: SayWrong): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, path, say };
  };
  const broken = (why: SayWrong): YamlFile => ({
    valid: false,
    value: {},
    problems: [at(0, '', why)],
    secretPaths: [],
    problemAt: (path, say) => at(0, formatPath(path), say),
  });
  let doc: Document.Parsed;
  try {
    doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  } catch {
    return broken(tooDeep);
  }
  if (doc.errors.some((error) => error.message.includes('call stack'))) return broken(tooDeep);
  const faults = firstOfEachLine([...doc.errors, ...doc.warnings].map((e) => at(e.pos[0], '', yamlFault(e, text))));
  const secrets = findSecrets(doc);
  const value = faults.length > 0 ? {} : plainValue(doc);
  if (value === undefined) return broken((m) => m.config.yaml.aliases);
  if (!within(value, MAX_DEPTH)) return broken(tooDeep);
  const problemAt: YamlFile['problemAt'] = (path, say, where = 'value') =>
    at(offsetOf(doc, path, where), formatPath(path), say);
  return {
    valid: faults.length === 0,
    value: value ?? {},
    problems: [
      ...faults,
      ...secrets.map((path) => problemAt(path, (m) => m.config.yaml.secret)),
      ...findUnfit(doc).map((path) => problemAt(path, (m) => m.config.yaml.control)),
      ...badKeys(doc).map((path) => problemAt(path, (m) => m.config.yaml.badKey, 'key')),
    ],
    secretPaths: secrets.map(formatPath),
    problemAt,
  };
}

/** What follows on the same line is mostly a consequence. */
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((problem, i) => problems.findIndex(({ line }) => line === problem.line) === i);
}

/** What the parser says of a key whose neighbour stands deeper or less deep. */
const UNEVEN: ReadonlySet<string> = new Set(['MULTILINE_IMPLICIT_KEY', 'BLOCK_AS_IMPLICIT_KEY']);

/** The parser's words where they help; ours where they speak of its insides, or do not name the key. */
function yamlFault({ code, message, pos }: YAMLParseError | YAMLWarning, text: string): SayWrong {
  if (code === 'DUPLICATE_KEY') {
    const key = /^[\w.-]+/.exec(text.slice(pos[0]))?.[0] ?? '';
    return (m) => m.config.yaml.twice({ key: looksSecret(key) ? '' : key });
  }
  if (UNEVEN.has(code)) return (m) => m.config.yaml.uneven;
  if (code === 'BAD_SCALAR_START') return (m) => m.config.yaml.unquoted({ parser: message });
  if (code === 'TAB_AS_INDENT' || code === 'BAD_INDENT') return (m) => m.config.yaml.indent({ parser: message });
  if (code === 'TAG_RESOLVE_FAILED') return (m) => m.config.yaml.tag({ parser: message });
  // What it did not expect it repeats, of any length: of a key whose first line is a comment nobody would see that it is one.
  const parser = code === 'UNEXPECTED_TOKEN' ? message.replace(/: .*/s, '') : message;
  return (m) => m.config.yaml.other({ parser });
}

function plainValue(doc: Document.Parsed): unknown {
  try {
    return (doc.toJS({ maxAliasCount: MAX_ALIASES }) as unknown) ?? null;
  } catch {
    return undefined;
  }
}

function within(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => within(part, depth - 1));
}

/** Paths of scalars, keys included, whose text has the shape of a credential. */
function findSecrets(doc: Document.Parsed): Path[] {
  return findScalars(doc, looksSecret);
}

function findScalars(doc: Document.Parsed, wanted: (text: string) => boolean): Path[] {
  const found: Path[] = [];
  visit(doc, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || !wanted(node.value)) return;
      const path = pathOf(ancestors as readonly (Node | Pair)[]);
      // For a key the path of its map: the key itself must not be repeated.
      found.push(typeof key === 'number' ? [...path, key] : key === 'key' ? path.slice(0, -1) : path);
    },
  });
  return found;
}

/** Neither a name nor a sentence has one, and PostgreSQL stores no NUL and no half of a character. */
const UNFIT = /(?![\t\n\r])\p{Cc}|\p{Cs}/u;

function findUnfit(doc: Document.Parsed): Path[] {
  return findScalars(doc, (text) => UNFIT.test(text));
}

function badKeys(doc: Document.Parsed): Path[] {
  const found: Path[] = [];
  visit(doc, {
    Pair(_, pair, ancestors) {
      const key = isScalar(pair.key) ? pair.key.value : pair.key;
      if (typeof key !== 'string' && typeof key !== 'number') found.push(pathOf(ancestors as readonly (Node | Pair)[]));
      else if (key === '__proto__') found.push([...pathOf(ancestors as readonly (Node | Pair)[]), key]);
    },
  });
  return found;
}

function pathOf(ancestors: readonly (Node | Pair)[]): Path {
  const path: (string | number)[] = [];
  for (const [i, node] of ancestors.entries()) {
    const below = ancestors[i + 1];
    if (isSeq(node) && below !== undefined) path.push(node.items.indexOf(below));
    else if (!isNode(node) && 'key' in node) path.push(keyText(node));
  }
  return path;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '?';
}

/** Where the node at a path begins; of the last one that exists when the path goes on into nothing. */
function offsetOf(doc: Document.Parsed, path: Path, where: 'key' | 'value'): number {
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const [i, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item) === String(part));
      if (!pair) return offset;
      node = pair.value;
      const onKey = where === 'key' && i === path.length - 1;
      offset = (onKey || isEmpty(node) ? startOf(pair.key) : startOf(node)) ?? offset;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && (node.source ?? '') === '');
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
