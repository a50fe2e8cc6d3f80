import { bold, code, type Inline, joinText, type Text, text } from '../../domain/content.ts';

/** A step of a policy: after how long, whom. */
export interface Call {
  /** Absent: at once. */
  readonly after?: string;
  readonly who: readonly Inline[];
}

/** What `/ops route` and `hikeshi route` say. */
export const route = {
  summary: 'where an alert with these labels would go, and whom it would call',
  source: 'as if this Alertmanager had sent it',
  goes: (p: { channel: Inline; severity: string; route: string }): Text =>
    text`Goes to ${p.channel} as ${bold(p.severity)}, by the route ${code(p.route)}.`,
  copies: (p: { channels: readonly Inline[] }): Text => text`A copy goes to ${list(p.channels)}.`,
  calls: (p: { steps: readonly Call[] }): Text => text`Calls ${callsInWords(p.steps)}.`,
  callsNobody: (p: { critical: boolean }): Text =>
    text`${bold('Calls nobody')}: the route has no ${code('policy')}${p.critical ? text`, and there is no ${code('slack.oncall')}` : ''}.`,
  about: (p: { environment?: string; target?: string }): Text => {
    if (p.target !== undefined) return text`About ${code(p.target)}.`;
    if (p.environment !== undefined) return text`Environment ${code(p.environment)}, no workload.`;
    return text`No environment and no workload: its labels name none.`;
  },
  buttons: (p: { labels: readonly string[] }): Text => text`Buttons: ${p.labels.join(', ')}.`,
  quarantined: (p: { reason: string }): Text =>
    text`The body would be kept in quarantine beside this: ${code(p.reason)}.`,
  asked: (p: { labels: readonly string[]; source: string }): Text =>
    text`For ${list(p.labels.map(code))} from ${code(p.source)}. Nothing was sent.`,
};

/** Each step and whom it calls. */
export function callsInWords(steps: readonly Call[]): Text {
  return joinText(
    steps.map(({ after, who }) => text`${list(who)} ${after === undefined ? 'at once' : `after ${after}`}`),
    ', then ',
  );
}

function list(parts: readonly Inline[]): Text {
  return joinText(
    parts.map((part) => [part]),
    ', ',
  );
}
