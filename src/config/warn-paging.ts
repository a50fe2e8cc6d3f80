import { formatDuration } from '../domain/duration.ts';
import { type Matcher, takesEverything } from '../domain/matchers.ts';
import type { RouteNode } from '../domain/routing.ts';
import type { BuildContext } from './build-context.ts';
import { hasPolicy } from './build-routes.ts';
import type { Config } from './config.ts';
import { formatPath, type Path } from './problem.ts';

type Paging = Pick<Config, 'slack' | 'routing' | 'policies'>;

/** Says where config calls nobody, or late, for what is critical, and which policies are never used. Only what is certain. */
export function warnOfPaging(ctx: BuildContext, config: Paging): void {
  const { root } = config.routing;
  for (const name of Object.keys(config.policies)) {
    if (!uses(root, name)) ctx.warning(['policies', name], (m) => m.config.paging.unused({ name }));
  }
  const oncall = config.slack.oncall.length > 0;
  if (!oncall && !hasPolicy(root)) {
    ctx.warning(['slack'], (m) => m.config.paging.nobody);
    return;
  }
  // Such a copy may decide for the route after it.
  if (copyDecides(root)) return;
  const endings = criticalEndings(root, []).filter(
    ({ nodes }) => (settingOf(nodes, 'severity') ?? 'critical') === 'critical',
  );
  if (!oncall) warnOfNobody(ctx, endings);
  warnOfLate(ctx, config, endings);
}

function warnOfNobody(ctx: BuildContext, endings: readonly Ending[]): void {
  for (const { nodes, path } of endings) {
    if (settingOf(nodes, 'policy') !== undefined) continue;
    const unrouted = path.length === 0;
    ctx.warning(unrouted ? ['slack'] : path, (m) => m.config.paging.nobodyHere({ unrouted }));
  }
}

function warnOfLate(ctx: BuildContext, { policies }: Paging, endings: readonly Ending[]): void {
  for (const policy of Object.values(policies)) {
    const firstMs = policy.steps[0]?.afterMs ?? 0;
    const ending = firstMs > 0 && endings.find(({ nodes }) => settingOf(nodes, 'policy') === policy.name);
    if (!ending) continue;
    const late = { first: formatDuration(firstMs), place: formatPath(ending.path) };
    ctx.warning(['policies', policy.name], (m) => m.config.paging.late(late));
  }
}

/** Where the walk of a critical alert may end. */
interface Ending {
  readonly nodes: readonly RouteNode[];
  /** Of the last node; empty for the root. */
  readonly path: Path;
}

function criticalEndings(node: RouteNode, path: Path, above: readonly RouteNode[] = []): readonly Ending[] {
  const nodes = [...above, node];
  const found: Ending[] = [];
  let all = false;
  for (const [i, child] of node.routes.entries()) {
    if (!child.matchers.every(takesSomeCritical)) continue;
    found.push(...criticalEndings(child, [...path, 'routes', i], nodes));
    const takesAll = child.matchers.every(takesAllCritical);
    if (takesAll && !child.continue) return found;
    all ||= takesAll;
  }
  return all ? found : [...found, { nodes, path }];
}

function takesSomeCritical(matcher: Matcher): boolean {
  return matcher.name !== 'severity' || matcher.test('critical');
}

/** In routing `severity` is also what the label was mapped to. */
function takesAllCritical(matcher: Matcher): boolean {
  const positive = matcher.op === '=' || matcher.op === '=~';
  return takesEverything(matcher) || (matcher.name === 'severity' && positive && matcher.test('critical'));
}

function settingOf<K extends 'policy' | 'severity'>(nodes: readonly RouteNode[], key: K): RouteNode[K] {
  return nodes.findLast((node) => node[key] !== undefined)?.[key];
}

function uses(node: RouteNode, policy: string): boolean {
  return node.policy === policy || node.routes.some((child) => uses(child, policy));
}

function copyDecides(node: RouteNode, copied = false): boolean {
  const isCopy = copied || node.continue;
  if (isCopy && (node.policy !== undefined || node.severity !== undefined)) return true;
  return node.routes.some((child) => copyDecides(child, isCopy));
}
