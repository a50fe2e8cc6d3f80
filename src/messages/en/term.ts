import { bold, code, type Inline, type Text, text, timeOf } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';

/** Empty where this version does not know the verb. */
const back = (p: { back: string }): string => (p.back ? ` (${p.back})` : '');

/** What is said of changes that are made for a while, `--for 2h`. `lasts`: in ms; `back`: what it goes back to. */
export const term = {
  flag: 'for how long, like 2h; then it is asked whether to take it back',
  autoFlag: 'with --for: it is taken back without asking',

  planned: {
    ask: (p: { lasts: number; back: string }): Text =>
      text`${bold(`For ${formatDuration(p.lasts)}`)}: then it is asked whether to take it back${back(p)}.`,
    auto: (p: { lasts: number; back: string }): Text =>
      text`${bold(`For ${formatDuration(p.lasts)}`)}: then it is taken back by itself${back(p)}.`,
  },
  /** In a line of the action's own post. */
  line: {
    ask: (p: { until: Date; back: string }): Text =>
      text`Until ${timeOf(p.until)}; then it is asked whether to take it back${back(p)}.`,
    auto: (p: { until: Date; back: string }): Text =>
      p.back
        ? text`By itself ${bold(p.back)} at ${timeOf(p.until)}.`
        : text`Taken back by itself at ${timeOf(p.until)}.`,
    asked: (p: { lasts: number }): Text =>
      text`The time is up (${formatDuration(p.lasts)}): somebody has to say whether it stays.`,
    taking: (p: { job: number | undefined }): Text =>
      p.job === undefined
        ? text`The time is up: a second person is asked.`
        : text`The time is up: JOB-${p.job} takes it back.`,
  },
  ended: {
    'taken-back': (p: { job: number }): Text => text`${bold('Taken back')} by JOB-${p.job}.`,
    kept: (p: { by: Inline }): Text => text`${bold('It stays')}: ${p.by} has said so.`,
    changed: (): Text =>
      text`${bold('Not taken back')}: something else has changed it since, and that would be undone too.`,
    impossible: (p: { why: Text }): Text => text`${bold('Nothing to take back.')} ${p.why}`,
  },

  /** A message of its own when the time is up. */
  over: (p: { by: Inline; title: string; target: string; job: number; lasts: number }): Text =>
    text`${{ emoji: 'alarm_clock' }} ${p.by}: the time of ${bold(p.title)} · ${code(p.target)} is up (JOB-${p.job}, ${formatDuration(p.lasts)}).`,
  why: {
    'time-up': (): Text => text`Nothing has been changed yet.`,
    refused: (p: { why: Text }): Text => text`${bold('It was not taken back.')} ${p.why}`,
    away: (p: { system: string }): Text => text`${bold('It was not taken back')}: ${bold(p.system)} does not answer.`,
    'not-approved': (): Text => text`${bold('It was not taken back')}: no second person has said yes to that.`,
    'not-done': (p: { job: number }): Text => text`${bold('Perhaps not taken back')}: see how JOB-${p.job} ended.`,
  },
  question: (p: { back: string }): Text => text`Take it back (${p.back}), or keep it? It stays as it is until you say.`,
  takeBack: 'Take it back',
  keep: 'Keep it',
  more: (p: { lasts: number }): string => `${formatDuration(p.lasts)} more`,
  anyway: 'Preview it all the same',

  changed: {
    missing: (): Text => text`That change was not made for a while: there is no time to be up.`,
    kept: (): Text => text`It stays: nothing is taken back any more.`,
    extended: (p: { until: Date }): Text => text`It is left until ${timeOf(p.until)}.`,
  },
};
