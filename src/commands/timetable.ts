import { z } from 'zod';
import { roughAgeOf } from '../core/age.ts';
import { sayButton } from '../core/ask/say.ts';
import { type Answered, type Asked, defineQuery, type Resources } from '../core/define.ts';
import { nearest } from '../core/nearest.ts';
import { nameIn } from '../core/pipeline/words.ts';
import { mayRun, whoMay } from '../core/rights/may.ts';
import { type ListedEntry, listTimetable, standingOf } from '../core/timetable/list.ts';
import type { RunRow } from '../core/timetable/rows.ts';
import { type Kept, keepNext, type Skipped, skipNext } from '../core/timetable/skip.ts';
import { clockTime, dayTime } from '../core/timetable/told.ts';
import { type Block, messageOf, type Text } from '../domain/content.ts';
import type { TimetableEntry } from '../domain/timed-task.ts';
import { timeName } from '../domain/timetable.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';

const Args = z.object({ what: z.string().optional(), name: z.string().optional(), time: z.string().optional() });

type Needs = Pick<Resources, 'db' | 'rights' | 'timetable'>;

/** So many buttons are seen at once. */
const BUTTONS = 3;

/** What is done at set times, and the word that leaves one time out: a row, which whoever comes to that time finds. */
export const query = defineQuery({
  name: 'timetable',
  positionals: [
    { name: 'what', optional: true },
    { name: 'name', optional: true },
    { name: 'time', optional: true },
  ],
  flags: [],
  args: Args,
  summary: (m) => m.timetable.summary,
  examples: [
    'timetable',
    'timetable -e staging',
    'timetable staging-night',
    'timetable skip staging-night',
    'timetable keep staging-night',
  ],
  role: 'viewer',
  // What is skipped is told where the entry is told.
  isPrivate: ({ what }) => /^(skip|keep)$/i.test(what ?? ''),
  needs: ['db', 'rights', 'timetable'],

  answer({ what = 'list', name, time }, needs, asked, m) {
    if (/^(skip|keep)$/i.test(what)) {
      const verb = what.toLowerCase() as 'skip' | 'keep';
      return say({ verb, typed: name, ...(time !== undefined && { time }) }, needs, asked, m);
    }
    if (what.toLowerCase() === 'list' && !needs.timetable().has('list')) return list(needs, asked, m);
    return show(what, needs, asked, m);
  },
});

async function list({ db, timetable, rights }: Needs, { now, principal, typed }: Asked, m: Catalog): Promise<Answered> {
  const all = timetable();
  const of = [...all].filter(([, { environment }]) => typed === undefined || environment === typed);
  const listed = await listTimetable(db, new Map(of), now);
  const [first] = listed;
  if (!first)
    return messageOf(
      all.size > 0 && typed !== undefined ? m.timetable.noneOf({ environment: typed }) : m.timetable.none(),
    );
  const { next, rest, what, last } = m.timetable.columns;
  const columns = [m.timetable.columns.name, next, rest, what, last];
  const table: Block = { kind: 'table', columns, rows: listed.map((one) => rowOf(one, now, m)), more: 0 };
  const standing = await rights.standingOf(principal, now);
  const mine = listed.filter(({ next: at, entry }) => at && maySkip(entry, standing, rights));
  const buttons = mine.slice(0, BUTTONS).map((one) => button(one, m, listed.length > 1));
  return messageOf(
    m.timetable.listed({ count: listed.length }),
    table,
    ...(buttons.length > 0 ? [{ kind: 'buttons' as const, buttons }] : []),
  );
}

function rowOf({ entry, next, skipped, last }: ListedEntry, now: Date, m: Catalog): readonly string[] {
  const [first = '', ...more] = entry.tasks.map(({ words }) => words);
  const at = next ? dayTime(next, entry.zone) : '-';
  const rest = skipped ? m.timetable.last.skipped : next ? roughAgeOf(next.getTime() - now.getTime()) : '';
  return [
    entry.name,
    at,
    rest,
    more.length > 0 ? `${first} +${more.length}` : first,
    last ? `${dayTime(last.due_at, entry.zone)} ${m.timetable.last[standingOf(last)]}` : '-',
  ];
}

/** Leaves the time out that is shown, or takes that back; by the time of the press another one may come next. */
function button(
  { entry, skipped, next }: Pick<ListedEntry, 'entry' | 'skipped' | 'next'>,
  m: Catalog,
  several: boolean,
) {
  const words = m.timetable;
  const { name, zone } = entry;
  const about = next ? `${name} ${timeName(next, zone)}` : name;
  if (skipped) return sayButton(several ? words.keepOf({ name }) : words.keep, `timetable keep ${about}`);
  return sayButton(several ? words.skipOf({ name }) : words.skip, `timetable skip ${about}`);
}

async function show(typed: string, { db, rights, timetable }: Needs, asked: Asked, m: Catalog): Promise<Answered> {
  const entry = entryOf(typed, timetable);
  const [listed] = await listTimetable(db, new Map([[entry.name, entry]]), asked.now);
  const { next, skipped, last } = listed!;
  const { name, at, zone, environment, tasks, reason } = entry;
  const words = m.timetable;
  const standing = await rights.standingOf(asked.principal, asked.now);
  const lines = [
    next
      ? words.next({ at: dayTime(next, zone), zone, lasts: roughAgeOf(next.getTime() - asked.now.getTime()) })
      : words.never(),
    ...(skipped ? [words.skippedNext({ by: skipped.by ? nameIn(skipped.by) : 'Hikeshi' })] : []),
    ...(last ? [words.lastTime({ at: dayTime(last.due_at, zone), status: words.last[standingOf(last)] })] : []),
  ];
  const may = next && maySkip(entry, standing, rights);
  return messageOf(
    words.shown({ name, environment, text: `${at} ${zone}`, reason }),
    { kind: 'code', code: tasks.map((task) => task.words).join('\n') },
    { kind: 'context', lines },
    ...(may ? [{ kind: 'buttons' as const, buttons: [button(listed!, m, false)] }] : []),
  );
}

interface Said {
  readonly verb: 'skip' | 'keep';
  readonly typed: string | undefined;
  readonly time?: string;
}

async function say(
  { verb, typed, time }: Said,
  { db, rights, timetable }: Needs,
  { principal, origin, role, now }: Asked,
  m: Catalog,
): Promise<Answered> {
  const entry = entryOf(typed, timetable);
  const allowed = maySkip(entry, await rights.standingOf(principal, now), rights);
  const by = { principal, origin, allowed, ...(time !== undefined && { time }) };
  const said = await db
    .transaction()
    .execute(
      (tx): Promise<Skipped | Kept> => (verb === 'skip' ? skipNext(tx, entry, by, now) : keepNext(tx, entry, by, now)),
    );
  const { name, zone } = entry;
  switch (said.kind) {
    case 'not-allowed': {
      const who = whoMay(rights.roles(), 'operator');
      return messageOf(m.ops.needsRole({ what: `/ops timetable ${verb}`, needed: 'operator', role, who }));
    }
    case 'never':
      return messageOf(m.timetable.never());
    case 'not-next':
      return messageOf(
        m.timetable.notNext({ name, time: time ?? '', ...(said.next && { at: dayTime(said.next, zone), zone }) }),
      );
    case 'not-skipped':
      return messageOf(m.timetable.notSkipped({ name }));
    case 'kept':
      return messageOf(m.timetable.kept({ name, at: dayTime(said.run.due_at, zone), zone }));
    case 'skipped': {
      const words = m.timetable.skipped({ name, at: dayTime(said.run.due_at, zone), zone });
      return messageOf(words, {
        kind: 'buttons',
        buttons: [button({ entry, skipped: said.run, next: said.run.due_at }, m, false)],
      });
    }
    case 'again':
      return messageOf(wordAgain(entry, said.run, m));
  }
}

/** That time has its row: somebody was quicker, or it has just come. */
function wordAgain({ name, zone }: TimetableEntry, { due_at: due, by }: RunRow, m: Catalog): Text {
  if (by) return m.timetable.again({ name, at: dayTime(due, zone), by: nameIn(by) });
  return m.timetable.begun({ name, at: clockTime(due, zone) });
}

/** Who may do by hand what it does. */
function maySkip(
  { tasks }: TimetableEntry,
  standing: Awaited<ReturnType<Needs['rights']['standingOf']>>,
  rights: Needs['rights'],
): boolean {
  return tasks.every(({ verb, target }) => {
    const action = rights.commands.get(verb);
    return action !== undefined && mayRun(standing, action, target) !== undefined;
  });
}

/** @throws UserError `no-such-entry`, `which-entry` */
function entryOf(typed: string | undefined, timetable: Needs['timetable']): TimetableEntry {
  const entries = timetable();
  const names = [...entries.keys()];
  const [only] = names;
  const name = typed ?? (names.length === 1 ? only : undefined);
  if (name === undefined) throw userError('which-entry', { names });
  const found = entries.get(name);
  if (!found) throw userError('no-such-entry', { name, near: nearest(name, names), names });
  return found;
}
