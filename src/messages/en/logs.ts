import { bold, code, joinText, type Text, text } from '../../domain/content.ts';

/** Why nothing of these pods' logs is there. `more`: pods that are not named. */
interface Missing {
  readonly container: string;
  readonly pods: readonly string[];
  readonly more: number;
  readonly detail: string;
}

/** What `/ops logs` says. */
export const logs = {
  summary: 'the newest lines of a workload’s pods, or what failed in them',
  flags: {
    container: 'of this container (default: the one kubectl takes)',
    previous: 'of the run before the last restart',
    tail: 'at most this many lines of each pod (default 100)',
    since: 'not older than this, as in 10m or 1h30m',
    grep: 'only lines in which this is found (RE2; (?i) ignores case)',
    errors: 'only lines that say an error: by their level, else by the word',
  },
  found: (p: { of: string; container: string; pods: number; lines: number; filtered: boolean }): Text => {
    const of = p.pods === 1 ? '1 pod' : `${p.pods} pods`;
    const what = text`${bold(p.of)}, container ${code(p.container)}`;
    if (p.lines === 0) return text`${what}: ${p.filtered ? 'no such line' : 'no line'} in ${of}.`;
    const lines = p.lines === 1 ? 'line' : `${p.lines} lines`;
    return text`${what}: the last ${lines}${p.filtered ? ' found' : ''}, ${of}, times in UTC.`;
  },
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
