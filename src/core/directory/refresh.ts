import { sql } from 'kysely';
import type { CallLimit, ChangedRequest, Directory } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import { saveChannels, saveGroups, saveMembers, savePeople } from './rows.ts';

export interface RefreshContext {
  readonly db: Db;
  readonly directory: Directory;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** Channels whose members are wanted before anything was posted there: ids and `#names` of config. */
  readonly channels: readonly string[];
}

/** One listing, with all of its pages. */
const LISTING_MS = 120_000;
const ONE_CALL_MS = 10_000;
/** conversations.members may be asked 100 times a minute; more channels than this take turns. */
const MEMBERS_OF_AT_ONCE = 50;

export interface PartFailed {
  readonly part: 'people' | 'groups' | 'channels' | 'members';
  readonly error: unknown;
}

/** Everything. A part that fails keeps its rows and does not keep the other parts from being read. */
export async function refreshAll(context: RefreshContext): Promise<readonly PartFailed[]> {
  const { db, directory, now } = context;
  const listing = limit(context, LISTING_MS);
  const failed: PartFailed[] = [];
  const attempt = async (part: PartFailed['part'], work: () => Promise<void>): Promise<void> => {
    if (context.signal?.aborted) return;
    await work().catch((error: unknown) => failed.push({ part, error }));
  };
  await attempt('people', async () => savePeople(db, await directory.people(listing), now));
  await attempt('groups', async () => saveGroups(db, await directory.userGroups(listing), now));
  await attempt('channels', async () => saveChannels(db, await directory.channels(listing), now));
  await attempt('members', () => refreshMembers(context));
  return failed;
}

/** What one event is about. */
export async function refreshChanged(context: RefreshContext, { what, subject }: ChangedRequest): Promise<void> {
  const { db, directory, now } = context;
  const one = limit(context, ONE_CALL_MS);
  const listing = limit(context, LISTING_MS);
  switch (what) {
    case 'person': {
      const person = subject === undefined ? undefined : await directory.personById(subject, one);
      return savePeople(db, person ? [person] : [], now);
    }
    case 'group':
      return saveGroups(db, await directory.userGroups(listing), now);
    case 'channel':
      return saveChannels(db, await directory.channels(listing), now);
    case 'membership':
      if (subject !== undefined) await saveMembers(db, subject, await directory.members(subject, one));
  }
}

/** Of the channels that we are in and post to, or may post to; those never read come first, then in turn. */
async function refreshMembers(context: RefreshContext): Promise<void> {
  const names = context.channels.map((c) => c.replace(/^#/, ''));
  const { rows } = await sql<{ id: string }>`
    select c.id from channels c
    where c.is_member and not c.is_archived
      and (c.id = any(${names}) or c.name = any(${names}) or c.id in (select channel_id from posts))
    order by c.members is not null, md5(c.id || ${context.now.toISOString()}::text)
    limit ${MEMBERS_OF_AT_ONCE}`.execute(context.db);
  let failed: unknown;
  for (const { id } of rows) {
    if (context.signal?.aborted) return;
    try {
      await saveMembers(context.db, id, await context.directory.members(id, limit(context, ONE_CALL_MS)));
    } catch (error) {
      failed ??= error;
    }
  }
  // One channel that cannot be read keeps no other from being read; that it failed is told all the same.
  if (failed !== undefined) throw failed;
}

function limit({ signal }: RefreshContext, timeoutMs: number): CallLimit {
  return signal ? { signal, timeoutMs } : { timeoutMs };
}
