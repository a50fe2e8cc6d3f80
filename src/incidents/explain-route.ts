import { code, type Inline, type Text } from '../domain/content.ts';
import type { RouteAnswer, RouteAnswerNote } from '../domain/route-answer.ts';
import type { Catalog } from '../messages/catalog.ts';
import { actionLabel } from './buttons.ts';

/** How names of the config are shown where it is read. */
export interface RouteNames {
  readonly who: (name: string) => Inline;
  readonly channel: (name: string) => Inline;
}

export interface Explained {
  /** Where and whom: the first of `lines`. */
  readonly way: readonly Text[];
  /** Where, whom, about what, with which buttons: four or five lines. */
  readonly lines: readonly Text[];
  readonly notes: readonly Text[];
}

/** The same words for `hikeshi route` and `/ops route`. */
export function explainRoute(answers: readonly RouteAnswer[], m: Catalog, names: RouteNames): Explained {
  const [own, ...copies] = answers;
  if (!own) return { way: [], lines: [], notes: [] };
  const s = m.route;
  const goes = s.goes({
    channel: names.channel(own.channel),
    severity: m.incident.severity(own.severity),
    route: own.route,
  });
  const { environment, target } = own;
  const labels = own.buttons.map((button) => labelOf(button, own, m));
  const way = [
    goes,
    ...(copies.length > 0 ? [s.copies({ channels: copies.map((copy) => names.channel(copy.channel)) })] : []),
    callsOf(own, m, names),
  ];
  return {
    way,
    lines: [
      ...way,
      s.about({ ...(environment !== undefined && { environment }), ...(target !== undefined && { target }) }),
      ...(labels.length > 0 ? [s.buttons({ labels })] : []),
    ],
    notes: own.notes.flatMap((note) => noteOf(note, m)),
  };
}

function callsOf({ policy, severity }: RouteAnswer, m: Catalog, names: RouteNames): Text {
  if (policy.length === 0) return m.route.callsNobody({ critical: severity === 'critical' });
  const steps = policy.map(({ after, page }) => ({
    ...(after !== '0s' && { after }),
    who: page.map((name) => names.who(name)),
  }));
  return m.route.calls({ steps });
}

function labelOf(button: string, { target = '', database }: RouteAnswer, m: Catalog): string {
  if (button === 'look' && database !== undefined) return m.incident.lookAt({ name: database });
  const own = m.incident.buttons as Readonly<Record<string, string>>;
  return own[button] ?? actionLabel(button, target.split('/').at(-1)!, m);
}

function noteOf({ code: kind, value }: RouteAnswerNote, m: Catalog): readonly Text[] {
  const n = m.incident.notes;
  switch (kind) {
    case 'unknown-severity':
      return [n.unknownSeverity({ raw: value })];
    case 'channel-not-allowed':
      return [n.channelNotAllowed({ wanted: value ?? '' })];
    case 'no-action-buttons':
      return [n.noTarget({ code: value ?? '' })];
    case 'quarantined':
      return [m.route.quarantined({ reason: value ?? '' })];
    case 'copy':
      return [];
  }
}

/** Names as the config has them. */
export const AS_WRITTEN: RouteNames = { who: code, channel: code };
