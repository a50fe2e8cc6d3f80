import { RE2JS } from 're2js';
import { z } from 'zod';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import type { Environments } from '../core/environments.ts';
import { type LogRead, type LogWish, readLogs, SEARCHED, type Unread } from '../core/logs/read.ts';
import { showLines } from '../core/logs/show.ts';
import { type ChosenLogs, chooseLogs } from '../core/logs/which.ts';
import {
  isAlone,
  lookForPods,
  nearPods,
  type PodSearch,
  type PodsSeen,
  searchedIn,
  searchPods,
} from '../core/pod-search.ts';
import { noSuchWorkload } from '../core/workload-actions.ts';
import { type Block, joinText, messageOf, type Text } from '../domain/content.ts';
import { parseDuration } from '../domain/duration.ts';
import { isErrorLine } from '../domain/log-lines.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';

const Args = z.object({
  target: z.string().optional(),
  namespace: z.string().min(1).optional(),
  selector: z.string().min(1).optional(),
  container: z.string().min(1).optional(),
  previous: z.literal(true).optional(),
  tail: z.string().optional(),
  since: z.string().optional(),
  grep: z.string().min(1).optional(),
  errors: z.literal(true).optional(),
});
type LogArgs = z.infer<typeof Args>;

/** Lines of each pod when nothing was said; with a time, that many of it. */
const TAIL = 100;
const SINCE_TAIL = 1_000;
const MOST_TAIL = SEARCHED;
/** RE2 takes linear time, and this times a line's length is still little. */
const PATTERN_MAX = 200;
/** Names in a line of notes. */
const NAMED = 5;

/** `kubectl logs` over all pods of a workload, by time, only as much as a phone shows and from the end. */
export const query = defineQuery({
  name: 'logs',
  positionals: [{ name: 'target', optional: true }],
  flags: [
    { long: 'namespace', short: 'n', value: 'NS', describe: (m) => m.ops.pods.flags.namespace },
    { long: 'selector', short: 'l', value: 'LABELS', describe: (m) => m.ops.pods.flags.selector },
    { long: 'container', short: 'c', value: 'NAME', describe: (m) => m.logs.flags.container },
    { long: 'previous', short: 'p', describe: (m) => m.logs.flags.previous },
    { long: 'tail', value: 'N', describe: (m) => m.logs.flags.tail },
    { long: 'since', value: 'TIME', describe: (m) => m.logs.flags.since },
    { long: 'grep', value: 'REGEX', describe: (m) => m.logs.flags.grep },
    { long: 'errors', describe: (m) => m.logs.flags.errors },
  ],
  args: Args,
  summary: (m) => m.logs.summary,
  examples: [
    'logs shop/checkout',
    'logs checkout --errors --since 10m',
    'logs deploy/checkout -n shop -c app --previous',
    'logs checkout --grep "time(d )?out" --tail 20',
  ],
  role: 'viewer',
  needs: ['environments'],
  calls: ['pods', 'logs', 'workload', 'namespaces'],

  async answer(args, { environments }, asked, m) {
    const wish = wishOf(args);
    const search = await searchLogs(args, environments, asked);
    const seen = await lookForPods(search, asked.signal);
    if (seen.pods.length === 0) return nothing(search, seen, asked, m);
    const { container } = args;
    const chosen = chooseLogs(search, seen.pods, { container, now: asked.now });
    const logs = await readLogs(chosen.sources, wish, asked.signal);
    return shown({ args, chosen, logs, seen, whole: asked.whole === true }, m);
  },
});

/** @throws UserError that names the flag that cannot be understood */
function wishOf({ previous, tail, since, grep, errors }: LogArgs): LogWish {
  const sinceSeconds = since === undefined ? undefined : secondsOf(since);
  const found = grep === undefined ? undefined : regexOf(grep);
  const wanted =
    found || errors ? (line: string) => (found?.(line) ?? true) && (!errors || isErrorLine(line)) : undefined;
  const all = wanted ? SEARCHED : sinceSeconds === undefined ? TAIL : SINCE_TAIL;
  const lines = tail === undefined ? all : linesOf(tail);
  return { previous: previous === true, tail: lines, ...(sinceSeconds && { sinceSeconds }), ...(wanted && { wanted }) };
}

function secondsOf(typed: string): number {
  const ms = parseDuration(typed) ?? 0;
  if (ms <= 0) throw userError('not-a-since', { typed });
  return Math.ceil(ms / 1_000);
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
async function searchLogs(args: LogArgs, environments: Environments, asked: Asked): Promise<PodSearch> {
  const search = await searchPods(args, environments, asked);
  if (search.looking.length > 0 || search.selector !== undefined) return search;
  throw asked.incidentTarget && isAlone(args, asked) ? noSuchWorkload(asked.incidentTarget) : userError('which-target');
}

interface Found {
  readonly args: LogArgs;
  readonly chosen: ChosenLogs;
  readonly logs: readonly LogRead[];
  readonly seen: PodsSeen;
  /** Not cut for a phone. */
  readonly whole: boolean;
}

function shown({ args, chosen, logs, seen, whole }: Found, m: Catalog): Answered {
  const read = logs.filter((log) => log.state === 'read');
  const reasons = unread(logs, m);
  const { lines, more, last } = showLines(logs, whole, isErrorLine);
  const filtered = args.grep !== undefined || args.errors === true;
  const container = chosen.sources[0]?.container ?? '';
  const found = m.logs.found({ of: chosen.title, container, pods: read.length, lines: lines.length, filtered });
  const error = last === undefined || args.errors ? [] : m.logs.lastError({ line: last });
  const older = read.some((log) => log.older);
  const notes = [
    ...(more > 0 ? [m.logs.more({ more, older })] : []),
    ...(read.length > 0 ? reasons : []),
    ...(filtered && older ? [m.logs.searched({ lines: SEARCHED })] : []),
    ...(chosen.more > 0 ? [m.logs.podsLeft({ more: chosen.more })] : []),
    ...(seen.away.length > 0 ? [m.ops.pods.away({ clusters: seen.away })] : []),
    ...(chosen.others.length > 0 ? [m.logs.others({ containers: chosen.others.slice(0, NAMED) })] : []),
  ];
  const text = read.length > 0 ? joinText([found, error], ' ') : joinText(reasons, ' ');
  const blocks: Block[] = [
    { kind: 'text', text },
    ...(lines.length > 0 ? [{ kind: 'code' as const, code: lines.join('\n') }] : []),
    ...(notes.length > 0 ? [{ kind: 'context' as const, lines: notes }] : []),
  ];
  return { text, blocks, more: more > 0 };
}

interface Missing {
  readonly state: Unread;
  readonly detail: string;
  readonly container: string;
  readonly pods: readonly string[];
}

/** One line for each reason, with the pods that it holds of. */
function unread(logs: readonly LogRead[], m: Catalog): readonly Text[] {
  const reasons = new Map<string, Missing>();
  for (const log of logs) {
    if (log.state === 'read') continue;
    const { state, detail, source } = log;
    const { name } = source.pod.pod;
    const key = `${state} ${detail.replaceAll(name, '')}`;
    const pods = [...(reasons.get(key)?.pods ?? []), name];
    reasons.set(key, { state, detail, container: source.container, pods });
  }
  return [...reasons.values()].map(({ state, detail, container, pods }) => {
    const named = pods.slice(0, NAMED);
    return m.logs.unread[state]({ container, pods: named, more: pods.length - named.length, detail });
  });
}

async function nothing(search: PodSearch, seen: PodsSeen, { signal }: Asked, m: Catalog): Promise<Answered> {
  const near = await nearPods(search, seen, signal);
  const words = m.logs.none({ where: searchedIn(search), target: search.words.target, near });
  return messageOf(
    words,
    ...(seen.away.length > 0 ? [{ kind: 'context' as const, lines: [m.ops.pods.away({ clusters: seen.away })] }] : []),
  );
}
