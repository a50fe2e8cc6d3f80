import type { Fingerprint } from './alert.ts';
import type { IncidentState } from './incident.ts';

/** What silences in Alertmanager make of an incident. Pure: one look at it, and what is known here. */

export interface SilenceSeen {
  readonly id: string;
  readonly endsAt: Date;
}

export interface SilencesLook {
  readonly at: Date;
  /** What it has: of other alerts it tells nothing. */
  readonly present: ReadonlySet<Fingerprint>;
  /** By id: those in force. */
  readonly silences: ReadonlyMap<string, SilenceSeen>;
  readonly silencedBy: ReadonlyMap<Fingerprint, readonly string[]>;
}

export interface Watched {
  readonly state: IncidentState;
  /** Of the state. */
  readonly since: Date;
  readonly silenced: boolean;
  readonly snoozedUntil: Date | null;
  /** What fires and is not held. */
  readonly firing: readonly { readonly fingerprint: Fingerprint; readonly changedAt: Date }[];
  /** Ids of the silences that are known to hold for it. */
  readonly known: ReadonlySet<string>;
}

export interface SilencedDecision {
  /** Silences that hold for some of its alerts, and were not known to. */
  readonly seen: readonly string[];
  /** Snooze it: they hold for all that fires, and one of them is new. */
  readonly snoozeUntil?: Date;
  /** It is snoozed by them already, and their end has moved. */
  readonly moveTo?: Date;
  /** They hold for all of it no more. */
  readonly wake?: true;
}

const NOTHING: SilencedDecision = { seen: [] };

/**
 * A silence counts once: who ends the snooze while it is in force is not overruled by the next look. What changed here since the look
 * is left to the next one.
 */
export function decideSilenced(watched: Watched, look: SilencesLook): SilencedDecision {
  const { state, known, silenced } = watched;
  const firing = watched.firing.filter(({ fingerprint }) => look.present.has(fingerprint));
  if (state === 'resolved' || firing.length === 0) return NOTHING;
  if (watched.since > look.at || firing.some(({ changedAt }) => changedAt > look.at)) return NOTHING;
  const holding = firing.map(({ fingerprint }) =>
    (look.silencedBy.get(fingerprint) ?? []).flatMap((id) => look.silences.get(id) ?? []),
  );
  const ids = new Set(holding.flat().map(({ id }) => id));
  const seen = [...ids].filter((id) => !known.has(id));
  const until = holding.every((one) => one.length > 0) ? endOf(holding) : undefined;
  if (silenced) return { seen, ...moved(until, watched.snoozedUntil) };
  const longer = until !== undefined && (state !== 'snoozed' || until > (watched.snoozedUntil ?? look.at));
  return { seen, ...(seen.length > 0 && longer && { snoozeUntil: until }) };
}

/** Of each alert the silence that ends last, of all the alert whose ends first. */
function endOf(holding: readonly (readonly SilenceSeen[])[]): Date {
  const last = (one: readonly SilenceSeen[]): number => Math.max(...one.map(({ endsAt }) => endsAt.getTime()));
  return new Date(Math.min(...holding.map(last)));
}

function moved(until: Date | undefined, known: Date | null): Pick<SilencedDecision, 'wake' | 'moveTo'> {
  if (until === undefined) return { wake: true };
  return until.getTime() === known?.getTime() ? {} : { moveTo: until };
}
