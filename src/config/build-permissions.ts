import { matches, parseTargetGlob, type TargetGlob } from '../domain/target-glob.ts';
import type { BuildContext } from './build-context.ts';
import { principal } from './build-people.ts';
import type { EnvironmentConfig, PermissionConfig } from './config.ts';
import { type Path, suggestion } from './problem.ts';
import type { ConfigInput } from './schema.ts';

type Environments = Readonly<Record<string, EnvironmentConfig>>;

/** What nobody can ever be granted by is a slip of the pen: verbs, environments and clusters must exist. */
export function buildPermissions(
  ctx: BuildContext,
  input: ConfigInput['permissions'],
  environments: Environments,
): readonly PermissionConfig[] {
  return input.map(({ who, verbs, on }, i) => {
    const at = ['permissions', i];
    for (const [j, verb] of (verbs ?? []).entries()) checkVerb(ctx, verb, [...at, 'verbs', j]);
    return {
      who: who.flatMap((text, j) => principal(ctx, text, [...at, 'who', j])),
      verbs: verbs ?? 'all',
      on: on.flatMap((text, j) => buildGlob(ctx, text, [...at, 'on', j], environments)),
    };
  });
}

export function checkVerb(ctx: BuildContext, verb: string, path: Path): void {
  const { actions } = ctx;
  if (!actions || actions.includes(verb)) return;
  ctx.problem(path, `there is no action "${verb}"`, suggestion(verb, actions, 'see `/ops help`'));
}

function buildGlob(ctx: BuildContext, text: string, path: Path, environments: Environments): readonly TargetGlob[] {
  const glob = parseTargetGlob(text);
  if (!glob) {
    ctx.problem(
      path,
      'is no target',
      "write 'staging/*', 'production/shop/*', 'production/*/deployment/checkout' or 'production/*/database/orders'",
    );
    return [];
  }
  const meant = ctx.names.environments.filter((name) => matches(glob.environment, name));
  if (meant.length === 0) {
    const { environment } = glob;
    const remedy = suggestion(environment, ctx.names.environments, 'add it under environments');
    ctx.problem(path, `there is no environment "${environment}"`, remedy);
    return [];
  }
  const clusters = meant.flatMap((name) => environments[name]?.clusters.map((cluster) => cluster.name) ?? []);
  if (glob.cluster !== '*' && !clusters.some((name) => matches(glob.cluster, name))) {
    const remedy = suggestion(glob.cluster, clusters, 'add it to its clusters, or leave it out');
    ctx.problem(path, `environment "${glob.environment}" has no cluster "${glob.cluster}"`, remedy);
    return [];
  }
  return [glob];
}
