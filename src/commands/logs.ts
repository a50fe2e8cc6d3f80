import { z } from 'zod';
import { sayButton } from '../core/ask/say.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import { followLogs, refuseBeside, wordsToFollow } from '../core/follow/ask.ts';
import { type LogRead, readLogs, SEARCHED, type Unread } from '../core/logs/read.ts';
import { showLines } from '../core/logs/show.ts';
import { type ChosenLogs, chooseLogs } from '../core/logs/which.ts';
import { LOG_FLAGS, LogArgs, searchLogs, wishOf } from '../core/logs/wish.ts';
import { lookForPods, nearPods, nearTo, type PodSearch, type PodsSeen, searchedIn } from '../core/pod-search.ts';
import { withoutPods } from '../core/without-pods.ts';
import { type Block, type Button, messageOf, type Text } from '../domain/content.ts';
import { isErrorLine } from '../domain/log-lines.ts';
import type { ContainerEnd } from '../domain/workload.ts';
import { type Catalog, together } from '../messages/catalog.ts';

const Args = LogArgs.extend({ follow: z.literal(true).optional() });

/** Names in a line of notes. */
const NAMED = 5;
/** Of previous runs it is said how so many ended. */
const ENDS = 3;

/** `kubectl logs` over all pods of a workload, by time, only as much as a phone shows and from the end. */
export const query = defineQuery({
  name: 'logs',
  positionals: [{ name: 'target', optional: true }],
  flags: [...LOG_FLAGS, { long: 'follow', short: 'f', describe: (m) => m.logs.flags.follow }],
  args: Args,
  summary: (m) => m.logs.summary,
  examples: [
    'logs shop/checkout',
    'logs checkout --errors --since 10m',
    'logs deploy/checkout -n shop -c app --previous',
    'logs checkout --grep "time(d )?out" --tail 20',
    'logs checkout -f --errors',
  ],
  role: 'viewer',
  isPrivate: ({ follow }) => follow === true,
  needs: ['environments', 'db'],
  calls: ['pods', 'logs', 'workload', 'namespaces'],

  async answer(args, resources, asked, m) {
    const { environments } = resources;
    const wish = wishOf(args);
    if (args.follow) refuseBeside(args, asked);
    const search = await searchLogs(args, environments, asked);
    const seen = await lookForPods(search, asked.signal);
    if (seen.pods.length === 0) return nothing(search, seen, asked, m);
    const { container } = args;
    const chosen = chooseLogs(search, seen.pods, { container, now: asked.now });
    if (args.follow) return followLogs({ args, search, chosen }, resources, asked, m);
    const logs = await readLogs(chosen.sources, wish, asked.signal);
    const follow = args.previous ? undefined : wordsToFollow({ args, search, chosen }, asked);
    const selected = args.selector !== undefined;
    return shown({ args, chosen, logs, seen, whole: asked.whole === true, follow, selected }, m);
  },
});

interface Found {
  readonly args: LogArgs;
  readonly chosen: ChosenLogs;
  readonly logs: readonly LogRead[];
  readonly seen: PodsSeen;
  /** Not cut for a phone. */
  readonly whole: boolean;
  /** What to type to see what comes next. */
  readonly follow: string | undefined;
  /** By labels, and not by a name. */
  readonly selected: boolean;
}

function shown(found: Found, m: Catalog): Answered {
  const { args, chosen, logs, seen, whole } = found;
  const read = logs.filter((log) => log.state === 'read');
  const reasons = unread(logs, m);
  const { lines, more, last } = showLines(logs, whole, isErrorLine);
  const filtered = args.grep !== undefined || args.errors === true;
  const container = chosen.sources[0]?.container ?? '';
  const previous = args.previous === true;
  const told = m.logs.found({
    of: chosen.title,
    container,
    pods: read.length,
    lines: lines.length,
    filtered,
    previous,
  });
  const ends = previous ? endsOf(read) : [];
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
  const text =
    read.length > 0 ? together([told, ...ends.map((end) => m.logs.ended(end)), error], m) : together(reasons, m);
  const blocks: Block[] = [
    { kind: 'text', text },
    ...(lines.length > 0 ? [{ kind: 'code' as const, code: lines.join('\n') }] : []),
    ...(notes.length > 0 ? [{ kind: 'context' as const, lines: notes }] : []),
    ...buttonsOf(found, m),
  ];
  return { text, blocks, more: more > 0 };
}

/** What comes next of it; where nothing has been written, why. */
function buttonsOf({ logs, chosen, follow, selected }: Found, m: Catalog): readonly Block[] {
  const any = logs.some(({ state }) => state === 'read');
  const next = any ? follow !== undefined && sayButton(m.logs.follow.buttons.begin, follow) : why(chosen, selected, m);
  return next ? [{ kind: 'buttons', buttons: [next] }] : [];
}

/** Of pods of labels there is no one workload. */
function why({ workload }: ChosenLogs, selected: boolean, m: Catalog): Button | undefined {
  return selected ? undefined : sayButton(m.ops.describe.buttons.why, `why ${workload}`);
}

/** `of`: the pod, where there are several. */
type Ended = ContainerEnd & { readonly of?: string };

/** How the runs ended that are shown: of the newest few. */
function endsOf(logs: readonly LogRead[]): readonly Ended[] {
  const ends = logs.flatMap(({ source: { pod, container, label } }) => {
    const end = pod.pod.ends?.find((one) => one.container === container);
    return end ? [{ ...end, ...(logs.length > 1 && { of: label }) }] : [];
  });
  return ends.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, ENDS);
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
  const idle = seen.away.length === 0 ? await withoutPods(search, m, signal) : undefined;
  if (idle) return idle;
  const near = await nearPods(search, seen, signal);
  const words = m.logs.none({ where: searchedIn(search), target: search.words.target, near });
  const away: readonly Block[] =
    seen.away.length > 0 ? [{ kind: 'context', lines: [m.ops.pods.away({ clusters: seen.away })] }] : [];
  return { ...messageOf(words, ...away), ...nearTo(search, near) };
}
