import { sql } from 'kysely';
import { type Block, code, joinText, type Text } from '../../domain/content.ts';
import type { Severity } from '../../domain/severity.ts';
import { type Catalog, together } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import type { Answered, Command } from '../define.ts';
import { mayRun } from '../rights/may.ts';
import type { Rights } from '../rights/types.ts';
import { sayButton } from './say.ts';

/** What is going on with incidents, in a few numbers. */
interface Going {
  readonly counts: readonly { readonly severity: Severity; readonly count: number }[];
  /** The most urgent that nobody has acknowledged. */
  readonly next?: { readonly number: number; readonly title: string; readonly severity: Severity; readonly at: Date };
}

/** `/ops` alone: how things are, what to do next, and what one can type. */
export async function overviewOf(
  m: Catalog,
  db: Db,
  commands: ReadonlyMap<string, Command>,
  rights: Rights,
): Promise<Answered> {
  const going = await read(db);
  const open = going.counts.reduce((sum, c) => sum + c.count, 0);
  const said = m.ops.overview.open({ open, counts: going.counts });
  const next = going.next ? m.ops.overview.acknowledge(going.next) : m.ops.overview.nothingWaits();
  const blocks: Block[] = [
    { kind: 'text', text: said },
    { kind: 'text', text: next },
    ...(open === 0 ? [] : [{ kind: 'buttons' as const, buttons: [sayButton(m.ops.overview.list, 'incidents')] }]),
    { kind: 'context', lines: [m.ops.overview.youCan({ verbs: verbsFor(commands, rights) })] },
  ];
  return { text: together([said, next], m), blocks };
}

function verbsFor(commands: ReadonlyMap<string, Command>, rights: Rights): Text {
  const names = [...commands.values()].filter((c) => mayRun(rights, c)).map((c) => c.name);
  return joinText(
    names.sort().map((name) => [code(name)]),
    ', ',
  );
}

async function read(db: Db): Promise<Going> {
  const ranked = sql<number>`array_position(array['critical', 'high', 'medium', 'low'], severity)`;
  const [counts, next] = await Promise.all([
    db
      .selectFrom('incidents')
      .select(['severity', sql<number>`count(*)::int`.as('count')])
      .where('state', '<>', 'resolved')
      .groupBy('severity')
      .orderBy(ranked)
      .execute(),
    db
      .selectFrom('incidents')
      .select(['number', 'title', 'severity', 'opened_at as at'])
      .where('state', '=', 'open')
      .orderBy(ranked)
      .orderBy('opened_at')
      .limit(1)
      .executeTakeFirst(),
  ]);
  return { counts, ...(next && { next }) };
}
