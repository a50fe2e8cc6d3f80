import { code, type Inline, type Text, text, timeOf } from '../../domain/content.ts';
import type { Stoppable } from '../../domain/plan.ts';

/** What `/ops jobs` and the cancel button say. */
export const job = {
  summary: 'running and recent jobs, one of them; cancel or retry one, keep or extend what one changed for a while',
  number: (n: number): string => `JOB-${n}`,
  stop: (job: string): string => `Cancel ${job}`,
  columns: { number: 'job', what: 'what', target: 'target', state: 'state', by: 'by', since: 'UTC' },
  states: {
    queued: 'waiting',
    running: 'running',
    watching: 'watching',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
    unknown: 'unknown',
    unwatched: 'done, not watched',
    'not-done': 'not done',
  },
  cancelling: 'is being cancelled',
  until: (p: { at: string }): string => `until ${p.at}`,
  timeUp: 'time is up',
  listed: (p: { running: number; recent: number }): Text =>
    text`${p.running === 0 ? 'No job is running' : p.running === 1 ? '1 job is running' : `${p.running} jobs are running`}; ${p.recent} finished lately.`,
  none: (): Text => text`No job has run yet. ${code('/ops restart NAME')} would start one.`,
  fields: {
    state: 'State',
    by: 'By',
    target: 'Target',
    created: 'Asked',
    finished: 'Finished',
    reason: 'Reason',
    result: 'Result',
  },
  missing: (p: { number: number }): Text =>
    text`There is no JOB-${p.number}. ${code('/ops jobs')} lists the recent ones.`,
  confirmedAlready: (p: { number: number }): Text => text`It is confirmed already, as JOB-${p.number}.`,
  notANumber: (p: { typed: string }): Text =>
    text`${code(p.typed)} is not a job's number. Write it like ${code('JOB-7')}; ${code('/ops jobs')} lists them.`,
  whichOne: (): Text => text`Which one? ${code('/ops jobs cancel JOB-NUMBER')}; ${code('/ops jobs')} lists them.`,
  whichToRetry: (): Text => text`Which one? ${code('/ops jobs retry JOB-NUMBER')}; ${code('/ops jobs')} lists them.`,
  retry: {
    ready: (p: { number: number; what: string; target: string }): Text =>
      text`JOB-${p.number} was ${code(p.what)} on ${code(p.target)}. It is looked at and asked for anew before anything is done.`,
    running: (p: { number: number }): Text =>
      text`JOB-${p.number} still runs. ${code(`/ops jobs cancel JOB-${p.number}`)} ends it.`,
    impossible: (p: { number: number }): Text =>
      text`JOB-${p.number} runs by itself: there is nothing that one could ask for again.`,
  },
  cancel: {
    asked: (p: { number: number; stops: Stoppable }): Text => {
      switch (p.stops) {
        case 'all':
          return text`JOB-${p.number} is being cancelled. If it has changed anything by then, its post says so.`;
        case 'nothing':
          return text`JOB-${p.number} is making its change right now: that cannot be stopped any more. Its post says whether it happened.`;
        case 'watching':
          return text`The watching of JOB-${p.number} ends in a moment. What it changed stays.`;
      }
    },
    again: (p: { number: number; by?: Inline }): Text =>
      text`JOB-${p.number} is already being cancelled${p.by ? text` by ${p.by}` : ''}.`,
    finished: (p: { number: number; at?: Date }): Text =>
      text`JOB-${p.number} has already ended${p.at ? text` at ${timeOf(p.at)}` : ''}; there is nothing to cancel.`,
    'not-allowed': (p: { number: number; needs: string }): Text =>
      text`To cancel somebody else's JOB-${p.number} you need the role ${code(p.needs)}. Nothing was changed.`,
  },
};
