import { sql } from 'kysely';
import { UP_FOR_MS } from '../domain/reconcile.ts';
import type { SourceLook } from '../ports/alert-source.ts';
import type { Db, Tx } from '../ports/database.ts';

/** When each source is looked at, by whom, and what its API said of itself: rows, so that one of several replicas does it. */

const LOOK_EVERY_MS = 60_000;
/** So that the looks at several sources do not fall together, nor those of several installations. */
const JITTER_MS = 10_000;
export interface ClaimedLook {
  readonly name: string;
  /** Alerts that began before this may have been missed. */
  readonly gap_until: Date | null;
  readonly receivers: readonly string[];
  readonly api_run: string | null;
  readonly api_up_since: Date | null;
}

/** Claims the looks that are due; nobody else gets them. The first look at a source counts as the end of a gap. */
export async function claimLooks(
  db: Db,
  names: readonly string[],
  now: Date,
  random: () => number = Math.random,
): Promise<readonly ClaimedLook[]> {
  if (names.length === 0) return [];
  const known = await sql<{ name: string; due: boolean }>`
    select name, look_due is null or look_due <= ${now} as due from sources where name = any(${names})`.execute(db);
  const waiting = new Set(known.rows.filter((row) => !row.due).map((row) => row.name));
  const due = names.filter((name) => !waiting.has(name)).sort();
  if (due.length === 0) return [];
  const next = new Date(now.getTime() + LOOK_EVERY_MS - Math.floor(random() * JITTER_MS));
  const { rows } = await sql<ClaimedLook>`
    insert into sources as s (name, look_due, gap_until)
    select name, ${next}, ${now} from unnest(${due}::text[]) as t (name)
    on conflict (name) do update set look_due = excluded.look_due,
      gap_until = case when s.look_due is null then excluded.gap_until else s.gap_until end
    where s.look_due is null or s.look_due <= ${now}
    returning name, gap_until, receivers, api_run, api_up_since`.execute(db);
  return rows;
}

/** The next look comes at `due`, if it was not to come earlier. */
export async function lookSoon(db: Db | Tx, names: readonly string[], due: Date): Promise<void> {
  await sql`update sources set look_due = ${due} where name = any(${names}) and look_due > ${due}`.execute(db);
}

/**
 * Since when all members run, in business time: by their own clocks when a process is new here, remembered for as long as it
 * stays the same. `undefined`: not all of them said.
 */
export function upSince(claimed: ClaimedLook, look: SourceLook, now: Date): Date | undefined {
  if (look.upForMs === undefined) return undefined;
  if (claimed.api_up_since && claimed.api_run === look.run) return claimed.api_up_since;
  return new Date(now.getTime() - Math.max(0, look.upForMs));
}

/** Whether what is absent from this look is absent. */
export function isConclusive(look: SourceLook, since: Date | undefined, now: Date): boolean {
  return look.complete && since !== undefined && now.getTime() - since.getTime() >= UP_FOR_MS;
}

export async function recordLook(
  db: Db,
  name: string,
  look: SourceLook,
  since: Date | undefined,
  now: Date,
): Promise<void> {
  const error = look.failures.length > 0 ? look.failures.join('; ') : null;
  await sql`update sources set api_error = ${error},
      api_answered_at = case when ${look.complete} then ${now} else api_answered_at end,
      api_run = coalesce(${look.run ?? null}, api_run),
      api_up_since = coalesce(${since ?? null}, api_up_since)
    where name = ${name}`.execute(db);
}

/** We were away until now: whatever Alertmanager has from before may have been missed. It is looked for at once. */
export async function markGap(db: Db, now: Date): Promise<void> {
  await sql`update sources set gap_until = ${now}, look_due = least(look_due, ${now}) where look_due is not null`.execute(
    db,
  );
}

/**
 * All that began before the gap's end has been looked for at an age at which it counts. Not if another gap came meanwhile, nor if a
 * receiver has become known since the look began: what it speaks for was passed over.
 */
export async function closeGap(db: Db, name: string, gapUntil: Date, receivers: readonly string[]): Promise<void> {
  await sql`update sources set gap_until = null
    where name = ${name} and gap_until = ${gapUntil} and receivers <@ ${receivers}::text[]`.execute(db);
}
