import { bold, code, type Text, text } from '../../domain/content.ts';

interface About {
  readonly span: string;
  readonly person?: string;
  readonly target?: string;
}

/** What is said of the audit: its sealed head, and what `/ops audit` finds. */
export const audit = {
  head: {
    sealed: (p: { anchor: string; lastId: number }): Text =>
      text`The audit is sealed up to entry ${p.lastId}: ${code(p.anchor)}`,
    keep: (): Text =>
      text`${code('hikeshi audit verify --anchor')} with this line proves that nothing before it was changed or cut off.`,
  },
  summary: 'who tried what lately, allowed or not, and what became of it; or each step of a number',
  flags: {
    since: 'from this long ago (default 7d)',
    refused: 'only what was refused',
    all: 'what only looked or was not understood, too',
  },
  columns: { at: 'UTC', who: 'who', what: 'what', target: 'target', outcome: 'outcome' },
  stages: {
    asked: 'asked',
    refused: 'refused',
    planned: 'planned',
    expired: 'expired',
    confirmed: 'confirmed',
    'glass-broken': 'glass broken',
    'approval-asked': 'approval asked',
    approved: 'approved',
    'approval-refused': 'approval refused',
    withdrawn: 'withdrawn',
    'not-required': 'no approval needed',
    executing: 'executing',
    executed: 'executed',
    'not-executed': 'not executed',
    watched: 'watched',
    'cancel-asked': 'cancel asked',
    cancelled: 'cancelled',
    unknown: 'unknown',
    'time-up': 'time is up',
    kept: 'kept',
    extended: 'extended',
  },
  found: (p: About & { count: number; more: boolean }): Text =>
    text`${bold(`${p.more ? 'The newest ' : ''}${p.count} ${p.count === 1 ? 'attempt' : 'attempts'}`)}${about(p)} in the last ${p.span}. ${code('/ops audit JOB-7')} shows every step of one.`,
  none: (p: About): Text =>
    text`Nothing was attempted${about(p)} in the last ${p.span}. ${code('--since 90d')} looks further back, ${code('--all')} at what only looked or was not understood, too.`,
  leftOut: (): Text => text`Without what only looked or was not understood: ${code('--all')} has it.`,
  steps: (p: { number: string; count: number; target?: string }): Text =>
    text`${bold(p.number)}${p.target === undefined ? '' : text` ${code(p.target)}`}: ${p.count} ${p.count === 1 ? 'step' : 'steps'}.`,
  noSteps: (p: { number: string }): Text => text`The audit has nothing of ${bold(p.number)}.`,
  reason: (p: { reason: string }): Text => text`Reason: ${p.reason}`,
};

function about({ person, target }: About): Text {
  return [
    ...(person === undefined ? [] : [' by ', code(`@${person}`)]),
    ...(target === undefined ? [] : [' on ', code(target)]),
  ];
}
