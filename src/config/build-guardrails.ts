import { parseDuration } from '../domain/duration.ts';
import { type BlastRadius, DEFAULT_GUARDRAILS, type GuardException, type Guardrails } from '../domain/guardrails.ts';
import { parseTargetPattern } from '../domain/target-pattern.ts';
import type { BuildContext } from './build-context.ts';
import { buildFreezes } from './build-freezes.ts';
import { checkVerb } from './build-permissions.ts';
import type { Path } from './problem.ts';
import type { ConfigInput } from './schema.ts';
import type { GuardrailsInput } from './schema-guardrails.ts';

const DEFAULT_WITHIN_MS = 10 * 60_000;

/** Those for all are looked at whole, also what no environment takes from them. */
export function checkGuardrails(ctx: BuildContext, input: ConfigInput): void {
  if (Object.keys(input.guardrails).length > 0) buildGuardrails(ctx, input);
}

/** The guardrails of an environment: its own keys, else those for all, else the defaults. */
export function buildGuardrails(ctx: BuildContext, input: ConfigInput, environment = ''): Guardrails {
  const own: GuardrailsInput = input.environments[environment]?.guardrails ?? {};
  const given: GuardrailsInput = { ...input.guardrails, ...own };
  const at = (key: keyof GuardrailsInput): Path =>
    own[key] === undefined ? ['guardrails', key] : ['environments', environment, 'guardrails', key];
  const { protectedNamespaces, protectedLabel, incidentRequired, breakGlass } = given;
  const blastRadius = given.blastRadius && buildBlastRadius(given.blastRadius);
  return {
    ...DEFAULT_GUARDRAILS,
    ...(protectedNamespaces && { protectedNamespaces }),
    ...(protectedLabel !== undefined && { protectedLabel }),
    ...(incidentRequired !== undefined && { incidentRequired }),
    ...(breakGlass && { breakGlass }),
    ...(blastRadius && { blastRadius }),
    exceptions: (given.exceptions ?? []).flatMap((text, i) => exception(ctx, text, [...at('exceptions'), i])),
    replicas: buildReplicas(ctx, given.replicas, at('replicas')),
    coolDownMs: parseDuration(given.coolDown ?? '0s') ?? 0,
    freezes: buildFreezes(ctx, given.freezes ?? [], { zone: given.zone, at: at('freezes'), zoneAt: at('zone') }),
  };
}

function exception(ctx: BuildContext, text: string, path: Path): readonly GuardException[] {
  const [verb, words, ...rest] = text.trim().split(/\s+/);
  const target = words === undefined || rest.length > 0 ? undefined : parseTargetPattern(words);
  if (verb === undefined || !target) {
    ctx.problem(path, (m) => m.config.exception);
    return [];
  }
  checkVerb(ctx, verb, path);
  return [{ verb, target }];
}

function buildReplicas(ctx: BuildContext, given: GuardrailsInput['replicas'], path: Path): Guardrails['replicas'] {
  const replicas = {
    min: given?.min ?? DEFAULT_GUARDRAILS.replicas.min,
    max: given?.max ?? DEFAULT_GUARDRAILS.replicas.max,
  };
  if (replicas.min > replicas.max) ctx.problem(path, (m) => m.config.replicas(replicas));
  return replicas;
}

function buildBlastRadius({ actions, percent, within }: NonNullable<GuardrailsInput['blastRadius']>) {
  if (actions === undefined && percent === undefined) return undefined;
  return {
    ...(actions !== undefined && { actions }),
    ...(percent !== undefined && { percent }),
    withinMs: (within === undefined ? undefined : parseDuration(within)) ?? DEFAULT_WITHIN_MS,
  } satisfies BlastRadius;
}
