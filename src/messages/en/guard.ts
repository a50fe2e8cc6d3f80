import { bold, code, dateTimeOf, type Inline, joinText, type Text, text, timeOf } from '../../domain/content.ts';
import { formatDuration } from '../../domain/duration.ts';

/** What guardrails say no with: the rule, on what, and when it ends by itself. */
export const guard = {
  'protected-namespace': (p: { namespace: string }): Text =>
    text`${code(p.namespace)} is a ${bold('protected namespace')}: nothing is changed in it.`,
  'protected-label': (p: { label: string; target: string }): Text =>
    text`${code(p.target)} is ${bold('protected')} by its label ${code(p.label)}: it is left alone.`,
  'replica-bounds': (p: { replicas: number; min: number; max: number }): Text =>
    text`${bold(`${p.replicas} replicas`)} are outside of ${code('guardrails.replicas')}: ${p.min} to ${p.max}.`,
  'cool-down': (p: { target: string; until: Date }): Text =>
    text`${code(p.target)} was acted upon a short while ago: it ${bold('cools down')} until ${timeOf(p.until)}.`,
  freeze: (p: { name: string; until?: Date }): Text =>
    p.until
      ? text`Changes are ${bold('frozen')} (${p.name}) until ${dateTimeOf(p.until)}.`
      : text`Changes are ${bold('frozen')} (${p.name}), with no end in sight.`,
  'blast-radius': (p: {
    environment: string;
    of: 'actions' | 'pods';
    count: number;
    most: number;
    withinMs: number;
    until?: Date;
  }): Text =>
    text`Too much at once: this makes ${bold(`${p.count} ${p.of === 'actions' ? 'actions' : 'pods touched'}`)} on ${code(p.environment)} within ${formatDuration(p.withinMs)}, and ${p.most} may be. ${
      p.until ? text`It fits from ${timeOf(p.until)} on.` : 'Alone it is too much already.'
    }`,
  'incident-required': (p: { environment: string }): Text =>
    text`${code(p.environment)} is changed only ${bold('for an open incident')}: press the button on its message, or mention me in its thread.`,

  // ---------------------------------------------------------------- break-glass
  /** Who may lift it once, all the same. */
  liftable: (p: { rule: string; role: string; who: readonly Inline[] }): Text =>
    text`The role ${bold(p.role)} may lift this once, aloud (${code(`--break-glass ${p.rule}`)})${
      p.who.length > 0
        ? text`: ${joinText(
            p.who.map((one) => [one]),
            ', ',
          )}`
        : ''
    }.`,
  unliftable: (): Text => text`Nobody lifts it.`,
  /** To somebody who may not lift it, and wants to make last what it was lifted for. */
  lifted: (p: { rule: string }): Text => text`${code(p.rule)} was lifted for it, for that time only.`,
  button: 'Break glass…',
  flag: 'lift this one guardrail for this one action: aloud, with a reason',
  breaking: (p: { rule: string }): Text =>
    text`${{ emoji: 'rotating_light' }} ${bold('Break glass')}: ${code(p.rule)} is lifted for this one action. The channel and the fallback channel are called with your name and reason.`,
  broken: (p: { by: Inline; rule: string; title: string; target: string; reason: string }): Text =>
    text`${{ emoji: 'rotating_light' }} ${{ mention: { kind: 'everyone', scope: 'here' } }} ${bold('Glass broken')}: ${p.by} lifts ${code(p.rule)} once for ${bold(p.title)} · ${code(p.target)}: “${p.reason}”`,
};
