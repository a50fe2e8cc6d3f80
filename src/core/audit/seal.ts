import { sql } from 'kysely';
import type { Db, Tx } from '../../ports/database.ts';
import { type Anchor, GENESIS, headOf } from './head.ts';
import { asWritten, digestOf, type WrittenEntry } from './written.ts';

/**
 * The chain. A seal holds the ids and digests of entries that were committed since the one before, and a head over these and
 * the head before. Ids are drawn when an entry is written and are seen when it is committed: gaps are rolled-back
 * transactions, and an entry may appear below one that is sealed already. So a seal takes whatever is committed and in no
 * seal yet, not a range of ids.
 */

/** A new entry is sealed within this and one sweep. */
const SEAL_EVERY_MS = 4_000;
const PUBLISH_EVERY_MS = 3_600_000;
const BATCH = 1_000;
/** Transactions end within seconds: this far back each look searches for entries that were committed late. */
const LOOK_BACK_MS = 2 * 60_000;
/** And so far back the hourly one, should one have hung. */
const LOOK_FAR_BACK_MS = 86_400_000;

export interface Sealed {
  readonly entries: number;
  /** There may be more at once. */
  readonly more: boolean;
  /** The newest head, when it is time to publish it. */
  readonly publish?: Anchor & { readonly at: Date; readonly lastId: number };
}

const NOTHING: Sealed = { entries: 0, more: false };

export type Publish = (tx: Tx, head: NonNullable<Sealed['publish']>) => Promise<void>;

/**
 * One look for new entries. Any number of processes may call it: whoever holds the sealer's row seals, the others find it
 * taken or not due.
 * @param now business time
 * @param publish in the seal's transaction, when its head is to be told outside
 */
export async function sealEntries(db: Db, now: Date, publish: Publish): Promise<Sealed> {
  return db.transaction().execute((tx) => sealIn(tx, now, publish));
}

export async function sealIn(tx: Tx, now: Date, publish: Publish): Promise<Sealed> {
  const turn = await takeTurn(tx, now);
  if (!turn) return NOTHING;
  const last = await newestSeal(tx);
  const found = await unsealed(tx, new Date(now.getTime() - (turn.publish ? LOOK_FAR_BACK_MS : LOOK_BACK_MS)));
  const more = found.length > BATCH;
  const publishing = turn.publish && !more;
  await setDue(tx, now, { more, publishing });
  if (found.length === 0 && !publishing) return NOTHING;
  const head = await writeSeal(tx, last, found.slice(0, BATCH), !more, now);
  const entries = Math.min(found.length, BATCH);
  if (!publishing) return { entries, more };
  await publish(tx, head);
  return { entries, more, publish: head };
}

async function takeTurn(tx: Tx, now: Date): Promise<{ readonly publish: boolean } | undefined> {
  const row = await tx
    .selectFrom('audit_sealer')
    .select('publish_at')
    .where('due_at', '<=', now)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row && { publish: row.publish_at <= now };
}

async function setDue(
  tx: Tx,
  now: Date,
  { more, publishing }: { readonly more: boolean; readonly publishing: boolean },
): Promise<void> {
  const later = (ms: number): Date => new Date(now.getTime() + ms);
  await tx
    .updateTable('audit_sealer')
    .set({ due_at: more ? now : later(SEAL_EVERY_MS), ...(publishing && { publish_at: later(PUBLISH_EVERY_MS) }) })
    .execute();
}

interface Newest {
  readonly id: number;
  readonly last_id: number;
  readonly head: Buffer;
}

/** The head of the chain as it is now; `undefined`: nothing is sealed yet. */
export async function newestHead(db: Db): Promise<Anchor | undefined> {
  const seal = await newestSeal(db);
  return seal && { seal: seal.id, head: seal.head.toString('hex') };
}

async function newestSeal(db: Db): Promise<Newest | undefined> {
  return db
    .selectFrom('audit_seals')
    .select(['id', 'last_id', 'head'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** In the order of their ids, one more than fits a seal. Only seals made since `since` may hold an entry above its floor. */
async function unsealed(tx: Tx, since: Date): Promise<readonly WrittenEntry[]> {
  const { rows } = await sql<WrittenEntry>`
    with floor as (select coalesce(max(id), 0) as seal, coalesce(max(last_id), 0) as entry
                   from audit_seals where sealed_at < ${since}),
      recent as (select unnest(s.entry_ids) as id from audit_seals s, floor f where s.id > f.seal)
    select ${asWritten} from audit a, floor f
    where a.id > f.entry and not exists (select from recent r where r.id = a.id)
    order by a.id limit ${BATCH + 1}`.execute(tx);
  return rows;
}

async function writeSeal(
  tx: Tx,
  last: Newest | undefined,
  entries: readonly WrittenEntry[],
  complete: boolean,
  now: Date,
): Promise<NonNullable<Sealed['publish']>> {
  const body = {
    id: (last?.id ?? 0) + 1,
    sealedAt: now.toISOString().replace('Z', '000Z'),
    complete,
    lastId: Math.max(last?.last_id ?? 0, ...entries.map(({ id }) => id)),
    entryIds: entries.map(({ id }) => id),
    digests: Buffer.concat(entries.map(digestOf)),
    previous: last?.head ?? GENESIS,
  };
  const head = headOf(body);
  await sql`insert into audit_seals (id, sealed_at, complete, last_id, entry_ids, digests, previous, head)
    values (${body.id}, ${now}, ${complete}, ${body.lastId}, ${body.entryIds}::bigint[], ${body.digests},
      ${body.previous}, ${head})`.execute(tx);
  return { seal: body.id, head: head.toString('hex'), at: now, lastId: body.lastId };
}
