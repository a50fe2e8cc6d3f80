import { isDeepStrictEqual } from 'node:util';

export interface Operation {
  op: string;
  path: string;
  value?: unknown;
}

/** A patch that does not apply, a failed `test` included: the API server answers 422 with empty details. */
export class PatchRefused extends Error {
  override readonly name = 'PatchRefused';
}

/** Stands for a `&`, `<` or `>` that the request wrote as such and not as an escape. */
const UNESCAPED: Readonly<Record<string, string>> = { '&': '\ue026', '<': '\ue03c', '>': '\ue03e' };

/**
 * Parses a request's body. Go writes `&`, `<` and `>` as escapes and the API server compares the strings of a `test` as
 * encoded bytes, so one that holds these characters unescaped never matches. We mark them, and `test` sees the marks.
 * @throws SyntaxError
 */
export function parsePatch(body: string): Operation[] {
  return JSON.parse(body.replace(/[&<>]/g, (c) => UNESCAPED[c] ?? c)) as Operation[];
}

/** RFC 6902 on a copy: `test`, `add`, `replace` and `remove`, on objects (no array members). @throws PatchRefused */
export function applyPatch<T>(document: T, operations: readonly Operation[]): T {
  const copy = structuredClone(document);
  for (const operation of operations) apply(copy, operation);
  return copy;
}

function apply(document: unknown, { op, path, value }: Operation): void {
  const steps = path
    .split('/')
    .slice(1)
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  const parent = steps.reduce<unknown>((node, step) => (isRecord(node) ? node[step] : undefined), document);
  if (last === undefined || !isRecord(parent)) throw new PatchRefused(`no such path: ${path}`);
  const exists = last in parent;
  if (op === 'add') parent[last] = unmark(value);
  else if (op === 'replace' && exists) parent[last] = unmark(value);
  else if (op === 'remove' && exists) delete parent[last];
  else if (op !== 'test' || !isDeepStrictEqual(parent[last], value)) throw new PatchRefused(`${op} ${path}`);
}

function unmark(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) return value;
  return JSON.parse(Object.entries(UNESCAPED).reduce((t, [plain, mark]) => t.replaceAll(mark, plain), text));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
