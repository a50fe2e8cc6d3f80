import { compareSeverity, type Severity } from './severity.ts';

/** The incident's own state machine: pure and total. Escalation runs and posts follow from its effects. */

export type IncidentState = 'open' | 'acknowledged' | 'snoozed' | 'resolved';

/** What the outbox and runs know an incident by. */
export function incidentSubject(id: number): string {
  return `incident:${id}`;
}

export type IncidentEvent =
  /** An alert of a resolved incident fires again. */
  | { readonly kind: 'refired'; readonly severity: Severity; readonly flapping: boolean }
  /** An alert joins, or one becomes more severe. */
  | { readonly kind: 'joined'; readonly severity: Severity }
  | { readonly kind: 'acked'; readonly by: string }
  | { readonly kind: 'unacked'; readonly by: string }
  | { readonly kind: 'ack-timed-out' }
  /** `silenced`: until silences end that hold for all that fires; `by` is known when it was done here. */
  | { readonly kind: 'snoozed'; readonly by?: string; readonly until: Date; readonly silenced?: true }
  /** Its time is over; `unsnoozed`: somebody ended it before. */
  | { readonly kind: 'snooze-ended' }
  | { readonly kind: 'silence-ended' }
  | { readonly kind: 'unsnoozed'; readonly by: string }
  /** Somebody is to see to it. Who has it may hand it over; else it stays as it is, and people are called all the same. */
  | { readonly kind: 'assigned'; readonly by: string; readonly to: string }
  | { readonly kind: 'resolved-by'; readonly by: string }
  /** Somebody takes a person's resolve back; as severe as what still fires. */
  | { readonly kind: 'reopened-by'; readonly by: string; readonly severity: Severity }
  /** All known alerts have resolved. */
  | { readonly kind: 'cleared' };

export type Effect =
  | { readonly do: 'show' }
  | { readonly do: 'page'; readonly why: PageReason }
  | { readonly do: 'stop-paging'; readonly why: 'acked' | 'resolved' | 'snoozed' };

/** Why a run starts: told in the ping. */
export type PageReason =
  | 'opened'
  | 'reopened'
  | 'refired'
  | 'rose'
  | 'unacked'
  | 'ack-timed-out'
  | 'snooze-ended'
  | 'silence-ended'
  | 'unsnoozed';

/** The part of an incident that decides. */
export interface IncidentCore {
  readonly state: IncidentState;
  readonly severity: Severity;
  /** Highest since the last ack or snooze: only a rise above it pings. */
  readonly peakSeverity: Severity;
  readonly ackedSeverity?: Severity;
  readonly ackedBy?: string;
}

export type Outcome =
  | { readonly kind: 'moved'; readonly to: IncidentCore; readonly effects: readonly Effect[] }
  | { readonly kind: 'ignored'; readonly reason: string };

const SHOW: Effect = { do: 'show' };

const UNRESOLVED: readonly IncidentState[] = ['open', 'acknowledged', 'snoozed'];

const ACCEPTED_IN: Readonly<Record<IncidentEvent['kind'], readonly IncidentState[]>> = {
  refired: ['resolved'],
  joined: UNRESOLVED,
  acked: ['open', 'snoozed'],
  unacked: ['acknowledged'],
  'ack-timed-out': ['acknowledged'],
  snoozed: UNRESOLVED,
  'snooze-ended': ['snoozed'],
  'silence-ended': ['snoozed'],
  unsnoozed: ['snoozed'],
  assigned: UNRESOLVED,
  'resolved-by': UNRESOLVED,
  'reopened-by': ['resolved'],
  cleared: UNRESOLVED,
};

/**
 * Same incident and event give the same outcome, which holds the core alone: nothing else that the caller knows of the
 * incident rides along. The caller saves (version-checked), then acts on the effects.
 */
export function transition(given: IncidentCore, event: IncidentEvent): Outcome {
  const incident = coreOf(given);
  if (!ACCEPTED_IN[event.kind].includes(incident.state))
    return { kind: 'ignored', reason: `${incident.state} does not accept ${event.kind}` };
  switch (event.kind) {
    case 'refired':
      return refire(incident, event.severity, event.flapping);
    case 'joined':
      return join(incident, event.severity);
    case 'acked':
      return acknowledge(incident, event.by);
    case 'unacked':
    case 'ack-timed-out':
    case 'snooze-ended':
    case 'silence-ended':
    case 'unsnoozed':
      return reopen(incident, event.kind);
    case 'snoozed':
      return snooze(incident);
    case 'assigned':
      return assign(incident, event.to);
    case 'reopened-by':
      return reopen({ ...incident, severity: event.severity }, 'reopened');
    case 'resolved-by':
    case 'cleared':
      return resolve(incident);
  }
}

function coreOf({ state, severity, peakSeverity, ackedSeverity, ackedBy }: IncidentCore): IncidentCore {
  const ack = { ...(ackedSeverity !== undefined && { ackedSeverity }), ...(ackedBy !== undefined && { ackedBy }) };
  return { state, severity, peakSeverity, ...ack };
}

function moved(to: IncidentCore, effects: readonly Effect[]): Outcome {
  return { kind: 'moved', to, effects };
}

function withoutAck(incident: IncidentCore): IncidentCore {
  const { ackedSeverity: _severity, ackedBy: _by, ...rest } = incident;
  return rest;
}

function reopen(incident: IncidentCore, why: PageReason): Outcome {
  return moved({ ...withoutAck(incident), state: 'open', peakSeverity: incident.severity }, [
    SHOW,
    { do: 'page', why },
  ]);
}

function refire(incident: IncidentCore, severity: Severity, flapping: boolean): Outcome {
  const to: IncidentCore = { ...withoutAck(incident), state: 'open', severity, peakSeverity: severity };
  return moved(to, flapping ? [SHOW] : [SHOW, { do: 'page', why: 'refired' }]);
}

function acknowledge(incident: IncidentCore, by: string): Outcome {
  const to: IncidentCore = {
    ...incident,
    state: 'acknowledged',
    ackedBy: by,
    ackedSeverity: incident.severity,
    peakSeverity: incident.severity,
  };
  return moved(to, [SHOW, { do: 'stop-paging', why: 'acked' }]);
}

function snooze(incident: IncidentCore): Outcome {
  const to: IncidentCore = { ...withoutAck(incident), state: 'snoozed', peakSeverity: incident.severity };
  return moved(to, [SHOW, { do: 'stop-paging', why: 'snoozed' }]);
}

function resolve(incident: IncidentCore): Outcome {
  return moved({ ...withoutAck(incident), state: 'resolved' }, [SHOW, { do: 'stop-paging', why: 'resolved' }]);
}

/** Who has it hands it over: nobody was called any more, and nobody is. Until then it is a wish, which keeps nobody asleep. */
function assign(incident: IncidentCore, to: string): Outcome {
  return moved(incident.state === 'acknowledged' ? { ...incident, ackedBy: to } : incident, [SHOW]);
}

/** `severity` is the incident's with the newcomer counted in. A rise above the peak pings, whatever the state. */
function join(incident: IncidentCore, severity: Severity): Outcome {
  if (compareSeverity(severity, incident.peakSeverity) <= 0) return moved({ ...incident, severity }, [SHOW]);
  const to: IncidentCore = { ...withoutAck(incident), state: 'open', severity, peakSeverity: severity };
  return moved(to, [SHOW, { do: 'page', why: 'rose' }]);
}
