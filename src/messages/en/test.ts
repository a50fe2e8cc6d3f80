import { bold, code, type Text, text, timeOf } from '../../domain/content.ts';
import { type Call, callsInWords } from './route.ts';

/** Test alerts: what `/ops test-alert` says, and how their posts show what they are. */
export const test = {
  summary: 'send a marked alert the whole way to its post; calls nobody unless asked, resolves by itself',
  flags: {
    page: 'call people as a real alert would',
    lasts: 'until it resolves by itself, 1m to 1h; 5m if left out',
  },
  /** Stands in each line that names the incident, on lock screens too. */
  title: (p: { title: string }): string => `TEST ${p.title}`,
  /** The alert's own summary. */
  alert: (p: { sender?: string }): Text =>
    text`This is a test, nothing is wrong; ${p.sender === undefined ? 'it was sent from the command line' : `${p.sender} sent it`}`,
  callsNobody: (p: { steps: readonly Call[] }): Text =>
    p.steps.length === 0
      ? text`Nobody is called, and a real one would call nobody either.`
      : text`Nobody is called; a real one would call ${callsInWords(p.steps)}.`,
  next: (p: { until: Date }): Text =>
    text`Next: try the buttons if you like; it resolves by itself at ${timeOf(p.until)}.`,
  // ---- the answer to who sent it
  sent: (p: { number: number; until: Date }): Text =>
    text`Test alert ${bold(`INC-${p.number}`)} is on its way, and resolves by itself at ${timeOf(p.until)}.`,
  onlyWould: (): Text => text`A real one would; this one calls nobody. With ${code('--page')} it calls them.`,
  callsReally: (): Text => text`This one really calls them.`,
  show: (p: { number: number }): string => `Show INC-${p.number}`,
};
