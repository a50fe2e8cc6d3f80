import { bold, code, type Inline, type Text, text } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';
import { MISSED_MOST } from '../../domain/timetable.ts';

/** A time of an entry, as the clock of its zone shows it. */
interface At {
  readonly name: string;
  readonly at: string;
  readonly environment: string;
}

const inMinutes = (ms: number): string => formatDuration(Math.max(1, Math.round(ms / 60_000)) * 60_000);
const times = (n: number): string => (n === 1 ? '1 time' : `${n} times${n >= MISSED_MOST ? ' or more' : ''}`);

const list = (words: readonly string[]): Text =>
  words.flatMap((one, i): Text => (i === 0 ? [code(one)] : [', ', code(one)]));

/** What is said of what is done at set times. */
export const timetable = {
  summary: 'what is done at set times: when next, how it went last; leave the next time out',
  what: 'What comes next',
  skip: 'Skip the next one',
  skipOf: (p: { name: string }): string => `Skip the next ${p.name}`,
  keep: 'Do it after all',
  keepOf: (p: { name: string }): string => `Do the next ${p.name} after all`,
  noneOf: (p: { environment: string }): Text =>
    text`Nothing is done at set times in ${code(p.environment)}; ${code('/ops timetable')} lists what is elsewhere.`,
  none: (): Text =>
    text`Nothing is done at set times. ${code('timetable')} in hikeshi.yaml says what is, such as scaling staging down for the night.`,
  listed: (p: { count: number }): Text => text`${p.count === 1 ? '1 entry' : `${p.count} entries`} in the timetable.`,
  columns: { name: 'entry', next: 'next', rest: 'in', what: 'what', last: 'last' },
  last: {
    due: 'begins',
    begun: 'under way',
    done: 'done',
    'not-all': 'not all done',
    nothing: 'nothing to do',
    missed: 'missed',
    skipped: 'skipped',
  },
  shown: (p: { name: string; environment: string; text: string; reason: string }): Text =>
    text`${bold(p.name)} in ${bold(p.environment)}, at ${code(p.text)}: “${p.reason}”`,
  next: (p: { at: string; zone: string; lasts: string }): Text => text`Next at ${p.at} (${p.zone}), in ${p.lasts}.`,
  never: (): Text => text`It does not come any more.`,
  skippedNext: (p: { by: Inline }): Text => text`${p.by} has said that it is skipped then.`,
  lastTime: (p: { at: string; status: string }): Text => text`Last at ${p.at}: ${p.status}.`,
  skipped: (p: { name: string; at: string; zone: string }): Text =>
    text`${bold(p.name)} is skipped at ${p.at} (${p.zone}). The time after that it is done again.`,
  kept: (p: { name: string; at: string; zone: string }): Text =>
    text`${bold(p.name)} is done at ${p.at} (${p.zone}) after all.`,
  notSkipped: (p: { name: string }): Text =>
    text`Nobody has skipped the next time of ${bold(p.name)}. ${code('/ops timetable')} says when it comes.`,
  notNext: (p: { name: string; time: string; at?: string; zone?: string }): Text =>
    text`${code(p.time)} is not when ${bold(p.name)} comes next: ${p.at === undefined ? 'it does not come any more' : `that is ${p.at} (${p.zone})`}. Nothing was changed.`,
  again: (p: { name: string; at: string; by: Inline }): Text =>
    text`${bold(p.name)} is skipped at ${p.at} already: ${p.by} has said so.`,
  begun: (p: { name: string; at: string }): Text =>
    text`${bold(p.name)} of ${p.at} has just begun. ${code('/ops jobs')} lists what runs.`,

  post: {
    headline: (p: At & { emoji: string }): Text =>
      text`${{ emoji: p.emoji }} ${bold(p.name)} · ${p.at} in ${bold(p.environment)}`,
    lockScreen: (p: At & { status: readonly Text[] }): Text =>
      text`${p.name} (${p.environment}, ${p.at}): ${p.status.flatMap((one, i): Text => (i === 0 ? one : [' ', ...one]))}`,
    task: (p: { emoji: string; title: string; status: Text }): Text =>
      text`${{ emoji: p.emoji }} ${p.title}: ${p.status}`,
    reason: (reason: string): Text => text`By the timetable: “${reason}”`,
    late: (p: { lateMs: number }): Text =>
      text`${inMinutes(p.lateMs)} late: Hikeshi was not running, or could not reach what it takes.`,
    earlier: (p: { count: number }): Text => text`It was missed ${times(p.count)} before that.`,
    thread: (): Text => text`Each has its own message in this thread, with ${bold('Undo')}.`,
    open: (): Text => text`not begun yet.`,
    silent: (p: { system: string }): Text =>
      text`not begun yet: ${bold(p.system)} does not answer; tried again each minute, for an hour at most.`,
    again: (p: { why: Text }): Text => text`not begun yet, tried again each minute, for an hour at most. ${p.why}`,
    underWay: (p: { job: number }): Text => text`under way (JOB-${p.job}).`,
    waits: (p: { approval: number }): Text =>
      text`waits for a second person (APR-${p.approval}); nothing has been changed.`,
    notApproved: (p: { approval: number }): Text =>
      text`nothing was done: no second person said yes (APR-${p.approval}).`,
    tooLate: (): Text => text`nothing was done: Hikeshi was not running until it was more than an hour late.`,
    gone: (): Text => text`nothing was done: the timetable does not say so any more.`,
    away: (p: { system: string }): Text => text`nothing was done: ${bold(p.system)} did not answer for an hour.`,
    missed: (p: At & { count: number; tasks: readonly string[] }): Text =>
      text`${{ emoji: 'warning' }} ${bold(p.name)} · ${p.at} in ${bold(p.environment)} was ${bold('missed')}${p.count > 0 ? `, and ${times(p.count)} before that` : ''}: Hikeshi was not running until it was more than an hour late. Nothing was done: ${list(p.tasks)}. If it is still wanted, type it after ${code('/ops')}.`,
    skipped: (p: At & { by: Inline; tasks: readonly string[] }): Text =>
      text`${{ emoji: 'fast_forward' }} ${bold(p.name)} · ${p.at} in ${bold(p.environment)} is ${bold('skipped')}: ${p.by} has said so. Not done then: ${list(p.tasks)}.`,
    kept: (p: At & { by: Inline; tasks: readonly string[] }): Text =>
      text`${{ emoji: 'arrow_forward' }} ${bold(p.name)} · ${p.at} in ${bold(p.environment)} is done ${bold('after all')}: ${p.by} has said so. ${list(p.tasks)}.`,
  },
};
