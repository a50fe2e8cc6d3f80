import { type ApprovalRule, isRisk } from '../domain/approval.ts';
import { channelKey } from '../domain/routing.ts';
import { parseTargetPattern, type TargetPattern } from '../domain/target-pattern.ts';
import { type BuildContext, buildMatchers, namedMap, reference } from './build-context.ts';
import { buildDatabases } from './build-databases.ts';
import { buildGuardrails } from './build-guardrails.ts';
import { checkVerb } from './build-permissions.ts';
import type { ClusterConfig, EnvironmentConfig, RunbookConfig } from './config.ts';
import { meant, type Path } from './problem.ts';
import type { ConfigInput, EnvironmentInput } from './schema.ts';

export function buildEnvironments(ctx: BuildContext, input: ConfigInput): Record<string, EnvironmentConfig> {
  return namedMap(input.environments, (environment, name) => ({
    name,
    clusters: buildClusters(ctx, environment.clusters, ['environments', name, 'clusters']),
    databases: buildDatabases(ctx, environment.databases, ['environments', name, 'databases']),
    matchers: buildMatchers(ctx, environment.matchers, ['environments', name, 'matchers']),
    guardrails: buildGuardrails(ctx, input, name),
    ...(environment.namespaces && { namespaces: [...new Set(environment.namespaces)] }),
    requireReason: environment.requireReason ?? name === 'production',
    approval: buildApproval(ctx, environment.approval, ['environments', name, 'approval']),
    ...(environment.atOnce !== undefined && { atOnce: environment.atOnce }),
    ...(environment.timeUp && { timeUp: environment.timeUp }),
    ...(environment.actionsIn && { actionsIn: environment.actionsIn.map(channelKey) }),
  }));
}

/** Risks, and verbs of actions that there are. */
function buildApproval(ctx: BuildContext, rule: ApprovalRule, path: Path): ApprovalRule {
  for (const [i, entry] of rule.entries()) if (!isRisk(entry)) checkVerb(ctx, entry, [...path, i]);
  return rule;
}

function buildClusters(ctx: BuildContext, input: EnvironmentInput['clusters'], path: Path): readonly ClusterConfig[] {
  if (!Array.isArray(input)) return Object.entries(input).map(([name, cluster]) => ({ name, ...cluster }));
  for (const [i, name] of input.entries()) {
    if (input.indexOf(name) < i) ctx.problem([...path, i], (m) => m.config.twoClusters({ name }));
  }
  return input.map((name) => ({ name }));
}

export function buildRunbooks(
  ctx: BuildContext,
  input: ConfigInput['runbooks'],
  environments: Readonly<Record<string, EnvironmentConfig>>,
  disabled: readonly string[],
): Record<string, RunbookConfig> {
  return namedMap(input, (runbook, name) => {
    for (const [i, action] of runbook.actions.entries()) {
      const path = ['runbooks', name, 'actions', i];
      checkVerb(ctx, action, path);
      checkButton(ctx, action, path);
      if (disabled.includes(action)) ctx.problem(path, (m) => m.config.runbook.off({ action }));
    }
    const target =
      runbook.target === undefined
        ? undefined
        : buildTarget(ctx, runbook.target, ['runbooks', name, 'target'], environments);
    return {
      name,
      ...(runbook.link !== undefined && { link: runbook.link }),
      ...(target && { target }),
      actions: [...new Set(runbook.actions)],
    };
  });
}

/** A button knows the incident's target, and nothing else that an action might have to be told. */
function checkButton(ctx: BuildContext, action: string, path: Path): void {
  const { actions, targetOnly } = ctx;
  if (!targetOnly || targetOnly.includes(action) || !actions?.includes(action)) return;
  ctx.problem(path, (m) => m.config.runbook.noButton({ action, can: targetOnly }));
}

function buildTarget(
  ctx: BuildContext,
  text: string,
  path: Path,
  environments: Readonly<Record<string, EnvironmentConfig>>,
): TargetPattern | undefined {
  const target = parseTargetPattern(text);
  if (!target) {
    ctx.problem(path, (m) => m.config.runbook.target);
    return undefined;
  }
  const name = reference(ctx, 'environments', target.environment, path);
  const clusters = (name === undefined ? undefined : environments[name])?.clusters.map((cluster) => cluster.name);
  const { cluster } = target;
  if (name !== undefined && cluster !== undefined && clusters && !clusters.includes(cluster)) {
    const found = meant(cluster, clusters);
    ctx.problem(path, (m) => m.config.noCluster({ environment: name, cluster, meant: found }));
  }
  return target;
}
