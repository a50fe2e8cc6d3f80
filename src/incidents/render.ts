import type { ShownOfConfig } from '../core/define.ts';
import { type Block, code, cut, type Inline, joinText, type Message, person, type Text } from '../domain/content.ts';
import { formatDuration } from '../domain/duration.ts';
import { shortName } from '../domain/episode-alerts.ts';
import type { PolicyStep } from '../domain/records.ts';
import type { Severity } from '../domain/severity.ts';
import { type Catalog, together } from '../messages/catalog.ts';
import { actionLabel, buttonBlock } from './buttons.ts';
import { databaseLook } from './database.ts';
import type { AlertRow } from './records.ts';
import type { RunbookRules } from './rules.ts';
import { matcherWords, type SilenceRow } from './silences.ts';
import { policyOnPress, testOriginOf } from './tests.ts';
import { type IncidentView, nextWho, type RunView } from './view.ts';

/** The main post: who, what, since when and the next step within five lines; the rest below, all of it data. */

export const EMOJI: Readonly<Record<Severity, string>> = {
  critical: 'red_circle',
  high: 'large_orange_circle',
  medium: 'large_yellow_circle',
  low: 'large_blue_circle',
};

/** Labels are as long as somebody made them; what stands behind them in a line must not fall off its end. */
export const TITLE_MAX = 150;
const PLACE_MAX = 160;
const SUMMARY_MAX = 300;
const LOCK_MAX = 120;

export function renderIncident(view: IncidentView, rules: ShownOfConfig, m: Catalog): Message {
  const { row } = view;
  const { runbooks, databases } = rules;
  const runbook = row.runbook === null ? undefined : runbooks.get(row.runbook);
  const s = m.incident;
  const emoji: Inline = { emoji: row.state === 'resolved' ? 'white_check_mark' : EMOJI[row.severity] };
  const status = statusOf(view, m);
  const actions = row.state === 'resolved' ? [] : (runbook?.actions ?? []);
  const lines: Text[] = [
    s.headline({ emoji, title: cut(row.title, TITLE_MAX), severity: row.severity, number: row.number }),
    ...(row.summary ? [[cut(row.summary, SUMMARY_MAX)]] : []),
    s.whereSince({ place: cut(row.place, PLACE_MAX), since: row.fired_at, ...firedAgain(row), ...row.counts }),
    status,
    ...(row.state === 'resolved' ? [] : [nextStep(view, actions, runbook, m)]),
  ];
  const blocks: Block[] = [
    { kind: 'text', text: joinText(lines, '\n') },
    ...alertList(view, m),
    ...linksOf(view, runbook, m),
    ...notesOf(view, actions.length > 0, m),
    ...buttonBlock(
      view,
      { actions, look: databaseLook(view, databases), calls: callsOnPress(view, rules), zone: rules.zone },
      m,
    ),
  ];
  return { text: lockScreen(view, status, m), blocks };
}

/** Since when it fires, where it had cleared in between. */
function firedAgain({ state, refires }: IncidentView['row']): { readonly refired?: Date } {
  const refired = state === 'resolved' ? undefined : refires.at(-1);
  return refired ? { refired } : {};
}

/** Who has been called has somebody who comes next; else whom a policy names. */
function callsOnPress({ row, run }: IncidentView, rules: ShownOfConfig): boolean {
  return run !== undefined || policyOnPress(rules, row) !== undefined;
}

function lockScreen({ row }: IncidentView, status: Text, m: Catalog): Text {
  const title = cut(row.title, 100);
  const place = cut(row.place, LOCK_MAX);
  if (row.state === 'resolved')
    return m.incident.lockScreenResolved({ title, place, took: tookOf(row), number: row.number });
  const summary = cut(row.summary, LOCK_MAX);
  return m.incident.lockScreen({
    severity: row.severity,
    title,
    place,
    summary,
    since: row.fired_at,
    status,
    number: row.number,
  });
}

function tookOf(row: IncidentView['row']): number {
  return (row.resolved_at ?? row.since).getTime() - row.fired_at.getTime();
}

function statusOf(view: IncidentView, m: Catalog): Text {
  const { row } = view;
  const s = m.incident;
  if (row.state === 'resolved') return resolvedStatus(view, m);
  if (row.state === 'acknowledged') return s.acknowledged({ by: person(row.acked_by!), at: row.acked_at ?? row.since });
  const assigned = row.assignee ? [s.assigned({ to: person(row.assignee) })] : [];
  if (row.state === 'snoozed' && row.snoozed_until)
    return together(
      [(row.silenced ? s.silenced : s.snoozed)({ until: row.snoozed_until, ...by(row.snoozed_by) }), ...assigned],
      m,
    );
  const flapping = row.flapping ? [s.flapping({ count: row.refires.length })] : [];
  return together([s.open(), ...assigned, pagedLine(view, m), ...flapping], m);
}

const by = (id: string | null): { readonly by?: Inline } => (id === null ? {} : { by: person(id) });

function resolvedStatus({ row, wasTold }: IncidentView, m: Catalog): Text {
  const s = m.incident;
  const at = row.resolved_at ?? row.since;
  const took = tookOf(row);
  const how = row.resolved_by
    ? s.resolvedBy({ by: person(row.resolved_by), at, took })
    : s.resolvedCleared({ at, took });
  return together(
    [how, row.counts.held > 0 ? s.stillHeld({ count: row.counts.held }) : [], wasTold ? [] : s.firedAndResolved()],
    m,
  );
}

/** Whom the policy has called and whom it calls next; without one, that nobody is paged is said aloud. */
function pagedLine({ row, run }: IncidentView, m: Catalog): Text {
  const s = m.incident;
  const test = testOriginOf(row);
  if (test && !test.pages) return m.test.callsNobody({ steps: test.would.map(stepWords) });
  if (!run) return row.severity === 'critical' ? s.nobodyPagedCritical() : s.nobodyPaged();
  if (run.newer) return s.pagedByNewer();
  const ping = run.lastPing;
  const called = ping
    ? ping.mentions.length > 0
      ? s.called({ mentions: ping.mentions, at: new Date(ping.at) })
      : s.calledNobody()
    : [];
  const next =
    run.state === 'running' && run.dueAt ? s.nextCall({ who: nextWho(run), at: run.dueAt }) : ping ? s.lastCall() : [];
  return s.paged({ called, next });
}

/** Names as the config has them: nobody is mentioned. */
function stepWords({ afterMs, page }: PolicyStep): { readonly after?: string; readonly who: readonly Inline[] } {
  return { ...(afterMs > 0 && { after: formatDuration(afterMs) }), who: page.map(code) };
}

function nextStep(view: IncidentView, actions: readonly string[], runbook: RunbookRules | undefined, m: Catalog): Text {
  const { row } = view;
  const next = m.incident.next;
  if (row.test_until) return m.test.next({ until: row.test_until });
  const called = view.run?.newer || view.run?.state === 'running';
  if (row.state === 'open' && called) return next.acknowledge();
  if (row.state === 'open' && view.run) return next.take();
  const repaired = repairStep(view, m);
  if (row.state === 'snoozed' && !repaired) return next.snoozed({ calls: view.run !== undefined });
  if (repaired) return repaired;
  const verb = actions[0];
  if (verb && row.target) return next.action({ label: actionLabel(verb, row.target.name, m) });
  const link = runbook?.link ?? row.label_link;
  if (link) return next.runbook({ link });
  return row.state === 'open' ? next.take() : next.look();
}

/** While something is being done, or has been, nobody is asked to press the same again. */
function repairStep({ repair }: IncidentView, m: Catalog): Text | undefined {
  if (!repair) return undefined;
  const next = m.incident.next;
  const about = { label: actionLabel(repair.verb, repair.name, m), at: repair.at };
  return { awaiting: next.awaiting, working: next.working, done: next.done, failed: next.failed }[repair.is](about);
}

/** Alerts that tell more than the post's own lines: only when there are several. */
function alertList({ row, alerts }: IncidentView, m: Catalog): readonly Block[] {
  const total = row.counts.firing + row.counts.resolved + row.counts.held;
  if (total < 2) return [];
  const items = alerts.map((a) => alertLine(a, row, m));
  const more = total - alerts.length;
  return [{ kind: 'list', items: more > 0 ? [...items, [m.incident.more(more)]] : items }];
}

/** What the post's own line says already is not said again. */
function alertLine(alert: AlertRow, { severity, summary }: IncidentView['row'], m: Catalog): Text {
  const name = cut(shortName(alert), 80);
  const told = alert.annotations['summary'] ?? alert.annotations['description'] ?? '';
  const tail: Text = [
    ...(alert.severity === severity ? [] : [` · ${m.incident.severity(alert.severity)}`]),
    ...(told !== '' && told !== summary ? [` · ${cut(told, 100)}`] : []),
  ];
  return alert.status === 'firing' ? [{ bold: name }, ...tail] : [{ strike: name }, ...tail];
}

const DASHBOARDS = ['dashboard_url', 'dashboard', 'grafana_url'] as const;

function linksOf({ row, alerts }: IncidentView, runbook: RunbookRules | undefined, m: Catalog): readonly Block[] {
  const first = alerts[0];
  const labels = m.incident.links;
  const dashboard = DASHBOARDS.map((k) => first?.annotations[k]).find((v) => v);
  const links = [
    { url: runbook?.link ?? row.label_link ?? undefined, label: labels.runbook },
    { url: dashboard, label: labels.dashboard },
    { url: first?.generator_url ?? undefined, label: labels.source },
  ];
  const shown = links.flatMap(({ url, label }): Text[] => (url && isWebLink(url) ? [[{ link: url, label }]] : []));
  return shown.length > 0 ? [{ kind: 'context', lines: [joinText(shown, ' · ')] }] : [];
}

function isWebLink(url: string): boolean {
  return /^https?:\/\/\S+$/.test(url) && url.length <= 3000 && URL.canParse(url);
}

function notesOf({ row, run, silences = [] }: IncidentView, hasActions: boolean, m: Catalog): readonly Block[] {
  const n = m.incident.notes;
  const why = row.environment_why ? (JSON.parse(row.environment_why) as { code: string }) : undefined;
  const lines: Text[] = [
    ...(row.severity_known ? [] : [n.unknownSeverity({ raw: row.route.raw && cut(row.route.raw, 80) })]),
    ...(row.route.notes ?? []).map((note) => n.channelNotAllowed({ wanted: cut(note.value ?? '', 80) })),
    ...((row.origin as { readonly kind?: string }).kind === 'reconcile' ? [n.found()] : []),
    ...(row.stale_since && row.state !== 'resolved' ? [n.stale({ since: row.stale_since })] : []),
    ...(row.state === 'resolved' ? [] : silences.map((one) => silenceNote(one, m))),
    ...(row.truncated > 0 ? [n.truncated({ count: row.truncated })] : []),
    ...(hasActions && why && row.state !== 'resolved' ? [n.noTarget({ code: why.code })] : []),
    ...(hasActions && row.target && !row.target_certain ? [n.guessedTarget({ name: row.target.name })] : []),
    ...problemsOf(run).map((p) => n.problem(p)),
  ];
  return lines.length > 0 ? [{ kind: 'context', lines }] : [];
}

function silenceNote({ matchers, ends_at: until, created_by: by }: SilenceRow, m: Catalog): Text {
  return m.incident.notes.silence({ matchers: matcherWords(matchers), until, by: cut(by, PLACE_MAX) });
}

function problemsOf(run: RunView | undefined): readonly { readonly code: string; readonly who: string }[] {
  return run && run.state !== 'stopped' ? (run.lastPing?.problems ?? []) : [];
}
