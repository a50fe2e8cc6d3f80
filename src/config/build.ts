import { parseDuration } from '../domain/duration.ts';
import { channelKey } from '../domain/routing.ts';
import { SEVERITIES, type Severity, type SeverityRules, severityRules } from '../domain/severity.ts';
import type { BuildContext } from './build-context.ts';
import { checkGuardrails } from './build-guardrails.ts';
import { buildHeartbeat } from './build-heartbeat.ts';
import { buildPolicies, buildRoles, pageTarget } from './build-people.ts';
import { buildPermissions } from './build-permissions.ts';
import { buildEnvironments, buildRunbooks } from './build-places.ts';
import { buildRouting } from './build-routes.ts';
import { buildSources } from './build-sources.ts';
import { buildTimetable } from './build-timetable.ts';
import { zoneOf } from './build-zone.ts';
import type { Config, RuntimeEnv, SlackConfig } from './config.ts';
import { meant } from './problem.ts';
import type { ConfigInput } from './schema.ts';
import { warnOfPaging } from './warn-paging.ts';

const MIB = 1_048_576;
const DEFAULT_REOPEN_MS = 15 * 60_000;
const DEFAULT_OPEN_AFTER_MS = 10 * 60_000;

/** The whole config from a file of the right shape; what does not fit together is reported to `ctx`. */
export function buildConfig(ctx: BuildContext, file: string, input: ConfigInput, env: RuntimeEnv): Config {
  checkGuardrails(ctx, input);
  const environments = buildEnvironments(ctx, input);
  const heartbeat = buildHeartbeat(ctx, input.heartbeat);
  const config: Config = {
    file,
    slack: buildSlack(ctx, input.slack),
    sources: buildSources(ctx, input),
    environments,
    channels: { allowed: input.channels.allowed.map(channelKey) },
    severities: buildSeverities(ctx, input),
    routing: buildRouting(ctx, input),
    policies: buildPolicies(input.policies),
    runbooks: buildRunbooks(ctx, input.runbooks, environments, input.commands.disabled),
    disabledCommands: buildDisabled(ctx, input.commands.disabled),
    roles: { ...buildRoles(ctx, input.roles), permissions: buildPermissions(ctx, input.permissions, environments) },
    audit: input.audit.channel === undefined ? {} : { channel: channelKey(input.audit.channel) },
    timetable: buildTimetable(ctx, input, environments),
    ...(heartbeat && { heartbeat }),
    maxBody: buildMaxBody(ctx, input.maxBody),
    reopenWindowMs: parseDuration(input.reopenWindow) ?? DEFAULT_REOPEN_MS,
    openAfterMs: parseDuration(input.openAfter) ?? DEFAULT_OPEN_AFTER_MS,
    env,
  };
  warnOfPaging(ctx, config);
  return config;
}

function buildDisabled(ctx: BuildContext, disabled: readonly string[]): readonly string[] {
  const { commands } = ctx;
  for (const [i, name] of disabled.entries()) {
    if (!commands || commands.includes(name)) continue;
    const found = meant(name, commands);
    ctx.problem(['commands', 'disabled', i], (m) => m.config.noCommand({ name, meant: found }));
  }
  return [...new Set(disabled)];
}

function buildSlack(
  ctx: BuildContext,
  { channel, language, zone, oncall, fallback }: ConfigInput['slack'],
): SlackConfig {
  const people = oncall === undefined ? [] : typeof oncall === 'string' ? [oncall] : oncall;
  return {
    channel: channelKey(channel),
    language,
    zone: zoneOf(ctx, zone, ['slack', 'zone']),
    oncall: people.map(pageTarget),
    fallback: channelKey(fallback ?? channel),
  };
}

function buildSeverities(ctx: BuildContext, input: ConfigInput): SeverityRules {
  const own: Partial<Record<Severity, readonly string[]>> = {};
  const owner = new Map<string, Severity>();
  for (const severity of SEVERITIES) {
    const spellings = input.severities[severity].map((spelling) => String(spelling).trim().toLowerCase());
    for (const [i, spelling] of spellings.entries()) {
      const path = ['severities', severity, i];
      const before = owner.get(spelling);
      if (spelling === '') ctx.problem(path, (m) => m.config.severities.empty);
      if (before !== undefined && before !== severity)
        ctx.problem(path, (m) => m.config.severities.twice({ severity: before }));
      owner.set(spelling, severity);
    }
    own[severity] = spellings;
  }
  return severityRules(own, input.severityLabel);
}

function buildMaxBody(ctx: BuildContext, input: string | number): number {
  const bytes = typeof input === 'number' ? input : parseSize(input);
  if (bytes !== undefined && bytes >= MIB / 16 && bytes <= 1024 * MIB) return bytes;
  ctx.problem(['maxBody'], (m) => m.config.maxBody);
  return 32 * MIB;
}

/** Bytes of `32MiB`, `500 kB`, `1048576`; `undefined` when it is no size. */
function parseSize(text: string): number | undefined {
  const found = /^\s*(\d{1,12}(?:\.\d{1,3})?)\s*(?:([kmg])(i?))?b?\s*$/i.exec(text);
  if (!found) return undefined;
  const base = found[3] === '' ? 1000 : 1024;
  const power = { k: 1, m: 2, g: 3 }[found[2]?.toLowerCase() as 'k' | 'm' | 'g'] ?? 0;
  return Math.floor(Number(found[1]) * base ** power);
}
