import { channelRef } from '../alerts/route.ts';
import type { Config, EnvironmentConfig } from '../config/config.ts';
import { memberText } from '../core/rights/may.ts';
import { formatDuration } from '../domain/duration.ts';
import { DAYS, type Freeze, type Span } from '../domain/freeze.ts';
import type { Guardrails } from '../domain/guardrails.ts';
import { matches } from '../domain/target-glob.ts';

/** What holds for actions, environment by environment, one rule a line: for `hikeshi check`. */
export function rulesInWords(config: Config): readonly string[] {
  return Object.values(config.environments).flatMap((environment) => [
    `on ${environment.name}`,
    ...ruleLines(config, environment).map((line) => `  ${line}`),
  ]);
}

function ruleLines(config: Config, environment: EnvironmentConfig): readonly string[] {
  const { actionsIn, requireReason, approval, timeUp, atOnce, guardrails } = environment;
  return [
    ...mayAct(config, environment.name),
    ...(actionsIn ? [`actions are taken in ${actionsIn.map(channelRef).join(', ')} only`] : []),
    requireReason ? 'a reason is asked for' : 'no reason is asked for',
    approval.length > 0 ? `a second person approves: ${approval.join(', ')}` : 'no second person is asked',
    ...(atOnce === undefined ? [] : [`at most ${atOnce} ${plural(atOnce, 'change')} at a time`]),
    ...(timeUp === undefined ? [] : [TIME_UP[timeUp]]),
    ...guardLines(guardrails),
  ];
}

const TIME_UP = {
  ask: 'when the time of --for is up, it is asked whether to take the change back',
  auto: 'when the time of --for is up, the change is taken back',
} as const;

function mayAct({ roles }: Config, environment: string): readonly string[] {
  const named = [...roles.operator, ...roles.admin].map(memberText);
  const permitted = roles.permissions.flatMap(({ who, verbs, on }, i) => {
    const here = on.filter((glob) => matches(glob.environment, environment)).map(({ text }) => text);
    const what = verbs === 'all' ? 'every action' : verbs.join(', ');
    return here.length > 0
      ? [`permissions[${i}]: ${who.map(memberText).join(', ')} may run ${what} on ${here.join(', ')}`]
      : [];
  });
  const all = named.length > 0 ? `${[...new Set(named)].join(', ')} may run every action` : 'no operator is named';
  return [all, ...permitted];
}

/** Each guardrail in a line. */
function guardLines(guardrails: Guardrails): readonly string[] {
  const { protectedNamespaces, exceptions, protectedLabel, replicas, coolDownMs, freezes } = guardrails;
  const { blastRadius, incidentRequired, breakGlass } = guardrails;
  const but = exceptions.map(
    ({ verb, target: t }) =>
      `${verb} ${[t.environment, t.cluster, t.namespace, t.kind.toLowerCase(), t.name].filter(Boolean).join('/')}`,
  );
  const radius = blastRadius && [
    ...(blastRadius.actions === undefined ? [] : [`${blastRadius.actions} ${plural(blastRadius.actions, 'action')}`]),
    ...(blastRadius.percent === undefined ? [] : [`${blastRadius.percent} % of its pods`]),
  ];
  return [
    protectedNamespaces.length > 0
      ? `protected namespaces: ${protectedNamespaces.join(', ')}${but.length > 0 ? `, except ${but.join(', ')}` : ''}`
      : 'no namespace is protected',
    `protected label: ${protectedLabel}`,
    `replicas: ${replicas.min} to ${replicas.max}`,
    coolDownMs > 0 ? `a target cools down for ${formatDuration(coolDownMs)} after an action` : 'no cool-down',
    ...(freezes.length > 0 ? freezes.map(freezeLine) : ['no freeze']),
    radius && blastRadius
      ? `at most ${radius.join(' and ')} within ${formatDuration(blastRadius.withinMs)}`
      : 'no limit of how much at once',
    ...(incidentRequired ? ['only for an open incident'] : []),
    breakGlass === 'nobody' ? 'nobody lifts a guardrail' : `${article(breakGlass)} may lift one guardrail once`,
  ];
}

function freezeLine({ name, zone, spans }: Freeze): string {
  return `frozen (${name}, ${zone}): ${spans.map(spanWords).join(', ')}`;
}

function spanWords(span: Span): string {
  if (span.every === 'never') return `${span.from.replace('T', ' ')} to ${span.to.replace('T', ' ')}`;
  const word = (minutes: number): string => {
    const day = Math.floor(minutes / (24 * 60));
    const clock = [Math.floor(minutes / 60) % 24, minutes % 60].map((n) => String(n).padStart(2, '0')).join(':');
    return span.every === 'week' ? `${DAYS[day]} ${clock}` : clock;
  };
  return `each ${span.every} from ${word(span.from)} to ${word(span.to)}`;
}

function plural(n: number, word: string): string {
  return n === 1 ? word : `${word}s`;
}

function article(role: string): string {
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`;
}
