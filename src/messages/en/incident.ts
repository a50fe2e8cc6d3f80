import {
  bold,
  code,
  dateTimeOf,
  type Inline,
  joinText,
  type Mention,
  person,
  type Text,
  text,
  timeOf,
} from '../../domain/content.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Weekday } from '../../domain/snooze.ts';

const SEVERITY: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
};

const PROBLEMS: Readonly<Record<string, string>> = {
  'not-found': 'is not in this Slack workspace',
  'not-loaded': 'cannot be looked up yet',
  ambiguous: 'fits several people or groups',
  deactivated: 'is deactivated in Slack',
  bot: 'is a bot',
  disabled: 'is a disabled group',
  empty: 'is a group without members',
};

/** Why a name of the config calls nobody, after the name. */
const whyNotCalled = (code: string): string => PROBLEMS[code] ?? code;

const WHY: Readonly<Record<string, string>> = {
  opened: 'new incident',
  reopened: 'it was resolved by mistake',
  refired: 'it fires again',
  rose: 'it became more severe',
  unacked: 'the acknowledgement was taken back',
  'ack-timed-out': 'the acknowledgement ran out',
  'snooze-ended': 'the snooze ended',
  'silence-ended': 'the silence ended and it still fires',
  unsnoozed: 'the snooze was ended',
  escalated: 'somebody asked for more people',
};

/** Where somebody did it, after the name. */
const WHY_BY: Readonly<Record<string, string>> = {
  reopened: 'says that it was resolved by mistake',
  unacked: 'gave it back',
  unsnoozed: 'ended the snooze',
  escalated: 'asks for more people',
};

function whyCalled({ why, by }: { why: string; by?: Inline }): Text {
  const did = WHY_BY[why];
  return by !== undefined && did !== undefined ? [by, ` ${did}`] : [WHY[why] ?? why];
}

const NO_TARGET: Readonly<Record<string, string>> = {
  'no-environment': 'no environment in hikeshi.yaml matches its labels',
  'several-environments': 'several environments match its labels',
  'environment-conflict': 'its labels and its runbook name different environments',
  'no-cluster': 'its environment has no cluster',
  'several-clusters': 'its environment has several clusters and no label says which',
  'no-namespace': 'its labels name no namespace',
  'no-workload': 'its labels name no workload',
  'several-workloads': 'its labels name several workloads',
  'several-targets': 'its alerts point to different workloads',
};

function minutes(ms: number): string {
  const total = Math.max(0, Math.round(ms / 60_000));
  if (total < 1) return 'under a minute';
  const hours = Math.floor(total / 60);
  if (hours === 0) return `${total} min`;
  const days = Math.floor(hours / 24);
  return days > 0 ? `${days} d ${hours % 24} h` : `${hours} h ${total % 60} min`;
}

const alerts = (count: number): string => (count === 1 ? '1 alert' : `${count} alerts`);

const who = (mentions: readonly Mention[]): Text =>
  joinText(
    mentions.map((mention): Text => [{ mention }]),
    ', ',
  );

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export const incident = {
  severity: (s: Severity): string => SEVERITY[s],
  number: (n: number): string => `INC-${n}`,
  duration: minutes,

  // ---- the post
  headline: (p: { emoji: Inline; title: string; severity: Severity; number: number }): Text =>
    text`${p.emoji} ${bold(p.title)} · ${SEVERITY[p.severity]} · INC-${p.number}`,
  lockScreen: (p: {
    severity: Severity;
    title: string;
    place: string;
    summary: string;
    since: Date;
    status: Text;
    number: number;
  }): Text =>
    text`${SEVERITY[p.severity]}: ${p.title}${p.place ? ` at ${p.place}` : ''}${p.summary ? `. ${p.summary.replace(/[.。]+$/, '')}` : ''}. Since ${timeOf(p.since)}. ${p.status} (INC-${p.number})`,
  lockScreenResolved: (p: { title: string; place: string; took: number; number: number }): Text =>
    text`Resolved: ${p.title}${p.place ? ` at ${p.place}` : ''}, after ${minutes(p.took)} (INC-${p.number})`,
  /** Of lines in the thread; some name the incident themselves, a phone cuts at the end. */
  lockScreenLines: (p: { number: number; title: string; lines: Text }): Text =>
    text`INC-${p.number} ${p.title}: ${p.lines}`,
  whereSince: (p: {
    place: string;
    since: Date;
    refired?: Date;
    firing: number;
    resolved: number;
    held: number;
  }): Text =>
    text`${p.place ? text`${bold(p.place)} · ` : ''}since ${dateTimeOf(p.since)}${p.refired ? text`, again since ${timeOf(p.refired)}` : ''} · ${[
      ...(p.firing > 0 || p.held === 0 ? [`${p.firing} firing`] : []),
      ...(p.resolved > 0 ? [`${p.resolved} resolved`] : []),
      ...(p.held > 0 ? [`${p.held} held`] : []),
    ].join(', ')}`,
  open: (): Text => text`${bold('Nobody has it yet.')}`,
  called: (p: { mentions: readonly Mention[]; at: Date }): Text => text`Called ${who(p.mentions)} at ${timeOf(p.at)}`,
  calledNobody: (): Text => text`The policy reached nobody`,
  nextCall: (p: { who: readonly string[]; at: Date }): Text => text`next ${p.who.join(', ')} at ${timeOf(p.at)}`,
  lastCall: (): Text => text`that was the last step`,
  /** Either may be empty, not both. */
  paged: (p: { called: Text; next: Text }): Text => text`${joinText([p.called, p.next], '; ')}.`,
  nobodyPaged: (): Text => text`Nobody is paged for this one.`,
  nobodyPagedCritical: (): Text =>
    text`${bold('Nobody is paged')}: neither a policy nor ${{ code: 'slack.oncall' }} in hikeshi.yaml says whom to call.`,
  pagedByNewer: (): Text => text`A newer version of Hikeshi calls people for this one; it is being upgraded.`,
  acknowledged: (p: { by: Inline; at: Date }): Text => text`${p.by} has it, since ${timeOf(p.at)}.`,
  snoozed: (p: { until: Date; by?: Inline }): Text =>
    text`Snoozed until ${dateTimeOf(p.until)}${p.by ? text` by ${p.by}` : ''}.`,
  silenced: (p: { until: Date; by?: Inline }): Text =>
    text`Silenced until ${dateTimeOf(p.until)}${p.by ? text` by ${p.by}` : ''}.`,
  /** Nobody has it yet. */
  assigned: (p: { to: Inline }): Text => text`Assigned to ${p.to}.`,
  resolvedCleared: (p: { at: Date; took: number }): Text =>
    text`Resolved at ${timeOf(p.at)} after ${minutes(p.took)}: all its alerts cleared.`,
  resolvedBy: (p: { by: Inline; at: Date; took: number }): Text =>
    text`Resolved by ${p.by} at ${timeOf(p.at)} after ${minutes(p.took)}.`,
  stillHeld: (p: { count: number }): Text =>
    text`${p.count} still firing, held until ${p.count === 1 ? 'it clears' : 'they clear'}.`,
  firedAndResolved: (): Text => text`It had fired and resolved before this was told.`,
  next: {
    acknowledge: (): Text => text`Next: press ${bold('Acknowledge')} so that nobody else is called.`,
    /** Nobody would be called anyway. */
    take: (): Text => text`Next: press ${bold('Acknowledge')} so that others see that you have it.`,
    runbook: (p: { link: string }): Text => text`Next: ${{ link: p.link, label: 'open the runbook' }}.`,
    action: (p: { label: string }): Text => text`Next: look, and if it fits press ${bold(p.label)}.`,
    awaiting: (p: { label: string; at: Date }): Text =>
      text`Next: ${bold(p.label)} waits for approval since ${timeOf(p.at)}; see the thread.`,
    working: (p: { label: string; at: Date }): Text =>
      text`Next: wait; ${bold(p.label)} is under way since ${timeOf(p.at)}, see the thread.`,
    done: (p: { label: string; at: Date }): Text =>
      text`Next: see if it helps: ${bold(p.label)} was done at ${timeOf(p.at)}.`,
    failed: (p: { label: string; at: Date }): Text =>
      text`Next: read in the thread why ${bold(p.label)} did not work at ${timeOf(p.at)}.`,
    snoozed: (p: { calls: boolean }): Text =>
      text`Next: nothing until then; if it still fires, ${p.calls ? 'people are called anew' : 'it is open again'}.`,
    look: (): Text => text`Next: find the cause; it resolves by itself when the alerts clear.`,
  },
  flapping: (p: { count: number }): Text =>
    text`Flapping: fired again ${p.count} times within an hour, so it pings nobody for that.`,
  notes: {
    unknownSeverity: (p: { raw?: string }): Text =>
      p.raw
        ? text`Severity ${{ code: p.raw }} is not known, taken as medium.`
        : text`No severity label, taken as medium.`,
    channelNotAllowed: (p: { wanted: string }): Text =>
      text`It asked for channel ${{ code: p.wanted }}, which is not in ${{ code: 'channels.allowed' }}.`,
    noTarget: (p: { code: string }): Text => text`No action buttons: ${NO_TARGET[p.code] ?? p.code}.`,
    guessedTarget: (p: { name: string }): Text =>
      text`The workload ${{ code: p.name }} was worked out from the pod's name.`,
    truncated: (p: { count: number }): Text =>
      text`Alertmanager cut ${alerts(p.count)} off (${{ code: 'max_alerts' }}): this is incomplete and will not resolve by itself.`,
    found: (): Text => text`No webhook told of this: it was found by asking Alertmanager.`,
    stale: (p: { since: Date }): Text =>
      text`Nothing has told of it since ${dateTimeOf(p.since)}: it may be over. If it is, press ${bold('Resolve')}.`,
    silence: (p: { matchers: string; until: Date; by: string }): Text =>
      text`Silence until ${dateTimeOf(p.until)} (${p.by}): ${{ code: p.matchers }}`,
    problem: (p: { who: string; code: string }): Text =>
      text`Could not call ${{ code: p.who }}: ${whyNotCalled(p.code)}.`,
  },
  whyNotCalled,
  more: (n: number): string => `${n} more`,
  links: { source: 'Graph', runbook: 'Runbook', dashboard: 'Dashboard' },
  lookAt: (p: { name: string }): string => `Look at ${p.name}`,
  buttons: {
    acknowledge: 'Acknowledge',
    unacknowledge: 'Give it back',
    resolve: 'Resolve',
    escalate: 'Escalate now',
    reopen: 'Reopen',
    unsnooze: 'End snooze',
    diagnose: 'Diagnose',
  },
  menu: {
    snooze: {
      '1h': 'Snooze 1 h',
      '4h': 'Snooze 4 h',
      morning: (p: { day: Weekday }): string => `Snooze until ${WEEKDAYS[p.day]} 9:00`,
    },
    silence: 'Silence…',
    silences: 'Its silences…',
    assign: 'Assign…',
  },

  // ---- /ops incident
  lookUp: {
    summary: 'one incident as its post shows it, by its number',
    open: 'what is open: number, severity, who has it and since when',
    notANumber: (p: { typed: string }): Text =>
      text`${{ code: p.typed }} is not an incident's number. Write it like ${{ code: 'INC-142' }}; ${{ code: '/ops incidents' }} lists what is open.`,
    missing: (p: { number: number }): Text =>
      text`There is no INC-${p.number}. ${{ code: '/ops incidents' }} lists what is open.`,
    press: (p: { number: number; title: string }): Text => text`INC-${p.number} ${bold(p.title)}. Press it here:`,
    noButton: (p: { number: number; verb: string }): Text =>
      text`INC-${p.number} has no button for ${{ code: p.verb }} now. How it is:`,
    post: (p: { link: string }): Text => [{ link: p.link, label: 'Its post and thread' }],
    postIn: (p: { channel: Inline }): Text => text`Its post is in ${p.channel}.`,
    notPosted: (p: { channel: Inline }): Text => text`Its post is not in Slack yet; it goes to ${p.channel}.`,
  },

  // ---- thread
  line: {
    joined: (p: { count: number; names: readonly string[] }): Text =>
      text`${p.count === 1 ? 'Another alert joined' : `${p.count} alerts joined`}: ${p.names.join(', ')}${p.count > p.names.length ? '…' : ''}`,
    cleared: (p: { count: number; left: number }): Text => text`${p.count} resolved, ${p.left} still firing`,
    severity: (p: { from: Severity; to: Severity }): Text => text`Severity ${SEVERITY[p.from]} → ${SEVERITY[p.to]}`,
    /** Goes to the channel too, so it says of what it speaks. */
    refired: (p: { count: number; number: number; title: string }): Text =>
      text`${bold(p.title)} fires again${p.count > 1 ? ` (${p.count} times within an hour)` : ''}; INC-${p.number} is reopened.`,
    flapping: (p: { count: number }): Text => text`Flapping: ${p.count} times within an hour. Reopened without a ping.`,
    resolved: (): Text => text`Resolved: all alerts cleared`,
    truncated: (p: { count: number }): Text => text`Alertmanager cut ${alerts(p.count)} off; this list is incomplete`,
    'held-cleared': (p: { count: number }): Text => text`${p.count} held cleared`,
    found: (p: { count: number; names: readonly string[] }): Text =>
      text`${p.count === 1 ? 'Another alert fires' : `${p.count} more alerts fire`}, says Alertmanager: ${p.names.join(', ')}${p.count > p.names.length ? '…' : ''}`,
    gone: (p: { count: number; left: number }): Text =>
      text`${p.count} no longer in Alertmanager, ${p.left} still firing`,
    'resolved-gone': (): Text => text`Resolved: Alertmanager no longer has its alerts`,
    stale: (): Text =>
      text`Nothing has told of this for a day: it may be over. It stays open until somebody resolves it.`,
    acked: (p: { by: Inline }): Text => text`${p.by} acknowledged`,
    unacked: (p: { by: Inline; had?: string }): Text =>
      text`${p.by} gave it back${p.had ? text`; ${person(p.had)} had it` : ''}`,
    'resolved-by': (p: { by: Inline; held: number }): Text =>
      text`${p.by} resolved it${p.held > 0 ? `; ${p.held === 1 ? '1 firing alert is held until it clears' : `${p.held} firing alerts are held until they clear`}` : ''}`,
    'reopened-by': (p: { by: Inline }): Text => text`${p.by} took the resolve back: what still fires is held no more`,
    escalated: (p: { by: Inline }): Text => text`${p.by} escalated`,
    snoozed: (p: { by: Inline; until: string; had?: string }): Text =>
      text`${p.by} snoozed it until ${dateTimeOf(new Date(p.until))}${p.had ? text`; ${person(p.had)} had it` : ''}`,
    unsnoozed: (p: { by: Inline }): Text => text`${p.by} ended the snooze`,
    'snooze-ended': (): Text => text`The snooze is over and it still fires`,
    silenced: (p: { by: Inline; until: string; matchers: string }): Text =>
      text`${p.by} silenced ${{ code: p.matchers }} until ${dateTimeOf(new Date(p.until))}`,
    'silence-seen': (p: { author: string; until: string }): Text =>
      text`Silenced in Alertmanager until ${dateTimeOf(new Date(p.until))} by ${p.author}`,
    'silence-extended': (p: { by: Inline; until: string }): Text =>
      text`${p.by} made the silence last until ${dateTimeOf(new Date(p.until))}`,
    'silence-expired': (p: { by: Inline }): Text => text`${p.by} ended the silence`,
    'silence-ended': (): Text => text`The silence is over and it still fires`,
    'silence-failed': (p: { by: Inline; source: string }): Text =>
      text`The silence that ${p.by} asked for was not made: Alertmanager ${{ code: p.source }} does not have it`,
    /** Told in the thread of a copy, where it was asked for. */
    acted: (p: { by: Inline; verb: string; target: string; job?: number; approval?: number }): Text =>
      p.job === undefined
        ? text`${p.by} asks for ${code(p.verb)} on ${code(p.target)}: APR-${p.approval ?? 0} waits for a second person`
        : text`${p.by} began ${code(p.verb)} on ${code(p.target)} (JOB-${p.job}), told where it was asked for`,
    assigned: (p: { by: Inline; to: string; had?: string }): Text =>
      p.had ? text`${p.by} handed it to ${person(p.to)}` : text`${p.by} assigned it to ${person(p.to)}`,
  },
  unknownLine: (p: { kind: string }): Text =>
    text`Something else happened (${{ code: p.kind }}), for which this version of Hikeshi has no words.`,
  toAcker: (p: { by: Inline; line: Text }): Text => text`${p.by} for you: ${p.line}`,
  ping: (p: {
    mentions: readonly Mention[];
    title: string;
    severity: Severity;
    number: number;
    step: number;
    why: string;
    /** Who did what calls. */
    by?: Inline;
  }): Text =>
    text`${who(p.mentions)} ${bold(`${SEVERITY[p.severity]}: ${p.title}`)} (INC-${p.number}) needs you: ${p.step > 0 && p.why !== 'escalated' ? 'nobody has it yet' : whyCalled(p)}.`,
  assignedToYou: (p: { by: Inline; handed: boolean; number: number; severity: Severity; title: string }): Text =>
    text`${p.by} ${p.handed ? `handed INC-${p.number} to you` : `asks you to see to INC-${p.number}`}: ${bold(`${SEVERITY[p.severity]}: ${p.title}`)}.${p.handed ? '' : text` Press ${bold('Acknowledge')} when you have it.`}`,
  pingNobody: (p: { number: number; step: number }): Text =>
    text`Step ${p.step + 1} of INC-${p.number} reached nobody; on to the next.`,
  unreached: (p: { mentions: readonly Mention[]; title: string; severity: Severity; number: number }): Text =>
    text`${who(p.mentions)} ${bold(`${SEVERITY[p.severity]}: ${p.title}`)} (INC-${p.number}): its policy reached nobody. Somebody please take it.`,
  pingLate: (p: { lateMs: number }): Text => text`This call is ${minutes(p.lateMs)} late.`,
  pingStale: (p: { number: number; lateMs: number }): Text =>
    text`A call for INC-${p.number} could not be made for ${minutes(p.lateMs)}. It is told here only.`,

  // ---- private answers
  diagnosedFor: (p: { by: Inline }): Text => text`Looked at for ${p.by}.`,
  diagnosedItself: (): Text => text`Looked at by itself when the incident opened.`,
  answers: {
    diagnosed: (p: { number: number }): Text => text`What there is to find is in the thread of INC-${p.number}.`,
    noTarget: (): Text =>
      text`Its labels do not say what it is about: ${code('/ops why NAME')} looks at what you name.`,
    alreadyAcked: (p: { by: Inline; at: Date }): Text =>
      text`${p.by} already has it, since ${timeOf(p.at)}. Nothing changed.`,
    youHaveIt: (): Text => text`You already have it. Nothing changed.`,
    alreadyResolved: (p: { by?: Inline; at: Date }): Text =>
      text`Already resolved at ${timeOf(p.at)}${p.by ? text` by ${p.by}` : ' because its alerts cleared'}. Nothing changed.`,
    notAcked: (): Text => text`Nobody has it, so there is nothing to give back.`,
    notResolved: (): Text => text`It is open already. Nothing changed.`,
    followed: (): Text => text`A newer incident of the same group has taken its place, and has what still fires.`,
    nothingHeld: (): Text => text`None of its alerts fires any more, so there is nothing to reopen it for.`,
    acked: (p: { number: number; calls: boolean }): Text =>
      text`You have INC-${p.number}.${p.calls ? ' Nobody else is called; a ping sent in the last seconds may still arrive.' : ''}`,
    unacked: (p: { number: number; calls: boolean }): Text =>
      text`INC-${p.number} is open again${p.calls ? ', and calling starts anew' : '; nobody is called for it'}.`,
    resolved: (p: { number: number; held: number }): Text =>
      text`INC-${p.number} is resolved.${p.held > 0 ? ` ${p.held === 1 ? '1 firing alert is held: its repeats change nothing until it clears' : `${p.held} firing alerts are held: their repeats change nothing until they clear`}.` : ''}`,
    snoozed: (p: { number: number; until: Date }): Text =>
      text`INC-${p.number} is snoozed: nobody is called for it until ${dateTimeOf(p.until)}, unless it becomes more severe.`,
    morningPast: (): Text => text`That 9:00 is past: nothing is snoozed. Press the one of the menu as it is now.`,
    notSnoozed: (): Text => text`It is not snoozed, so there is nothing to end.`,
    escalated: (p: { mentions: readonly Mention[]; step: number }): Text =>
      text`Calling ${who(p.mentions)} now (step ${p.step + 1}).`,
    escalatedNobody: (): Text => text`That step reached nobody: see the thread for why.`,
    noPolicy: (): Text =>
      text`This incident has no escalation policy, so there is nobody to call. Name one with ${{ code: 'policy:' }} in a route of hikeshi.yaml.`,
    alreadyEscalated: (p: { at: Date }): Text =>
      text`It was escalated at ${timeOf(p.at)}, after this button was drawn. Press again if more people are needed.`,
    unknown: (): Text => text`That incident is not in the records (any more).`,
  },
  resolveForm: {
    title: 'Resolve incident',
    submit: 'Resolve',
    close: 'Keep it open',
    stillFiring: (p: { count: number; number: number }): Text =>
      text`${bold(alerts(p.count))} of INC-${p.number} still ${p.count === 1 ? 'fires' : 'fire'}.`,
    explain: (p: { count: number }): Text =>
      text`If you resolve now, ${p.count === 1 ? 'it is' : 'they are'} ${bold('held')}: repeats change nothing until ${p.count === 1 ? 'it clears' : 'they clear'}. Any other alert of this group opens a new incident.`,
  },
  assignForm: {
    title: 'Assign incident',
    submit: 'Assign',
    close: 'Not now',
    about: (p: { number: number; title: string }): Text => text`Who is to see to INC-${p.number} ${bold(p.title)}?`,
    who: 'Person',
    explain: (p: { acknowledged: boolean; calls: boolean }): Text =>
      p.acknowledged
        ? text`They are told, and have it from then on.`
        : text`They are told. ${p.calls ? 'Until they acknowledge, others are called as before.' : 'Nobody else is called.'}`,
    hasIt: (): Text => text`They have it already. Choose somebody else.`,
    unknown: (): Text => text`They are not known here yet. Try again in some minutes, or choose somebody else.`,
    cannot: (): Text => text`They cannot take an incident: a bot, a guest or deactivated. Choose somebody else.`,
  },
  unsnoozeConfirm: {
    title: 'End the snooze?',
    text: (p: { calls: boolean }): string =>
      p.calls ? 'It is open again, and calling starts anew.' : 'It is open again.',
    yes: 'End it',
    no: 'Not now',
  },
  unackConfirm: {
    title: 'Give it back?',
    text: (p: { calls: boolean }): string =>
      p.calls ? 'Nobody has it then, and calling starts anew.' : 'Nobody has it then.',
    yes: 'Give it back',
    no: 'Not now',
  },
  escalateConfirm: {
    title: 'Escalate now?',
    text: (p: { who: readonly string[]; again: boolean }): string =>
      p.who.length > 0
        ? `${p.again ? 'Everybody has been called already. ' : ''}This calls ${p.who.join(', ')} now${p.again ? ', once more' : ''}.`
        : 'This calls the next step now.',
    yes: 'Call them',
    no: 'Not now',
  },
};
