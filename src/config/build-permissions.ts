import { matches, parseTargetGlob, type TargetGlob } from '../domain/target-glob.ts';
import type { BuildContext } from './build-context.ts';
import { principal } from './build-people.ts';
import type { EnvironmentConfig, PermissionConfig } from './config.ts';
import { meant, type Path } from './problem.ts';
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
  const found = meant(verb, actions);
  ctx.problem(path, (m) => m.config.noAction({ verb, meant: found }));
}

function buildGlob(ctx: BuildContext, text: string, path: Path, environments: Environments): readonly TargetGlob[] {
  const glob = parseTargetGlob(text);
  if (!glob) {
    ctx.problem(path, (m) => m.config.noTargets);
    return [];
  }
  const fitting = ctx.names.environments.filter((name) => matches(glob.environment, name));
  if (fitting.length === 0) {
    const { environment: name } = glob;
    const found = meant(name, ctx.names.environments);
    ctx.problem(path, (m) => m.config.absent({ section: 'environments', name, meant: found }));
    return [];
  }
  const clusters = fitting.flatMap((name) => environments[name]?.clusters.map((cluster) => cluster.name) ?? []);
  if (glob.cluster !== '*' && !clusters.some((name) => matches(glob.cluster, name))) {
    const found = meant(glob.cluster, clusters);
    ctx.problem(path, (m) => m.config.noCluster({ ...glob, meant: found }));
    return [];
  }
  return [glob];
}
