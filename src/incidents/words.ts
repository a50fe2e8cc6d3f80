import { sql } from 'kysely';
import {
  payloadOf,
  type Saying,
  type ShowSubject,
  type Worded,
  type WordLines,
  type WordSaying,
} from '../core/outbox/subjects.ts';
import { UnknownSubject } from '../core/outbox/word.ts';
import { bold, cut, type Inline, joinText, type Mention, messageOf, person, type Text } from '../domain/content.ts';
import type { Principal } from '../domain/principal.ts';
import { type Catalog, type Sentence, sentences } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';
import { wordDatabaseDiagnosed, wordDiagnosed } from './diagnose.ts';
import { type IncidentRow, incidentIdOf } from './records.ts';
import { renderIncident, TITLE_MAX } from './render.ts';
import type { IncidentRules } from './rules.ts';
import { type IncidentView, viewIncident } from './view.ts';

/** What the outbox needs to show and say of incidents. Rules are read at the time: a reload counts at once. */
export interface IncidentWords {
  readonly show: ShowSubject;
  readonly lines: WordLines;
  readonly refired: WordSaying;
  readonly ping: WordSaying;
  /** Told to whom it was assigned. */
  readonly assigned: WordSaying;
  /** What was found out, for whom. */
  readonly diagnosed: WordSaying;
  readonly databaseDiagnosed: WordSaying;
}

export function incidentWords(rules: () => IncidentRules): IncidentWords {
  return {
    async show(db, post, now) {
      const view = await viewIncident(db, incidentIdOf(post.subject), now);
      if (!view || (post.purpose === 'dm' && post.first && !callsStill(view, post.channel))) return undefined;
      return renderIncident(view, rules(), sentences(post.language));
    },
    async lines(db, sayings, now) {
      const said = await wordLines(db, sayings, now);
      // What a phone shows of it stands alone, without the thread around it.
      return said ? { kind: 'message', message: { ...messageOf(said.lines), text: said.lockScreen } } : GONE;
    },
    async refired(db, saying, now) {
      const said = await wordLines(db, [saying], now);
      return said ? { kind: 'message', message: messageOf(said.lines), broadcast: true } : GONE;
    },
    ping: async (db, saying, now) => wordPing(db, saying, now),
    assigned: async (db, saying, now) => wordAssigned(db, saying, now),
    diagnosed: wordDiagnosed,
    databaseDiagnosed: wordDatabaseDiagnosed,
  };
}

/** A first DM that comes after somebody took it would call for nothing, unless they called for help since. */
function callsStill({ row, run }: IncidentView, person: string): boolean {
  if (row.assignee === person && row.state !== 'resolved') return true;
  if (run?.newer) return row.state === 'open' && run.state !== 'stopped';
  if (!run?.lastPing) return false;
  if (row.state === 'acknowledged') return row.acked_at !== null && new Date(run.lastPing.at) > row.acked_at;
  return row.state === 'open' && run.state !== 'stopped';
}

const GONE: Worded = { kind: 'cancelled', reason: 'incident is gone' };

interface Lines {
  readonly lines: Text;
  readonly lockScreen: Text;
}

async function wordLines(db: Db, sayings: readonly Saying[], now: Date): Promise<Lines | undefined> {
  const first = sayings[0]!;
  const view = await viewIncident(db, incidentIdOf(first.subject), now);
  if (!view) return undefined;
  const m = sentences(first.language);
  const names = await namesOf(db, sayings);
  const texts = sayings.map((s) => lineText(s, view.row, names, m, now));
  const lines = joinText(texts, '\n');
  const { number, title } = view.row;
  return { lines, lockScreen: m.incident.lockScreenLines({ number, title: cut(title, TITLE_MAX), lines }) };
}

/** Who did it is named, not mentioned: what one has done oneself is no news. */
async function namesOf(db: Db, sayings: readonly Saying[]): Promise<ReadonlyMap<string, string>> {
  const ids = sayings.flatMap((s) => {
    const { actor } = payloadOf<LinePayload>(s);
    return actor?.kind === 'slack' ? [actor.id] : [];
  });
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; name: string }>`
    select id, coalesce(nullif(display_name, ''), name) as name from people where id = any(${ids})`.execute(db);
  return new Map(rows.map((r) => [r.id, r.name]));
}

/** A line of a kind that is not known here is left to a newer replica for so long, then it is said that there is one. */
const LEAVE_TO_NEWER_MS = 10 * 60_000;

interface LinePayload {
  readonly kind: string;
  readonly params: LineParams;
  readonly actor: Principal | null;
}

type LineParams = Readonly<Record<string, unknown>>;

type LineWords = Readonly<Record<string, Sentence<LineParams>>>;

/** A newcomer to an incident that somebody has is told to that person; everything else is told to whoever reads. */
function lineText(saying: Saying, row: IncidentRow, names: ReadonlyMap<string, string>, m: Catalog, now: Date): Text {
  const { kind, params, actor } = payloadOf<LinePayload>(saying);
  const lines: LineWords = m.incident.line;
  const words = lines[kind];
  if (!words) {
    if (now.getTime() - saying.createdAt.getTime() < LEAVE_TO_NEWER_MS) throw new UnknownSubject(`line ${kind}`);
    return m.incident.unknownLine({ kind });
  }
  const line = words({
    ...params,
    number: row.number,
    title: row.title,
    by: actor?.kind === 'slack' ? bold(names.get(actor.id) ?? actor.name ?? actor.id) : 'Hikeshi',
  });
  const acker = kind === 'joined' && row.state === 'acknowledged' ? row.acked_by : null;
  return acker ? m.incident.toAcker({ by: person(acker), line }) : line;
}

async function wordPing(db: Db, saying: Saying, now: Date): Promise<Worded> {
  const view = await viewIncident(db, incidentIdOf(saying.subject), now);
  if (!view) return GONE;
  const p = payloadOf<PingPayload>(saying);
  const m = sentences(saying.language);
  const { number, severity } = view.row;
  const title = cut(view.row.title, TITLE_MAX);
  // Late at its step, or kept waiting since.
  const lateMs = Math.max(p.lateMs ?? 0, now.getTime() - saying.createdAt.getTime());
  if (p.stale) return { kind: 'message', message: messageOf(m.incident.pingStale({ number, lateMs: p.lateMs ?? 0 })) };
  if (p.unreached)
    return {
      kind: 'message',
      message: messageOf(m.incident.unreached({ mentions: p.mentions, title, severity, number })),
    };
  const by = await whoCalls(db, view.row.id, p.why);
  const head =
    p.mentions.length > 0
      ? m.incident.ping({ ...p, title, severity, number, ...(by && { by }) })
      : m.incident.pingNobody({ number, step: p.step });
  const lines: Text[] = [
    head,
    ...(lateMs > LATE_MS ? [m.incident.pingLate({ lateMs })] : []),
    ...p.problems.map((problem) => m.incident.notes.problem(problem)),
  ];
  const everyone = p.mentions.some((mention) => mention.kind === 'everyone');
  return { kind: 'message', message: messageOf(joinText(lines, '\n')), broadcast: everyone };
}

async function wordAssigned(db: Db, saying: Saying, now: Date): Promise<Worded> {
  const view = await viewIncident(db, incidentIdOf(saying.subject), now);
  if (!view) return GONE;
  const { handed, by } = payloadOf<{ readonly handed: boolean; readonly by: Principal }>(saying);
  const { number, severity, title } = view.row;
  const words = sentences(saying.language).incident.assignedToYou({
    by: { mention: { kind: 'person', id: by.id } },
    handed,
    number,
    severity,
    title: cut(title, TITLE_MAX),
  });
  return { kind: 'message', message: messageOf(words) };
}

/** Who gave it back, reopened it or asked for help, by the newest such line of its story. */
async function whoCalls(db: Db, incidentId: number, why: string): Promise<Inline | undefined> {
  const line = why === 'reopened' ? 'reopened-by' : why;
  const { rows } = await sql<{ name: string | null }>`
    select coalesce(nullif(p.display_name, ''), p.name, t.actor->>'name', t.actor->>'id') as name
    from timeline t left join people p on p.id = t.actor->>'id'
    where t.incident_id = ${incidentId} and t.kind = ${line} and t.actor->>'kind' = 'slack'
    order by t.id desc limit 1`.execute(db);
  return rows[0]?.name ? bold(rows[0].name) : undefined;
}

const LATE_MS = 5 * 60_000;

interface PingPayload {
  readonly mentions: readonly Mention[];
  readonly problems: readonly { readonly code: string; readonly who: string }[];
  readonly step: number;
  readonly why: string;
  readonly lateMs?: number;
  readonly stale?: boolean;
  readonly unreached?: boolean;
}
