import { type RawBuilder, sql } from 'kysely';
import type { Channel, Directory, Person } from '../../ports/chat.ts';
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
export async function peopleWhere(db: Db, condition: RawBuilder<unknown>): Promise<readonly Person[]> {
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

/** A channel by id, `#name`, or as Slack writes it in commands (`<#C1|name>`); of two of one name, the one not archived. */
export async function channelByRef(db: Db, ref: string): Promise<Channel | undefined> {
  const id = /^<#([A-Z0-9]+)(\|[^>]*)?>$/.exec(ref)?.[1] ?? ref;
  const name = ref.startsWith('#') ? ref.slice(1) : null;
  const { rows } = await sql<Channel>`
    select id, name, is_private as "isPrivate", is_archived as "isArchived", is_member as "isMember"
    from channels where id = ${id} or name = ${name}
    order by id = ${id} desc, is_archived, is_member desc, id limit 1`.execute(db);
  return rows[0];
}

/** Whether a mention there reaches this person. `unknown`: the members of that channel were never read. */
export async function isMember(db: Db, channel: string, personId: string): Promise<boolean | 'unknown'> {
  const found = await channelByRef(db, channel);
  if (!found) return 'unknown';
  const { rows } = await sql<{ member: boolean | null }>`
    select ${personId} = any(members) as member from channels where id = ${found.id}`.execute(db);
  return rows[0]?.member ?? 'unknown';
}
