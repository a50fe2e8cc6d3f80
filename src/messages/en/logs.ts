import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';

/** Why nothing of these pods' logs is there. `more`: pods that are not named. */
interface Missing {
  readonly container: string;
  readonly pods: readonly string[];
  readonly more: number;
  readonly detail: string;
}

interface Followed {
  readonly by: Inline;
  readonly of: string;
  readonly container: string;
  readonly pods: number;
  readonly lines: number;
  readonly filtered: boolean;
}

function linesOfPods({ pods, lines, filtered }: Followed): string {
  const found = lines === 1 ? '1 line' : `${lines} lines`;
  return `${found}${filtered ? ' found' : ''} of ${pods === 1 ? '1 pod' : `${pods} pods`}`;
}

/** What `/ops logs` says. */
export const logs = {
  summary: 'the newest lines of a workload’s pods, or what failed in them',
  flags: {
    container: 'of this container (default: the one kubectl takes)',
    previous: 'of the run before the last restart',
    tail: 'at most this many lines of each pod (default 100)',
    since: 'not older than this, as in 10m or 1h30m',
    sinceTime: 'from this time on, as in 2026-03-02T03:00:00Z',
    follow: 'shows what is written for 3 minutes, in one message with a Stop button',
    grep: 'only lines in which this is found (RE2; (?i) ignores case)',
    errors: 'only lines that say an error: by their level, else by the word',
  },
  found: (p: {
    of: string;
    container: string;
    pods: number;
    lines: number;
    filtered: boolean;
    previous: boolean;
  }): Text => {
    const of = p.pods === 1 ? '1 pod' : `${p.pods} pods`;
    const what = text`${bold(p.of)}, container ${code(p.container)}${p.previous ? text`, ${bold('the previous run')}` : ''}`;
    if (p.lines === 0) return text`${what}: ${p.filtered ? 'no such line' : 'no line'} in ${of}.`;
    const lines = p.lines === 1 ? 'line' : `${p.lines} lines`;
    return text`${what}: the last ${lines}${p.filtered ? ' found' : ''}, ${of}, times in UTC.`;
  },
  /** Of a previous run; `of`: whose, where there are several. */
  ended: (p: { of?: string; at: Date; exitCode: number; reason: string }): Text =>
    text`${p.of === undefined ? 'It' : code(p.of)} ended at ${timeOf(p.at)}, exit code ${p.exitCode}${p.reason ? ` (${p.reason})` : ''}.`,
  lastError: (p: { line: string }): Text => text`Last error: ${code(p.line)}`,
  more: (p: { more: number; older: boolean }): Text =>
    text`${p.more} more before ${p.older ? 'these, and older ones' : 'these'}. Narrow it down with ${code('--errors')}, ${code('--grep')}, ${code('--since')}, or name a pod.`,
  searched: (p: { lines: number }): Text =>
    text`Searched from the end: at most ${p.lines} lines or 2 MiB of each pod, 8 MiB in all. Older ones were not looked at.`,
  podsLeft: (p: { more: number }): Text =>
    text`${p.more === 1 ? '1 more pod was' : `${p.more} more pods were`} not read. Name one, or use ${code('-l')}; ${code('/ops pods')} shows all.`,
  others: (p: { containers: readonly string[] }): Text =>
    text`Other containers, with ${code('-c')}: ${names(p.containers, 0)}.`,
  none: (p: { where: string; target?: string; near: readonly string[] }): Text => {
    if (p.target === undefined) return text`There are no pods in ${bold(p.where)}, so there is no log.`;
    const near = p.near.length > 0 ? text` Did you mean ${names(p.near, 0)}?` : [];
    return text`No pod ${code(p.target)} in ${bold(p.where)}.${near} ${code('-n')} and ${code('-e')} look elsewhere.`;
  },
  /** Of `-f`. Times are of the clock on the wall; the lines' own are UTC. */
  follow: {
    running: (p: Followed & { until: Date }): Text =>
      text`${p.by} follows ${bold(p.of)}, container ${code(p.container)}, until ${timeOf(p.until)}: ${linesOfPods(p)}, times in UTC.`,
    ended: (p: Followed & { why: Text }): Text =>
      text`${p.by} followed ${bold(p.of)}, container ${code(p.container)}: ${linesOfPods(p)}, times in UTC. ${p.why}`,
    end: {
      time: (p: { until: Date }): Text => text`Ended at ${timeOf(p.until)}: the 3 minutes are over.`,
      gone: (p: { at: Date }): Text => text`Ended at ${timeOf(p.at)}: its pods are gone.`,
      stopped: (p: { by: Inline; at: Date }): Text => text`Stopped by ${p.by} at ${timeOf(p.at)}.`,
      interrupted: (p: { at: Date }): Text =>
        text`Interrupted after ${timeOf(p.at)}: Hikeshi was away. What was written since is not shown.`,
      failed: (p: { at: Date; why: Text }): Text => text`Ended after ${timeOf(p.at)}: ${p.why}`,
    },
    earlier: (p: { more: number; older: boolean }): Text => {
      if (p.more === 0) return text`Older lines are not shown.`;
      return text`${p.more} earlier ${p.more === 1 ? 'line is' : 'lines are'} not shown${p.older ? ', nor older ones' : ''}.`;
    },
    gaps: (p: { count: number }): Text =>
      text`Lines are missing in ${p.count === 1 ? 'one place' : `${p.count} places`}: more was written in 10 s than is read, or the log was rotated.`,
    left: (p: { pods: readonly string[] }): Text =>
      text`Gone meanwhile, with what they wrote last: ${names(p.pods, 0)}.`,
    unread: (p: { pods: readonly string[]; at: Date }): Text =>
      text`Not read at ${timeOf(p.at)}, tried again: ${names(p.pods, 0)}.`,
    buttons: {
      begin: 'Follow for 3 minutes',
      stop: 'Stop',
      stopThat: (p: { of: string }): string => `Stop ${p.of}`,
      again: 'Follow again',
      file: 'Since its first line, as a file',
    },
    begun: (p: { place: 'thread' | 'direct'; of: string; until: Date }): Text =>
      text`Following ${bold(p.of)} until ${timeOf(p.until)}, ${p.place === 'thread' ? 'here in the thread, where all can see it' : 'in our direct messages'}. Its Stop button ends it earlier.`,
    taken: (p: { count: number }): Text =>
      text`Only ${p.count} can be followed at once in a workspace. Wait, stop one of these, or leave ${code('-f')} out:`,
    takenBy: (p: { by: Inline; of: string; until: Date }): Text =>
      text`${p.by}: ${bold(p.of)} until ${timeOf(p.until)}`,
    stopped: (): Text => text`Stopped. Now you can ask again.`,
    stoppedAlready: (p: { by: Inline }): Text => text`${p.by} has stopped it already.`,
    over: (): Text => text`This has ended already. ${code('/ops logs … -f')} follows anew.`,
  },
  unread: {
    waiting: (p: Missing): Text =>
      text`${names(p.pods, p.more)}: container ${code(p.container)} has not started yet${p.detail ? ` (${p.detail})` : ''}, so there is no log. ${code('/ops pods')} says why.`,
    'no-previous': (p: Missing): Text =>
      text`${names(p.pods, p.more)}: container ${code(p.container)} has not been restarted, so there is no previous log. Leave ${code('--previous')} out.`,
    gone: (p: Missing): Text =>
      text`${names(p.pods, p.more)}: gone in the meantime, with its log. ${code('/ops pods')} shows what runs now.`,
    late: (p: Missing): Text =>
      text`${names(p.pods, p.more)}: the log did not come in time. ${code('--tail')} with fewer lines may; else look at its node.`,
    failed: (p: Missing): Text => text`${names(p.pods, p.more)}: the log cannot be read: ${code(p.detail)}`,
  },
};

function names(all: readonly string[], more: number): Text {
  const known = joinText(
    all.map((name) => [code(name)]),
    ', ',
  );
  return more > 0 ? text`${known} and ${more} more` : known;
}
