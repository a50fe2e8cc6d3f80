import type { Fingerprint } from '../../domain/alert.ts';
import type { ActiveAlerts, AlertSource, FoundAlert, FoundGroup, SourceLook } from '../../ports/alert-source.ts';
import type { Silence } from '../../ports/silencer.ts';
import { Alerts, Groups, type ListedAlert, Silences, Status, type StatusAnswer } from './answers.ts';
import { type Answer, type Ask, createMember, type Member } from './member.ts';

export interface AlertSourceOptions {
  readonly name: string;
  /** Base URLs without a trailing slash, all of an HA pair. */
  readonly api: readonly string[];
  /** Value of the `Authorization` header. */
  readonly authorization?: string | undefined;
  readonly maxBytes?: number;
}

const DOUBT_LIMIT_MS = 3_000;
const LOOK_LIMIT_MS = 10_000;

/** Asks each member of the pair, at the same time. */
export function createAlertSource(options: AlertSourceOptions): AlertSource {
  const members = options.api.map((base) => createMember(base, options.authorization, options.maxBytes));
  return {
    name: options.name,
    async active(signal): Promise<ActiveAlerts> {
      const ask: Ask = { why: 'doubt', limitMs: DOUBT_LIMIT_MS, signal };
      const answers = await Promise.all(members.map((member) => member.get('/alerts', Alerts, ask)));
      return { fingerprints: fingerprintsOf(answers), complete: answers.every((answer) => answer.ok) };
    },
    async look(want, signal) {
      const ask: Ask = { why: 'reconcile', limitMs: LOOK_LIMIT_MS, signal };
      const looks = await Promise.all(members.map((member) => lookAt(member, want.groups, ask)));
      return together(looks, options.api);
    },
  };
}

interface MemberLook {
  readonly alerts: Answer<readonly ListedAlert[]>;
  readonly silences: Answer<readonly Silence[]>;
  readonly groups: Answer<readonly FoundGroup[]>;
  readonly status: Answer<StatusAnswer>;
}

/** The status last: if it was restarted between the two, the emptiness is told by a process that says how young it is. */
async function lookAt(member: Member, withGroups: boolean, ask: Ask): Promise<MemberLook> {
  const none: Answer<readonly FoundGroup[]> = { ok: true, value: [], date: undefined };
  const [alerts, silences, groups] = await Promise.all([
    member.get('/alerts', Alerts, ask),
    member.get('/silences', Silences, ask),
    withGroups ? member.get('/alerts/groups', Groups, ask) : none,
  ]);
  return { alerts, silences, groups, status: await member.get('/status', Status, ask) };
}

function together(looks: readonly MemberLook[], api: readonly string[]): SourceLook {
  const complete = looks.every(({ alerts, groups }) => alerts.ok && groups.ok);
  const ages = looks.map(({ status }) => ageOf(status));
  const known = ages.every((age) => age !== undefined);
  return {
    fingerprints: fingerprintsOf(looks.map(({ alerts }) => alerts)),
    complete,
    ...(known && {
      upForMs: Math.min(...ages),
      run: looks.map(({ status }) => (status.ok ? status.value.uptime.toISOString() : '')).join(' '),
    }),
    ...silencesOf(looks),
    groups: mergeGroups(looks.flatMap(({ groups }) => (groups.ok ? groups.value : []))),
    failures: looks.flatMap((look, i) => {
      const failed = [look.alerts, look.groups, look.status].find((answer) => !answer.ok);
      return failed ? [`${hostOf(api[i]!)}: ${failed.why}`] : [];
    }),
  };
}

/** They tell each other within a moment: of two that differ, the one that ends later has been made longer since. */
function silencesOf(looks: readonly MemberLook[]): Pick<SourceLook, 'silences' | 'silencedBy'> {
  const told = looks.flatMap(({ alerts, silences }) =>
    alerts.ok && silences.ok ? [{ alerts: alerts.value, silences: silences.value }] : [],
  );
  if (told.length === 0) return {};
  const all = told.flatMap(({ silences }) => silences).sort((a, b) => a.endsAt.getTime() - b.endsAt.getTime());
  const by = new Map<Fingerprint, readonly string[]>();
  for (const { fingerprint, silencedBy } of told.flatMap(({ alerts }) => alerts)) {
    const known = [...(by.get(fingerprint) ?? []), ...silencedBy];
    if (known.length > 0) by.set(fingerprint, [...new Set(known)]);
  }
  return { silences: [...new Map(all.map((silence) => [silence.id, silence])).values()], silencedBy: by };
}

/** By its own clock on both ends, so that a wrong one does not count. */
function ageOf(status: Answer<StatusAnswer>): number | undefined {
  if (!status.ok) return undefined;
  return (status.date ?? new Date()).getTime() - status.value.uptime.getTime();
}

function hostOf(base: string): string {
  return new URL(base).host;
}

function fingerprintsOf(answers: readonly Answer<readonly ListedAlert[]>[]): ReadonlySet<Fingerprint> {
  return new Set(answers.flatMap((answer) => (answer.ok ? answer.value.map((alert) => alert.fingerprint) : [])));
}

/** Two routes may give one receiver groups of the same labels: they are one here, as nothing in the API tells them apart. */
function mergeGroups(groups: readonly FoundGroup[]): readonly FoundGroup[] {
  const merged = new Map<string, { group: FoundGroup; alerts: Map<Fingerprint, FoundAlert> }>();
  for (const group of groups) {
    const labels = Object.entries(group.labels).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([group.receiver, labels]);
    const into = merged.get(key) ?? { group, alerts: new Map() };
    merged.set(key, into);
    for (const alert of group.alerts)
      into.alerts.set(alert.fingerprint, both(into.alerts.get(alert.fingerprint), alert));
  }
  return [...merged.values()].map(({ group, alerts }) => ({ ...group, alerts: [...alerts.values()] }));
}

function both(one: FoundAlert | undefined, other: FoundAlert): FoundAlert {
  return one ? { ...one, active: one.active && other.active } : other;
}
