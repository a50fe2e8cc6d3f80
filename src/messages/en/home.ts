import { bold, code, type Inline, type Text, text, timeOf } from '../../domain/content.ts';
import type { Severity } from '../../domain/severity.ts';
import { incident } from './incident.ts';
import { type Call, callsInWords } from './route.ts';

/** The app's home tab. */
export const home = {
  incidents: (p: { count: number }): Text => [
    bold(
      p.count === 0 ? 'No incident is open.' : p.count === 1 ? '1 incident is open' : `${p.count} incidents are open`,
    ),
  ],
  /** `INC-142` is a link where its post is known. */
  incident: (p: {
    emoji: Inline;
    number: Inline;
    title: string;
    severity: Severity;
    since: Date;
    who?: Inline;
    snoozed: boolean;
  }): Text =>
    text`${p.emoji} ${p.number} ${p.title} · ${incident.severity(p.severity)} · since ${timeOf(p.since)} · ${p.who ? text`${p.who} has it` : p.snoozed ? 'snoozed' : bold('nobody has it yet')}`,
  more: (p: { count: number; words: string }): Text =>
    p.words === '' ? text`${p.count} more.` : text`${p.count} more: ${code(p.words)} lists them.`,
  called: (): Text => [bold('Who would be called')],
  policy: (p: { name: string; steps: readonly Call[] }): Text => text`${code(p.name)}: ${callsInWords(p.steps)}`,
  /** Whom `slack.oncall` names. */
  oncall: (p: { steps: readonly Call[] }): Text => text`critical ones without a policy: ${callsInWords(p.steps)}`,
  nobodyCalled: (): Text => text`Nobody: hikeshi.yaml has neither ${code('policies')} nor ${code('slack.oncall')}.`,
  jobs: (p: { count: number }): Text => [
    bold(p.count === 0 ? 'No job is running.' : p.count === 1 ? '1 job is running' : `${p.count} jobs are running`),
  ],
  job: (p: { number: Inline; verb: string; target: string; state: string; by: string; since: Date }): Text =>
    text`${p.number} ${p.verb} ${code(p.target)} · ${p.state} · ${p.by}, since ${timeOf(p.since)}`,
  approvals: (p: { count: number }): Text => [
    bold(
      p.count === 0
        ? 'Nothing waits for your approval.'
        : p.count === 1
          ? '1 action waits for your approval'
          : `${p.count} actions wait for your approval`,
    ),
  ],
  approval: (p: { number: Inline; verb: string; target: string; by: string; until: Date }): Text =>
    text`${p.number} ${p.verb} ${code(p.target)} · asked by ${p.by}, until ${timeOf(p.until)}`,
  refresh: 'Refresh',
  quick: {
    overview: 'Overview',
    pods: 'Pods',
    jobs: 'Jobs',
    silences: 'Silences',
    testAlert: 'Test alert',
    help: 'Help',
  },
  asOf: (p: { at: Date }): Text =>
    text`As of ${timeOf(p.at)}; opened again it is drawn anew. What the buttons find comes as a direct message: see the tab Messages.`,
};
