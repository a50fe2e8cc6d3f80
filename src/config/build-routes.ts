import { formatMatcher, takesEverything } from '../domain/matchers.ts';
import { channelKey, type RouteNode, type Routing } from '../domain/routing.ts';
import { type BuildContext, buildMatchers, reference } from './build-context.ts';
import { formatPath, type Path } from './problem.ts';
import type { ConfigInput, RouteInput } from './schema.ts';

/** The routing tree: the file's routes below a root that takes everything to `slack.channel`. */
export function buildRouting(ctx: BuildContext, input: ConfigInput): Routing {
  return {
    root: {
      name: 'default',
      matchers: [],
      channel: channelKey(input.slack.channel),
      continue: false,
      routes: buildRoutes(ctx, input.routes, ['routes']),
    },
    channelFrom: input.channels.from,
    allowedChannels: input.channels.allowed.map(channelKey),
  };
}

function buildRoutes(ctx: BuildContext, routes: readonly RouteInput[], path: Path): readonly RouteNode[] {
  const nodes = routes.map((route, i) => buildRoute(ctx, route, [...path, i], i));
  for (const [i, node] of nodes.entries()) {
    const before = nodes.slice(0, i).findIndex((earlier) => !earlier.continue && takesAllOf(earlier, node));
    if (before < 0) continue;
    const everything = nodes[before]!.matchers.every(takesEverything);
    const earlier = formatPath([...path, before]);
    ctx.warning([...path, i], (m) => m.config.route.unreached({ before: earlier, everything }));
  }
  return nodes;
}

/** Certainly, that is; what only the regexes could tell is left open. */
function takesAllOf(earlier: RouteNode, later: RouteNode): boolean {
  return earlier.matchers.every(
    (a) => takesEverything(a) || later.matchers.some((b) => formatMatcher(a) === formatMatcher(b)),
  );
}

function buildRoute(ctx: BuildContext, route: RouteInput, path: Path, index: number): RouteNode {
  const matchers = buildMatchers(ctx, route.match, [...path, 'match']);
  const policy = reference(ctx, 'policies', route.policy, [...path, 'policy']);
  const runbook = reference(ctx, 'runbooks', route.runbook, [...path, 'runbook']);
  return {
    name: [`routes[${index}]`, ...matchers.map(formatMatcher)].join(' '),
    matchers,
    ...(route.channel !== undefined && { channel: channelKey(route.channel) }),
    ...(route.severity !== undefined && { severity: route.severity }),
    ...(policy !== undefined && { policy }),
    ...(runbook !== undefined && { runbook }),
    continue: route.continue,
    routes: buildRoutes(ctx, route.routes, [...path, 'routes']),
  };
}

/** Does any route lead to an escalation policy? */
export function hasPolicy(node: RouteNode): boolean {
  return node.policy !== undefined || node.routes.some(hasPolicy);
}
