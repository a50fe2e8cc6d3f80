import { formatMatcher } from '../domain/matchers.ts';
import { channelKey, type RouteNode, type Routing } from '../domain/routing.ts';
import { type BuildContext, buildMatchers, reference } from './build-context.ts';
import type { Path } from './problem.ts';
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
  const catchAll = routes.findIndex((route) => route.match.length === 0 && !route.continue);
  if (catchAll >= 0 && catchAll < routes.length - 1) {
    ctx.warning(
      [...path, catchAll + 1],
      'is never reached: the route before it takes everything',
      'move that one to the end, or let it continue',
    );
  }
  return routes.map((route, i) => buildRoute(ctx, route, [...path, i], i));
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
