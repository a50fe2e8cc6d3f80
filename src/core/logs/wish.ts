import { RE2JS } from 're2js';
import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { isErrorLine } from '../../domain/log-lines.ts';
import { userError } from '../../messages/user-error.ts';
import type { Asked, Flag } from '../define.ts';
import type { Environments } from '../environments.ts';
import { isAlone, type PodSearch, searchPods } from '../pod-search.ts';
import { noSuchWorkload } from '../workload-actions.ts';
import { type LogWish, SEARCHED } from './read.ts';

/** What may be said of logs, whether they are shown once or followed. */
export const LogArgs = z.object({
  target: z.string().optional(),
  namespace: z.string().min(1).optional(),
  selector: z.string().min(1).optional(),
  container: z.string().min(1).optional(),
  previous: z.literal(true).optional(),
  tail: z.string().optional(),
  since: z.string().optional(),
  'since-time': z.string().optional(),
  grep: z.string().min(1).optional(),
  errors: z.literal(true).optional(),
});
export type LogArgs = z.infer<typeof LogArgs>;

export const LOG_FLAGS: readonly Flag[] = [
  { long: 'namespace', short: 'n', value: 'NS', describe: (m) => m.ops.pods.flags.namespace },
  { long: 'selector', short: 'l', value: 'LABELS', describe: (m) => m.ops.pods.flags.selector },
  { long: 'container', short: 'c', value: 'NAME', describe: (m) => m.logs.flags.container },
  { long: 'previous', short: 'p', describe: (m) => m.logs.flags.previous },
  { long: 'tail', value: 'N', describe: (m) => m.logs.flags.tail },
  { long: 'since', value: 'TIME', describe: (m) => m.logs.flags.since },
  { long: 'since-time', value: 'TIME', describe: (m) => m.logs.flags.sinceTime },
  { long: 'grep', value: 'REGEX', describe: (m) => m.logs.flags.grep },
  { long: 'errors', describe: (m) => m.logs.flags.errors },
];

/** Lines of each pod when nothing was said; with a time, that many of it. */
const TAIL = 100;
const SINCE_TAIL = 1_000;
const MOST_TAIL = SEARCHED;
/** RE2 takes linear time, and this times a line's length is still little. */
const PATTERN_MAX = 200;

/**
 * @param usual lines of each pod when nothing was said
 * @throws UserError that names the flag that cannot be understood
 */
export function wishOf(args: LogArgs, usual: number = TAIL): LogWish {
  const { previous, tail, since, 'since-time': from } = args;
  if (since !== undefined && from !== undefined) throw userError('same-twice', { flags: ['--since', '--since-time'] });
  const sinceSeconds = since === undefined ? undefined : secondsOf(since);
  const sinceTime = from === undefined ? undefined : timeOf(from);
  const wanted = wantedBy(args);
  const all = wanted ? SEARCHED : sinceSeconds === undefined && sinceTime === undefined ? usual : SINCE_TAIL;
  const lines = tail === undefined ? all : linesOf(tail);
  return {
    previous: previous === true,
    tail: lines,
    ...(sinceSeconds && { sinceSeconds }),
    ...(sinceTime && { sinceTime }),
    ...(wanted && { wanted }),
  };
}

/** Which lines are wanted; `undefined`: all. @throws UserError `bad-regex`, `regex-too-long` */
export function wantedBy({ grep, errors }: Pick<LogArgs, 'grep' | 'errors'>): LogWish['wanted'] {
  const found = grep === undefined ? undefined : regexOf(grep);
  return found || errors ? (line) => (found?.(line) ?? true) && (!errors || isErrorLine(line)) : undefined;
}

function secondsOf(typed: string): number {
  const ms = parseDuration(typed) ?? 0;
  if (ms <= 0) throw userError('not-a-since', { typed });
  return Math.ceil(ms / 1_000);
}

const RFC_3339 = z.iso.datetime({ offset: true });

function timeOf(typed: string): Date {
  const at = RFC_3339.safeParse(typed.toUpperCase());
  if (!at.success) throw userError('not-a-since-time', { typed });
  return new Date(at.data);
}

function linesOf(typed: string): number {
  const lines = /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : 0;
  if (lines < 1 || lines > MOST_TAIL) throw userError('not-a-tail', { typed, most: MOST_TAIL });
  return lines;
}

function regexOf(typed: string): (line: string) => boolean {
  if (typed.length > PATTERN_MAX) throw userError('regex-too-long', { length: typed.length, most: PATTERN_MAX });
  try {
    const regex = RE2JS.compile(typed);
    return (line) => regex.test(line);
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
    throw userError('bad-regex', { pattern: typed, problem });
  }
}

/** @throws UserError when no workload, pod or labels are meant */
export async function searchLogs(args: LogArgs, environments: Environments, asked: Asked): Promise<PodSearch> {
  const search = await searchPods(args, environments, asked);
  if (search.looking.length > 0 || search.selector !== undefined) return search;
  throw asked.incidentTarget && isAlone(args, asked) ? noSuchWorkload(asked.incidentTarget) : userError('which-target');
}
