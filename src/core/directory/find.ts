import { type RawBuilder, sql } from 'kysely';
import type { Directory, Person } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import { savePeople } from './rows.ts';

export type FoundPerson =
  | { readonly kind: 'person'; readonly person: Person }
  /** `not-found`: the workspace has nobody of this id. `unreachable`: nobody known, or not lately, and no answer in time. */
  | { readonly kind: 'unknown'; readonly reason: 'not-found' | 'unreachable' };

export interface FindPersonOptions {
  readonly now: Date;
  /** Asked once, for a second at most, about a person without a row that is young enough. */
  readonly directory?: Pick<Directory, 'personById'>;
  /** Default 24. */
  readonly maxAgeHours?: number;
  readonly signal?: AbortSignal;
}

const MAX_AGE_HOURS = 24;
const LOOK_UP_MS = 1_000;

/** Who this is, for deciding what they may. A known person never waits for the chat. */
export async function findPerson(db: Db, id: string, options: FindPersonOptions): Promise<FoundPerson> {
  const oldest = new Date(options.now.getTime() - (options.maxAgeHours ?? MAX_AGE_HOURS) * 3_600_000);
  const known = await peopleWhere(db, sql`id = ${id} and refreshed_at >= ${oldest}`);
  if (known[0]) return { kind: 'person', person: known[0] };
  return options.directory ? lookUp(db, id, options.directory, options) : { kind: 'unknown', reason: 'unreachable' };
}

async function lookUp(
  db: Db,
  id: string,
  directory: Pick<Directory, 'personById'>,
  { now, signal }: FindPersonOptions,
): Promise<FoundPerson> {
  const limit = { timeoutMs: LOOK_UP_MS, ...(signal && { signal }) };
  const asked = await directory.personById(id, limit).then(
    (person) => ({ person }),
    () => undefined,
  );
  if (!asked) return { kind: 'unknown', reason: 'unreachable' };
  if (!asked.person) return { kind: 'unknown', reason: 'not-found' };
  await savePeople(db, [asked.person], now);
  return { kind: 'person', person: asked.person };
}

/** People by a condition on the table `people`, at most 20. */
async function peopleWhere(db: Db, condition: RawBuilder<unknown>): Promise<readonly Person[]> {
  const { rows } = await sql<{
    id: string;
    team: string;
    name: string;
    display_name: string;
    is_bot: boolean;
    is_guest: boolean;
    deactivated: boolean;
    locale: string | null;
    tz: string | null;
  }>`select * from people where ${condition} order by id limit 20`.execute(db);
  return rows.map((r) => ({
    id: r.id,
    team: r.team,
    name: r.name,
    displayName: r.display_name,
    isBot: r.is_bot,
    isGuest: r.is_guest,
    deactivated: r.deactivated,
    ...(r.locale !== null && { locale: r.locale }),
    ...(r.tz !== null && { tz: r.tz }),
  }));
}
