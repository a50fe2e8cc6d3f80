import { sql } from 'kysely';
import { z } from 'zod';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import { type Block, type Button, cut, messageOf, type Text } from '../domain/content.ts';
import { formatSilenceMatcher } from '../domain/silence.ts';
import { withoutMark } from '../incidents/silences.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';
import { type Silence, SilenceError, type Silencer } from '../ports/silencer.ts';

const Args = z.object({ incident: z.string().optional() });

/** What Alertmanagers are silent about now, those made elsewhere too, as they say it themselves. */
export const query = defineQuery({
  name: 'silences',
  positionals: [{ name: 'incident', optional: true }],
  flags: [],
  args: Args,
  summary: (m) => m.silence.summary,
  examples: ['silences', 'silences INC-142'],
  role: 'viewer',
  needs: ['db', 'silencers'],

  async answer({ incident: typed }, { db, silencers }, asked, m) {
    const wanted = typed === undefined ? undefined : parseNumber(typed, 'incident');
    if (typed !== undefined && wanted?.of !== 'incident') return messageOf(m.incident.lookUp.notANumber({ typed }));
    const number = wanted?.number ?? asked.origin.incident;
    if (wanted && !(await isIncident(db, wanted.number)))
      return messageOf(m.incident.lookUp.missing({ number: wanted.number }));
    const sources = [...silencers().values()];
    if (sources.length === 0) return messageOf(m.silence.list.noSources());
    const [listed, incidents] = await Promise.all([
      Promise.all(sources.map((source) => listOf(source, asked.signal))),
      incidentsOf(db),
    ]);
    const all = listed
      .flatMap(({ source, silences = [] }) =>
        silences.map((silence) => ({ source, silence, numbers: incidents.get(`${source} ${silence.id}`) ?? [] })),
      )
      .filter(({ numbers }) => number === undefined || numbers.includes(number))
      .sort((a, b) => a.silence.endsAt.getTime() - b.silence.endsAt.getTime());
    const away = listed.flatMap(({ source, why }) => (why === undefined ? [] : [m.silence.list.away({ source, why })]));
    return shown(all, { number, away, asked, m });
  },
});

interface Listed {
  readonly source: string;
  readonly silences?: readonly Silence[];
  /** It did not answer. */
  readonly why?: string;
}

async function listOf(silencer: Silencer, signal: AbortSignal): Promise<Listed> {
  const { name: source } = silencer;
  try {
    return { source, silences: await silencer.list(signal) };
  } catch (error) {
    if (!(error instanceof SilenceError)) throw error;
    return { source, why: error.why };
  }
}

async function isIncident(db: Db, number: number): Promise<boolean> {
  return (await db.selectFrom('incidents').select('id').where('number', '=', number).executeTakeFirst()) !== undefined;
}

/** Numbers of the unresolved incidents that a silence holds for, by source and id. */
async function incidentsOf(db: Db): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await sql<{ key: string; numbers: number[] }>`
    select s.source || ' ' || s.silence_id as key, array_agg(i.number order by i.number) as numbers
    from silences s join incidents i on i.id = s.incident_id
    where s.state = 'active' and i.state <> 'resolved' group by 1`.execute(db);
  return new Map(rows.map(({ key, numbers }) => [key, numbers.map(Number)]));
}

interface Row {
  readonly source: string;
  readonly silence: Silence;
  readonly numbers: readonly number[];
}

const MOST = 15;
const MATCHERS_MAX = 200;
const COMMENT_MAX = 150;

function shown(
  all: readonly Row[],
  {
    number,
    away,
    asked,
    m,
  }: {
    readonly number: number | undefined;
    readonly away: readonly Text[];
    readonly asked: Asked;
    readonly m: Catalog;
  },
): Answered {
  const s = m.silence.list;
  const context: readonly Block[] = away.length > 0 ? [{ kind: 'context', lines: away }] : [];
  if (all.length === 0 && away.length > 0) return messageOf(away[0]!, ...context.slice(1));
  if (all.length === 0) return messageOf(number === undefined ? s.none() : s.noneOf({ number }));
  const more = all.length - MOST;
  return messageOf(
    s.found({ count: all.length }),
    ...all.slice(0, MOST).flatMap((row) => blocksOf(row, asked.now, m)),
    ...(more > 0 ? [{ kind: 'context', lines: [[s.more(more)]] } as const] : []),
    ...context,
  );
}

function blocksOf({ source, silence, numbers }: Row, now: Date, m: Catalog): readonly Block[] {
  const matchers = silence.matchers.map(formatSilenceMatcher).join(' ');
  const words = m.silence.list.one({
    matchers: cut(matchers, MATCHERS_MAX),
    until: silence.endsAt,
    pending: silence.state === 'pending',
    by: cut(silence.createdBy, COMMENT_MAX),
    comment: cut(withoutMark(silence.comment), COMMENT_MAX),
    incidents: numbers.map((number) => m.incident.number(number)),
  });
  return [
    { kind: 'text', text: words },
    { kind: 'buttons', buttons: buttonsFor(source, silence, now, m) },
  ];
}

const HOUR_MS = 3_600_000;

function buttonsFor(source: string, { id, endsAt }: Silence, now: Date, m: Catalog): readonly Button[] {
  const s = m.silence;
  const carries = { v: 1, source, id };
  const until = Math.max(endsAt.getTime(), now.getTime()) + HOUR_MS;
  return [
    { id: 'silence-extend', label: s.buttons.extend, carries: { ...carries, until } },
    { id: 'silence-expire', label: s.buttons.expire, carries, confirm: s.expireConfirm },
  ];
}
