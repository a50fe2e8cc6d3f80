// Sets of targets as config writes them: `staging/*`, `production/shop/*`, `production/*/deployment/checkout`,
// `production/*/database/orders`.
import { kindOf } from './target-pattern.ts';
import { type ActionTarget, isDatabase, type WorkloadKind } from './workload.ts';

export interface TargetGlob {
  /** As it stands in config. */
  readonly text: string;
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  /** Absent: each kind of workload. */
  readonly kind?: WorkloadKind | 'Database';
  readonly name: string;
  /** `environment/*`: whatever is in it. */
  readonly all: boolean;
}

// `environment/*` (all of it) or `environment/[cluster/]namespace/[kind/]name`. In each part `*` stands for any characters;
// a cluster and a kind left out are any. `undefined` when it is none of these.
export function parseTargetGlob(text: string): TargetGlob | undefined {
  const [environment, ...rest] = text.trim().split('/');
  if (environment === undefined || ![environment, ...rest].every(isGlob)) return undefined;
  const all = { text: text.trim(), environment, cluster: '*', namespace: '*', name: '*', all: false };
  if (rest.length === 1 && rest[0] === '*') return { ...all, all: true };
  const name = rest.pop();
  const word = rest.length > 1 ? rest.at(-1) : undefined;
  const kind = word === undefined ? undefined : word.toLowerCase() === 'database' ? 'Database' : kindOf(word);
  // Of `production/main/shop/*/checkout` the kind may be any.
  if (kind !== undefined || (word === '*' && rest.length === 3)) rest.pop();
  const namespace = rest.pop();
  const cluster = rest.pop() ?? '*';
  if (name === undefined || namespace === undefined || rest.length > 0) return undefined;
  return { ...all, cluster, namespace, ...(kind && { kind }), name };
}

/** A database is meant by all of its environment, or by its kind: no set of workloads covers one by the way. */
export function covers(glob: TargetGlob, target: ActionTarget): boolean {
  if (!matches(glob.environment, target.environment)) return false;
  if (isDatabase(target)) return glob.all || (glob.kind === 'Database' && matches(glob.name, target.name));
  return (
    matches(glob.cluster, target.cluster) &&
    matches(glob.namespace, target.namespace) &&
    (glob.kind === undefined || glob.kind === target.kind) &&
    matches(glob.name, target.name)
  );
}

function isGlob(part: string): boolean {
  return /^[A-Za-z0-9*]([A-Za-z0-9_.*-]{0,251}[A-Za-z0-9*])?$/.test(part);
}

/** The whole text, `*` standing for any run of characters, none included. Linear: leftmost is always as good as any. */
export function matches(glob: string, text: string): boolean {
  const [first = '', ...parts] = glob.split('*');
  const last = parts.pop();
  if (last === undefined) return glob === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
