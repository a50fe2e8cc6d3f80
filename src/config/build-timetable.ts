import { z } from 'zod';
import { formatDuration } from '../domain/duration.ts';
import { channelKey } from '../domain/routing.ts';
import type { TimedTask, TimetableEntry } from '../domain/timed-task.ts';
import { OFTENEST_MS, type TimesProblem, timesProblem } from '../domain/timetable.ts';
import { targetKey } from '../domain/workload.ts';
import { type BuildContext, namedMap, reference } from './build-context.ts';
import { zoneOf } from './build-zone.ts';
import type { EnvironmentConfig } from './config.ts';
import type { Path } from './problem.ts';
import type { ConfigInput } from './schema.ts';

type EntryInput = ConfigInput['timetable'][string];
type Environments = Readonly<Record<string, EnvironmentConfig>>;

const WRITE = "write minute, hour, day of month, month and day of week, such as '0 20 * * 1-5'";

const TIMES: Readonly<Record<TimesProblem, readonly [message: string, remedy: string]>> = {
  unreadable: ['is no time that a clock shows', WRITE],
  never: ['never comes', WRITE],
  'too-often': [`comes more often than each ${OFTENEST_MS / 60_000} minutes`, 'let it come less often'],
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
    if (problem) ctx.problem([...at, 'at'], ...TIMES[problem]);
    const zone = entry.zone === undefined ? input.slack.zone : zoneOf(ctx, entry.zone, [...at, 'zone']);
    const environment = environmentOf(ctx, entry, at);
    const found = environment === undefined ? undefined : environments[environment];
    if (found?.guardrails.incidentRequired)
      ctx.warning(
        at,
        `environment "${environment}" takes actions for open incidents only: none of this is ever done`,
        'switch incidentRequired off there, or remove the entry',
      );
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
  const remedy = names.length === 0 ? 'add one under environments' : `name one of ${names.join(', ')}`;
  ctx.problem(at, 'says no environment', remedy);
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
    if ('problem' in read) {
      ctx.problem(path, read.problem, read.remedy);
      return [];
    }
    const key = targetKey(read.task.target);
    if (seen.has(key)) ctx.problem(path, `there is something else to be done with ${key}`, 'keep one of the two');
    seen.add(key);
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
  const bounds = `guardrails.replicas lets nothing have fewer than ${min} or more than ${max}`;
  ctx.warning(path, `${bounds}: this is never done`, 'widen them for this environment, or take another number');
}

/** A night of which only a part is done each time. */
function warnOfRadius(ctx: BuildContext, tasks: readonly TimedTask[], found: EnvironmentConfig, at: Path): void {
  const { actions, withinMs } = found.guardrails.blastRadius ?? {};
  if (actions === undefined || withinMs === undefined || tasks.length <= actions) return;
  const radius = `guardrails.blastRadius lets ${actions} actions happen within ${formatDuration(withinMs)}`;
  ctx.warning(
    [...at, 'do'],
    `${radius}, and these are ${tasks.length} at once: the rest waits, an hour at most, or is not done`,
    'give them several entries with times of their own, or raise it for this environment',
  );
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
  ctx.warning(path, `namespace "${namespace}" is protected: this is never done`, 'add it to guardrails.exceptions');
}
