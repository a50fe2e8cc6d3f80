import { z } from 'zod';
import { formatDuration } from '../domain/duration.ts';
import { channelKey } from '../domain/routing.ts';
import type { TimedTask, TimetableEntry } from '../domain/timed-task.ts';
import { OFTENEST_MS, type TimesProblem, timesProblem } from '../domain/timetable.ts';
import { targetKey } from '../domain/workload.ts';
import type { SayWrong } from '../messages/catalog.ts';
import { type BuildContext, namedMap, reference } from './build-context.ts';
import { zoneOf } from './build-zone.ts';
import type { EnvironmentConfig } from './config.ts';
import type { Path } from './problem.ts';
import type { ConfigInput } from './schema.ts';

type EntryInput = ConfigInput['timetable'][string];
type Environments = Readonly<Record<string, EnvironmentConfig>>;

const TIMES: Readonly<Record<TimesProblem, SayWrong>> = {
  unreadable: (m) => m.config.timetable.unreadable,
  never: (m) => m.config.timetable.never,
  'too-often': (m) => m.config.timetable.tooOften({ minutes: OFTENEST_MS / 60_000 }),
};

/** What is done at set times. Everything that could only be noticed at night, when nobody looks, is a problem now. */
export function buildTimetable(
  ctx: BuildContext,
  input: ConfigInput,
  environments: Environments,
): Record<string, TimetableEntry> {
  return namedMap(input.timetable, (entry, name) => {
    const at = ['timetable', name];
    const problem = timesProblem(entry.at);
    if (problem) ctx.problem([...at, 'at'], TIMES[problem]);
    const zone = entry.zone === undefined ? input.slack.zone : zoneOf(ctx, entry.zone, [...at, 'zone']);
    const environment = environmentOf(ctx, entry, at);
    const found = environment === undefined ? undefined : environments[environment];
    if (found?.guardrails.incidentRequired)
      ctx.warning(at, (m) => m.config.timetable.incidentsOnly({ environment: found.name }));
    const place = { at, disabled: input.commands.disabled };
    const tasks = found ? buildTasks(ctx, entry, { ...place, environment: found }) : [];
    if (found) warnOfRadius(ctx, tasks, found, at);
    const channel = entry.channel ?? found?.actionsIn?.[0] ?? input.slack.channel;
    return {
      name,
      at: entry.at,
      zone,
      environment: environment ?? '',
      tasks,
      reason: entry.reason,
      channel: channelKey(channel),
    };
  });
}

function environmentOf(ctx: BuildContext, entry: EntryInput, at: Path): string | undefined {
  const names = ctx.names.environments;
  if (entry.environment !== undefined) return reference(ctx, 'environments', entry.environment, [...at, 'environment']);
  const [only, second] = names;
  if (only !== undefined && second === undefined) return only;
  ctx.problem(at, (m) => m.config.timetable.noEnvironment({ names }));
  return undefined;
}

interface Tasks {
  readonly at: Path;
  readonly environment: EnvironmentConfig;
  readonly disabled: readonly string[];
}

function buildTasks(
  ctx: BuildContext,
  { do: lines }: EntryInput,
  { at, environment, disabled }: Tasks,
): readonly TimedTask[] {
  const { name, clusters, namespaces } = environment;
  const place = {
    environment: name,
    clusters: clusters.map((cluster) => cluster.name),
    disabled,
    ...(namespaces && { namespaces }),
  };
  const seen = new Set<string>();
  const all = typeof lines === 'string' ? [lines] : lines;
  return all.flatMap((words, i) => {
    const path = typeof lines === 'string' ? [...at, 'do'] : [...at, 'do', i];
    const read = ctx.timed?.(words, place);
    if (!read) return [];
    if ('wrong' in read) {
      ctx.problem(path, read.wrong);
      return [];
    }
    const target = targetKey(read.task.target);
    if (seen.has(target)) ctx.problem(path, (m) => m.config.timetable.twice({ target }));
    seen.add(target);
    warnOfProtection(ctx, read.task, environment, path);
    warnOfBounds(ctx, read.task, environment, path);
    return [read.task];
  });
}

const Scaled = z.object({ to: z.number() });

function warnOfBounds(ctx: BuildContext, { args }: TimedTask, { guardrails }: EnvironmentConfig, path: Path): void {
  const to = Scaled.safeParse(args).data?.to;
  const { min, max } = guardrails.replicas;
  if (to === undefined || (to >= min && to <= max)) return;
  ctx.warning(path, (m) => m.config.timetable.bounds({ min, max }));
}

/** A night of which only a part is done each time. */
function warnOfRadius(ctx: BuildContext, tasks: readonly TimedTask[], found: EnvironmentConfig, at: Path): void {
  const { actions, withinMs } = found.guardrails.blastRadius ?? {};
  if (actions === undefined || withinMs === undefined || tasks.length <= actions) return;
  const radius = { actions, within: formatDuration(withinMs), tasks: tasks.length };
  ctx.warning([...at, 'do'], (m) => m.config.timetable.radius(radius));
}

/** A guardrail that says no each time. */
function warnOfProtection(ctx: BuildContext, task: TimedTask, { guardrails }: EnvironmentConfig, path: Path): void {
  const { namespace, name } = task.target;
  const { protectedNamespaces, exceptions } = guardrails;
  if (!protectedNamespaces.includes(namespace)) return;
  const isExcepted = exceptions.some(
    ({ verb, target }) => verb === task.verb && target.namespace === namespace && target.name === name,
  );
  if (isExcepted) return;
  ctx.warning(path, (m) => m.config.timetable.protected({ namespace }));
}
