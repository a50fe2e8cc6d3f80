import { channelRef } from '../alerts/route.ts';
import type { Config, EnvironmentConfig } from '../config/config.ts';
import { memberText } from '../core/rights/may.ts';
import { formatDuration } from '../domain/duration.ts';
import type { Freeze, Span } from '../domain/freeze.ts';
import type { Guardrails } from '../domain/guardrails.ts';
import { matches } from '../domain/target-glob.ts';
import type { Catalog } from '../messages/catalog.ts';

type Words = Catalog['rules'];

/** What holds for actions, environment by environment, one rule a line: for `hikeshi check`. */
export function rulesInWords(config: Config, words: Words): readonly string[] {
  return Object.values(config.environments).flatMap((environment) => [
    words.on({ environment: environment.name }),
    ...ruleLines(config, environment, words).map((line) => `  ${line}`),
  ]);
}

function ruleLines(config: Config, environment: EnvironmentConfig, words: Words): readonly string[] {
  const { actionsIn, requireReason, approval, timeUp, atOnce, guardrails } = environment;
  return [
    ...mayAct(config, environment.name, words),
    ...(actionsIn ? [words.actionsIn({ channels: actionsIn.map(channelRef) })] : []),
    requireReason ? words.reason : words.noReason,
    approval.length > 0 ? words.approval({ verbs: approval }) : words.noApproval,
    ...(atOnce === undefined ? [] : [words.atOnce({ count: atOnce })]),
    ...(timeUp === undefined ? [] : [words.timeUp[timeUp]]),
    ...guardLines(guardrails, words),
  ];
}

function mayAct({ roles }: Config, environment: string, words: Words): readonly string[] {
  const named = [...roles.operator, ...roles.admin].map(memberText);
  const permitted = roles.permissions.flatMap(({ who, verbs, on }, index) => {
    const here = on.filter((glob) => matches(glob.environment, environment)).map(({ text }) => text);
    return here.length > 0 ? [words.permission({ index, who: who.map(memberText), verbs, on: here })] : [];
  });
  return [named.length > 0 ? words.everyAction({ who: [...new Set(named)] }) : words.noOperator, ...permitted];
}

/** Each guardrail in a line. */
function guardLines(guardrails: Guardrails, words: Words): readonly string[] {
  const { protectedNamespaces, exceptions, protectedLabel, replicas, coolDownMs, freezes } = guardrails;
  const { blastRadius, incidentRequired, breakGlass } = guardrails;
  const except = exceptions.map(
    ({ verb, target: t }) =>
      `${verb} ${[t.environment, t.cluster, t.namespace, t.kind.toLowerCase(), t.name].filter(Boolean).join('/')}`,
  );
  return [
    protectedNamespaces.length > 0 ? words.protected({ namespaces: protectedNamespaces, except }) : words.noneProtected,
    words.protectedLabel({ label: protectedLabel }),
    words.replicas(replicas),
    coolDownMs > 0 ? words.coolDown({ time: formatDuration(coolDownMs) }) : words.noCoolDown,
    ...(freezes.length > 0 ? freezes.map((freeze) => freezeLine(freeze, words)) : [words.noFreeze]),
    blastRadius
      ? words.radius({
          actions: blastRadius.actions,
          percent: blastRadius.percent,
          time: formatDuration(blastRadius.withinMs),
        })
      : words.noRadius,
    ...(incidentRequired ? [words.incidentRequired] : []),
    breakGlass === 'nobody' ? words.nobodyLifts : words.lifts({ role: breakGlass }),
  ];
}

function freezeLine({ name, zone, spans }: Freeze, words: Words): string {
  return words.freeze({ name, zone, spans: spans.map((span) => spanWords(span, words)) });
}

function spanWords(span: Span, words: Words): string {
  if (span.every === 'never')
    return words.span.never({ from: span.from.replace('T', ' '), to: span.to.replace('T', ' ') });
  const word = (minutes: number): string => {
    const day = words.days[Math.floor(minutes / (24 * 60))];
    const clock = [Math.floor(minutes / 60) % 24, minutes % 60].map((n) => String(n).padStart(2, '0')).join(':');
    return span.every === 'week' ? `${day} ${clock}` : clock;
  };
  return words.span[span.every]({ from: word(span.from), to: word(span.to) });
}
