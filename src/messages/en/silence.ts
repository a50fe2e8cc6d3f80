import { bold, code, dateTimeOf, type Text, text } from '../../domain/content.ts';

const alerts = (count: number): string => (count === 1 ? '1 alert' : `${count} alerts`);

/** ` (HighLoad a, HighLoad b…)` */
const named = (names: readonly string[], count: number): string =>
  names.length === 0 ? '' : ` (${names.join(', ')}${count > names.length ? '…' : ''})`;

/** Silences in Alertmanager: their form, their list, what came of them. */
export const silence = {
  form: {
    title: 'Silence alerts',
    preview: 'Preview',
    submit: 'Silence',
    close: 'Close',
    about: (p: { number: number; title: string; source: string }): Text =>
      text`INC-${p.number} ${bold(p.title)}. Alertmanager ${code(p.source)} tells nobody of what these matchers hold for.`,
    matchers: 'Matchers',
    matchersHint: 'One per line: name="value", !=, =~ and !~ (RE2). All of them must hold.',
    lasts: 'For how long',
    lasting: {
      '1h': '1 hour',
      '2h': '2 hours',
      '4h': '4 hours',
      '8h': '8 hours',
      '1d': '1 day',
      '3d': '3 days',
      '7d': '7 days',
    },
    comment: 'Comment',
    commentHint: 'Why, and who knows more. It is read in Alertmanager, too.',
    looking: (p: { source: string }): Text => text`Asking Alertmanager ${code(p.source)} what this would mute…`,
    making: (p: { source: string }): Text => text`Telling Alertmanager ${code(p.source)}…`,
    mutes: (p: { number: number; own: number; firing: number; others: number; names: readonly string[] }): Text => {
      if (p.own + p.others === 0) return text`${bold('It mutes nothing that fires now.')} Close it if you meant to.`;
      const all = p.firing === 1 ? 'the alert' : `all ${alerts(p.firing)}`;
      const own = text`Mutes ${p.own === p.firing ? all : `${p.own} of ${alerts(p.firing)}`} of INC-${p.number}`;
      if (p.others === 0) return text`${own}, and no other.`;
      return text`${own} ${bold(`and ${p.others} other${p.others === 1 ? '' : 's'}`)}${named(p.names, p.others)}.`;
    },
    until: (p: { until: Date; source: string }): Text =>
      text`Until ${dateTimeOf(p.until)}, in Alertmanager ${code(p.source)}.`,
  },
  noApi: (p: { source: string }): Text =>
    text`Alertmanager ${code(p.source)} cannot be asked: put its URL under ${code(`sources.${p.source}.api`)} in hikeshi.yaml.`,
  badMatcher: (p: { shown: string; position: number; detail: string; remedy: string }): Text =>
    text`matcher ${p.shown}, character ${p.position}: ${p.detail}; ${p.remedy}`,
  tooWide: {
    none: (): Text => text`Without a matcher it would mute everything. Write at least one, such as alertname="Name".`,
    'all-empty': (): Text =>
      text`Each of these also holds for alerts that lack the label, so it could mute everything. Add one with a value, such as alertname="Name".`,
    'any-value': (): Text =>
      text`None of these names a value, so it would mute nearly everything. Add one that does, such as alertname="Name".`,
  },
  gone: (): Text => text`That silence was asked for too long ago. Begin again from the incident; nothing was changed.`,
  already: (): Text => text`It was confirmed already. Nothing was done twice; the incident shows what came of it.`,
  /** `what`: its matchers. */
  made: (p: { what: string; until: Date; source: string }): Text =>
    text`Done: Alertmanager ${code(p.source)} is silent about ${code(p.what)} until ${dateTimeOf(p.until)}.`,
  failed: {
    away: (p: { source: string; why: string }): Text =>
      text`Alertmanager ${code(p.source)} does not answer (${p.why}). Nothing was changed; try again later.`,
    refused: (p: { source: string; why: string }): Text =>
      text`Alertmanager ${code(p.source)} refused: ${p.why}. Nothing was changed.`,
    missing: (p: { source: string; why: string }): Text =>
      text`Alertmanager ${code(p.source)} has no such silence (${p.why}). Nothing was changed.`,
    unsure: (p: { source: string; why: string }): Text =>
      text`Alertmanager ${code(p.source)} was told and did not answer (${p.why}), so it may have been done. ${code('/ops silences')} shows it; the incident's thread says which within minutes.`,
  },
  /** `what`: its matchers, where they are known. */
  extended: (p: { what?: string | undefined; until: Date; source: string }): Text =>
    text`The silence${p.what === undefined ? '' : text` ${code(p.what)}`} in Alertmanager ${code(p.source)} lasts until ${dateTimeOf(p.until)}.`,
  expired: (p: { what?: string | undefined; source: string }): Text =>
    text`The silence${p.what === undefined ? '' : text` ${code(p.what)}`} in Alertmanager ${code(p.source)} is over. What still fires is heard again, and calls whomever it has to call.`,
  summary: 'silences in Alertmanager, or of one incident; make them longer or end them',
  list: {
    none: (): Text => text`Alertmanager has no silences.`,
    noneOf: (p: { number: number }): Text => text`No silence holds for INC-${p.number}.`,
    noSources: (): Text =>
      text`No Alertmanager can be asked: put its URL under ${code('sources.NAME.api')} in hikeshi.yaml.`,
    found: (p: { count: number }): Text =>
      text`${bold(p.count === 1 ? '1 silence' : `${p.count} silences`)}, the first to end first`,
    one: (p: {
      matchers: string;
      until: Date;
      pending: boolean;
      by: string;
      comment: string;
      incidents: readonly string[];
    }): Text =>
      text`${p.pending ? 'From later on until' : 'Until'} ${dateTimeOf(p.until)}: ${code(p.matchers)}\n${p.by}${p.comment ? `: ${p.comment}` : ''}${p.incidents.length > 0 ? ` · ${p.incidents.join(', ')}` : ''}`,
    away: (p: { source: string; why: string }): Text => text`Alertmanager ${code(p.source)} does not answer: ${p.why}.`,
    more: (n: number): string => `${n} more; name an incident to see its own: /ops silences INC-142`,
  },
  buttons: { extend: '1 h more', expire: 'End it', another: 'New silence…' },
  expireConfirm: {
    title: 'End this silence?',
    text: 'Alertmanager tells of its alerts again, and incidents that sleep by it call people.',
    yes: 'End it',
    no: 'Not now',
  },
};
