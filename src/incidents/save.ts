import { sql } from 'kysely';
import {
  CLASS,
  type NewLine,
  type NewPost,
  type OutboxClass,
  postWrites,
  say,
  sayLines,
  showAgain,
} from '../core/outbox/write.ts';
import { draw, insertion, update, type Write, writeTogether } from '../core/records.ts';
import type { AlertRecord } from '../domain/episode-alerts.ts';
import { countsOf } from '../domain/episode-alerts.ts';
import { type Effect, incidentSubject } from '../domain/incident.ts';
import type { Principal } from '../domain/principal.ts';
import { type RunStart, startRuns, stopRuns } from '../oncall/runs.ts';
import type { Tx } from '../ports/database.ts';
import { type IncidentRow, toAlertRow } from './records.ts';
import type { IncidentRules } from './rules.ts';
import { policyOf } from './tests.ts';

/** One incident as a transaction has changed it: state, alerts, story and effects are saved together or not at all. */
export interface Changed {
  row: IncidentRow;
  readonly isNew: boolean;
  readonly alerts: Map<string, AlertRecord>;
  readonly touched: Set<string>;
  readonly lines: StoryLine[];
  readonly effects: Effect[];
  /** Channels that get a copy of the main post (routes with `continue`). */
  readonly copies: string[];
  /** What the change is to Slack; the most urgent wins. */
  class: OutboxClass;
}

export interface StoryLine {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly actor?: Principal;
  /** Shown as a line in the thread; a broadcast is shown in the channel too. */
  readonly shown: 'no' | 'line' | 'broadcast';
}

export function changedFrom(row: IncidentRow, alerts: readonly AlertRecord[] = []): Changed {
  return {
    row,
    isNew: false,
    alerts: new Map(alerts.map((a) => [a.fingerprint, a])),
    touched: new Set(),
    lines: [],
    effects: [],
    copies: [],
    class: CLASS.update,
  };
}

/**
 * Saves all of them set-wise; a batch of bodies and a single click take the same path.
 * @param also what else is to be written with them
 */
export async function saveIncidents(
  tx: Tx,
  changes: readonly Changed[],
  rules: IncidentRules,
  now: Date,
  also: readonly Write[] = [],
): Promise<void> {
  const fresh = changes.filter((c) => c.isNew);
  const old = changes.filter((c) => !c.isNew);
  for (const c of changes) if (c.touched.size > 0 || c.isNew) c.row = { ...c.row, counts: countsOf(c.alerts.values()) };
  const story = await storyOf(tx, changes);
  await writeTogether(tx, [
    insertion(
      'incidents',
      fresh.map((c) => ({ ...c.row })),
    ),
    update(
      'incidents',
      ['id'],
      old.map((c) => ({ ...c.row })),
    ),
    alertsOf(changes),
    storyRows(story, now),
    ...postWrites(await newPosts(tx, fresh), now),
    ...also,
  ]);
  await tellStory(tx, story, now);
  // Runs before posts, as the due steps do: two orders would be a deadlock.
  await runEscalation(tx, changes, rules, now);
  await showAgain(
    tx,
    old
      .filter((c) => c.effects.some((e) => e.do === 'show'))
      .map((c) => ({ subject: incidentSubject(c.row.id), class: c.class })),
    now,
  );
}

function alertsOf(changes: readonly Changed[]): Write {
  const rows = changes.flatMap((c) => [...c.touched].map((fp) => toAlertRow(c.row.id, c.alerts.get(fp)!)));
  const set = Object.keys(rows[0] ?? {}).filter((k) => k !== 'incident_id' && k !== 'fingerprint');
  const assign = sql.join(set.map((k) => sql`${sql.ref(k)} = ${sql.ref(`excluded.${k}`)}`));
  return insertion('alerts', rows, sql`(incident_id, fingerprint) do update set ${assign}`);
}

/** The main post's id was drawn with the incident; copies in other channels follow it. */
async function newPosts(tx: Tx, fresh: readonly Changed[]): Promise<readonly NewPost[]> {
  const copies = fresh.flatMap((c) => c.copies.map((channel) => ({ c, channel })));
  const ids = await draw(tx, 'posts_id_seq', copies.length);
  const main = fresh.map(
    (c): NewPost => ({
      id: c.row.main_post_id!,
      subject: incidentSubject(c.row.id),
      purpose: 'main',
      channel: c.row.channel,
      class: c.class,
    }),
  );
  return [
    ...main,
    ...copies.map(
      ({ c, channel }, i): NewPost => ({
        id: ids[i]!,
        subject: incidentSubject(c.row.id),
        purpose: 'copy',
        channel,
        class: c.class,
      }),
    ),
  ];
}

interface Told {
  readonly c: Changed;
  readonly line: StoryLine;
  /** Of lines that are shown: what is said is unique by it. */
  readonly id?: number;
}

/** Ids are drawn for all lines or for none, so that they keep their order. */
async function storyOf(tx: Tx, changes: readonly Changed[]): Promise<readonly Told[]> {
  const told = changes.flatMap((c) => c.lines.map((line) => ({ c, line })));
  if (told.every(({ line }) => line.shown === 'no')) return told;
  const ids = await draw(tx, 'timeline_id_seq', told.length);
  return told.map((one, i) => ({ ...one, id: ids[i]! }));
}

function storyRows(story: readonly Told[], now: Date): Write {
  return insertion(
    'timeline',
    story.map(({ c, line, id }) => ({
      ...(id !== undefined && { id }),
      incident_id: c.row.id,
      at: now,
      kind: line.kind,
      actor: line.actor ?? null,
      params: line.params,
      v: 1,
    })),
  );
}

/** The story is kept whole; what people should see of it becomes lines in the thread, or a broadcast when it fires again. */
async function tellStory(tx: Tx, story: readonly Told[], now: Date): Promise<void> {
  const shown = story.flatMap(({ c, line, id }) =>
    id === undefined ? [] : [{ line, class: c.class, saying: lineSaying(c.row, line, id) }],
  );
  await sayLines(
    tx,
    shown.filter((s) => s.line.shown === 'line').map((s) => s.saying),
    now,
  );
  const loud = shown.filter((s) => s.line.shown === 'broadcast');
  await say(
    tx,
    loud.map((s) => ({ ...s.saying, class: s.class, payload: { ...s.saying.payload, say: 'refired' } })),
    now,
  );
}

function lineSaying(row: IncidentRow, line: StoryLine, id: number): NewLine {
  return {
    subject: incidentSubject(row.id),
    event: `line:${id}`,
    channel: row.channel,
    threadPostId: row.main_post_id!,
    payload: { kind: line.kind, params: line.params, actor: line.actor ?? null },
  };
}

async function runEscalation(tx: Tx, changes: readonly Changed[], rules: IncidentRules, now: Date): Promise<void> {
  const stopping = changes.filter((c) => !c.isNew && c.effects.some((e) => e.do === 'stop-paging' || e.do === 'page'));
  for (const why of new Set(stopping.map(stopReason))) {
    await stopRuns(
      tx,
      stopping.filter((c) => stopReason(c) === why).map((c) => incidentSubject(c.row.id)),
      why,
      now,
    );
  }
  const unsent = await unsentPosts(tx, changes);
  await startRuns(
    tx,
    changes.flatMap((c) => runStart(c, c.isNew || unsent.has(c.row.main_post_id!), rules)),
    rules,
    now,
  );
}

/** First posts that nobody has begun to send: held until this transaction ends, so that a new first ping rides in them. */
async function unsentPosts(tx: Tx, changes: readonly Changed[]): Promise<ReadonlySet<number>> {
  const ids = changes.flatMap((c) => (!c.isNew && c.effects.some((e) => e.do === 'page') ? [c.row.main_post_id!] : []));
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ post_id: number }>`
    select o.post_id from outbox o join posts p on p.id = o.post_id
    where o.kind = 'show' and o.post_id = any(${ids}) and o.state = 'pending' and o.look_up_from is null and p.ts is null
    for update of o`.execute(tx);
  return new Set(rows.map((r) => r.post_id));
}

function stopReason(c: Changed): string {
  const last = c.effects.findLast((e) => e.do !== 'show');
  return last?.why ?? 'changed';
}

/** The last word counts: an alert that fired and resolved in one batch pages nobody. */
function runStart(c: Changed, inFirstPost: boolean, rules: IncidentRules): readonly RunStart[] {
  const last = c.effects.findLast((e) => e.do !== 'show');
  if (last?.do !== 'page') return [];
  const policy = policyOf(rules, c.row);
  if (!policy) return [];
  return [
    {
      subject: incidentSubject(c.row.id),
      policy,
      why: last.why,
      channel: c.row.channel,
      threadPostId: c.row.main_post_id!,
      inFirstPost,
    },
  ];
}
