import { loadModules } from '../../../src/app/modules.ts';
import { rightsOfEntry } from '../../../src/core/timetable/rights.ts';
import { sweepTimetable } from '../../../src/core/timetable/sweep.ts';
import { showTimetableRun } from '../../../src/core/timetable/told.ts';
import type { TimetableDeps } from '../../../src/core/timetable/turns.ts';
import { plainText } from '../../../src/core/wording.ts';
import type { Message } from '../../../src/domain/content.ts';
import type { TimetableEntry } from '../../../src/domain/timed-task.ts';
import type { Language } from '../../../src/messages/catalog.ts';
import { type Bench, type BenchOptions, openBench, TARGET } from '../pipeline/bench.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const scale = loadModules([]).actions.get('scale')!;

/** At noon and at one by the bench's clock in Tokyo, which begins at noon. */
export const NIGHT: TimetableEntry = {
  name: 'night',
  at: '5 12 * * *',
  zone: 'Asia/Tokyo',
  environment: 'production',
  tasks: [{ words: 'scale shop/checkout 0', verb: 'scale', target: TARGET, args: { to: 0 } }],
  reason: 'it sleeps at night',
  channel: '#ops',
};
export const MORNING: TimetableEntry = {
  ...NIGHT,
  name: 'morning',
  at: '5 13 * * *',
  tasks: [{ ...NIGHT.tasks[0]!, words: 'scale shop/checkout back', args: { to: 'back' } }],
};

/** A pipeline's bench with a timetable, which is looked at when a test says so. */
export interface TimetableBench extends Bench {
  /** What config says from now on. */
  put(...entries: readonly TimetableEntry[]): void;
  /** As a replica does each second. */
  sweep(other?: Partial<TimetableDeps>, signal?: AbortSignal): Promise<void>;
  /** Lets time pass, looks, and works until all that was begun has ended. */
  pass(ms: number): Promise<void>;
  runs(): Promise<Awaited<ReturnType<typeof runsOf>>>;
  actions(): Promise<Awaited<ReturnType<typeof actionsOf>>>;
  /** The message of a run as plain lines; `undefined`: there is none in the channel. */
  told(run?: number, language?: Language, which?: 'first' | 'last'): Promise<string | undefined>;
  expireRuns(): Promise<void>;
  /** How often the message of the first run was to be drawn. */
  drawn(): Promise<number>;
}

const runsOf = ({ database }: Bench) =>
  database.db.selectFrom('timetable_runs').selectAll().orderBy('due_at').execute();
const actionsOf = ({ database }: Bench) =>
  database.db.selectFrom('actions').selectAll().orderBy('created_at').execute();

export async function openTimetable(options: BenchOptions = {}): Promise<TimetableBench> {
  const bench = await openBench({ action: scale, ...options });
  let entries: readonly TimetableEntry[] = [NIGHT, MORNING];
  const { db } = bench.database;
  const timetable = () => new Map(entries.map((entry) => [entry.name, entry]));
  const { rightsOf } = bench.deps;
  Object.assign(bench.deps, {
    rightsOf: (async (who, now) =>
      who.kind === 'schedule'
        ? rightsOfEntry(db, timetable(), who.id, now)
        : rightsOf(who, now)) satisfies typeof rightsOf,
  });
  const deps = (): TimetableDeps => ({
    ...bench.deps,
    timetable,
  });
  const sweep = async (other: Partial<TimetableDeps> = {}, signal = new AbortController().signal): Promise<void> => {
    await sweepTimetable({ ...deps(), ...other }, signal);
  };
  return Object.assign(bench, {
    put: (...put: readonly TimetableEntry[]) => {
      entries = put;
    },
    sweep,
    async pass(ms: number) {
      bench.advance(ms);
      await sweep();
      for (const { id } of await actionsOf(bench)) if (await jobOf(bench, id)) await bench.toEnd(id);
      await sweep();
    },
    runs: () => runsOf(bench),
    actions: () => actionsOf(bench),
    async told(number = 1, language: Language = 'en', which: 'first' | 'last' = 'first') {
      const subject = `timetable:${number}`;
      const posts = await db.selectFrom('posts').selectAll().where('subject', '=', subject).orderBy('id').execute();
      const post = posts.at(which === 'first' ? 0 : -1);
      if (!post) return undefined;
      const shown = await showTimetableRun({ actions: bench.deps.actions, whoMay: bench.deps.whoMay })(
        db,
        { ...post, first: false, language },
        bench.now(),
      );
      return shown && linesOf(shown);
    },
    async drawn() {
      const show = db.selectFrom('outbox').select('wanted').where('subject', '=', 'timetable:1');
      return (await show.where('kind', '=', 'show').executeTakeFirstOrThrow()).wanted;
    },
    async expireRuns() {
      const lease_until = new Date(Date.now() - HOUR);
      await db.updateTable('timetable_runs').set({ lease_until }).where('lease_until', 'is not', null).execute();
    },
  });
}

const jobOf = ({ database }: Bench, id: string) =>
  database.db.selectFrom('jobs').select('id').where('action_id', '=', id).executeTakeFirst();

function linesOf({ blocks }: Message): string {
  return blocks
    .flatMap((block) => {
      if (block.kind === 'text') return [plainText(block.text)];
      if (block.kind === 'list') return block.items.map(plainText);
      if (block.kind === 'context') return block.lines.map((line) => plainText(line));
      return block.kind === 'buttons' ? block.buttons.map(({ label }) => `[${label}]`) : [];
    })
    .join('\n');
}
