import type { Saying, ShowSubject, Worded, WordLines, WordSaying } from '../core/outbox/subjects.ts';
import { joinText, type Mention, type Message, person, type Text } from '../domain/content.ts';
import type { Principal } from '../domain/principal.ts';
import { type Catalog, type Language, sentences } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';
import { languageOf } from './language.ts';
import { type IncidentRow, incidentIdOf } from './records.ts';
import { renderIncident } from './render.ts';
import type { IncidentRules } from './rules.ts';
import { type IncidentView, viewIncident } from './view.ts';

/** What the outbox needs to show and say of incidents. Rules are read at the time: a reload counts at once. */
export interface IncidentWords {
  readonly show: ShowSubject;
  readonly lines: WordLines;
  readonly refired: WordSaying;
  readonly ping: WordSaying;
}

export function incidentWords(rules: () => IncidentRules): IncidentWords {
  return {
    async show(db, post) {
      const view = await viewIncident(db, incidentIdOf(post.subject));
      if (!view || (post.purpose === 'dm' && post.first && !callsStill(view))) return undefined;
      const runbook = view.row.runbook === null ? undefined : rules().runbooks.get(view.row.runbook);
      return renderIncident(view, runbook, sentences(await languageOf(db, post.channel, rules().language)));
    },
    lines: async (db, sayings) => wordLines(db, sayings, rules().language),
    refired: async (db, saying) => {
      const worded = await wordLines(db, [saying], rules().language);
      return worded.kind === 'message' ? { ...worded, broadcast: true } : worded;
    },
    ping: async (db, saying) => wordPing(db, saying, rules().language),
  };
}

/** A first DM that comes after somebody took it would call for nothing, unless they called for help since. */
function callsStill({ row, run }: IncidentView): boolean {
  if (!run?.lastPing) return false;
  if (row.state === 'acknowledged') return row.acked_at !== null && new Date(run.lastPing.at) > row.acked_at;
  return row.state === 'open' && run.state !== 'stopped';
}

async function wordLines(db: Db, sayings: readonly Saying[], fallback: Language): Promise<Worded> {
  const first = sayings[0]!;
  const view = await viewIncident(db, incidentIdOf(first.subject));
  if (!view) return { kind: 'cancelled', reason: 'incident is gone' };
  const m = sentences(await languageOf(db, first.channel, fallback));
  const texts = sayings.flatMap((s) => lineText(s, view.row, m));
  if (texts.length === 0) return { kind: 'cancelled', reason: 'nothing to say' };
  return { kind: 'message', message: message(joinText(texts, '\n')) };
}

type LineWords = Readonly<Record<string, (p: Readonly<Record<string, unknown>>) => Text>>;

/** A newcomer to an incident that somebody has is told to that person; everything else is told to whoever reads. */
function lineText(saying: Saying, row: IncidentRow, m: Catalog): readonly Text[] {
  const { kind, params, actor } = saying.payload as unknown as {
    kind: string;
    params: Record<string, unknown>;
    actor: Principal | null;
  };
  const words = (m.incident.line as unknown as LineWords)[kind];
  if (!words) return [];
  const line = words({ ...params, by: actor?.kind === 'slack' ? person(actor.id) : 'Hikeshi' });
  const acker = kind === 'joined' && row.state === 'acknowledged' ? row.acked_by : null;
  return [acker ? m.incident.toAcker({ by: person(acker), line }) : line];
}

async function wordPing(db: Db, saying: Saying, fallback: Language): Promise<Worded> {
  const view = await viewIncident(db, incidentIdOf(saying.subject));
  if (!view) return { kind: 'cancelled', reason: 'incident is gone' };
  const p = saying.payload as unknown as PingPayload;
  const m = sentences(await languageOf(db, saying.channel, fallback));
  const { number, title, severity } = view.row;
  if (p.stale) return { kind: 'message', message: message(m.incident.pingStale({ number, lateMs: p.lateMs ?? 0 })) };
  if (p.unreached)
    return {
      kind: 'message',
      message: message(m.incident.unreached({ mentions: p.mentions, title, severity, number })),
    };
  const head =
    p.mentions.length > 0
      ? m.incident.ping({ ...p, title, severity, number })
      : m.incident.pingNobody({ number, step: p.step });
  const lines: Text[] = [
    head,
    ...(p.lateMs ? [m.incident.pingLate({ lateMs: p.lateMs })] : []),
    ...p.problems.map((problem) => m.incident.notes.problem(problem)),
  ];
  const everyone = p.mentions.some((mention) => mention.kind === 'everyone');
  return { kind: 'message', message: message(joinText(lines, '\n')), broadcast: everyone };
}

interface PingPayload {
  readonly mentions: readonly Mention[];
  readonly problems: readonly { readonly code: string; readonly who: string }[];
  readonly step: number;
  readonly why: string;
  readonly lateMs?: number;
  readonly stale?: boolean;
  readonly unreached?: boolean;
}

function message(line: Text): Message {
  return { text: line, blocks: [{ kind: 'text', text: line }] };
}
