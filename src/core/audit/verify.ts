import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { type Anchor, DIGEST_BYTES, GENESIS, headOf } from './head.ts';
import { digestOf, entriesByIds, instantText, type WrittenEntry } from './written.ts';

/** What is wrong, with the seal or entry that shows it. */
export type Finding =
  | { readonly kind: 'changed' | 'missing' | 'twice'; readonly entry: number; readonly seal: number }
  /** It was not there when a seal took everything that was committed. */
  | { readonly kind: 'inserted'; readonly entry: number; readonly at: string; readonly seal: number }
  | { readonly kind: 'seal-missing' | 'seal-broken' | 'seal-unlinked'; readonly seal: number }
  | { readonly kind: 'anchor-missing' | 'anchor-differs'; readonly seal: number }
  /** An action that was planned has no entry of it. */
  | { readonly kind: 'action-without-entry'; readonly action: string; readonly at: string };

export interface Verified {
  readonly seals: number;
  /** Sealed entries that are there. */
  readonly entries: number;
  readonly newest?: Anchor & { readonly at: string };
  /** Entries that no seal holds yet, and when the oldest of them was written. */
  readonly waiting: { readonly entries: number; readonly since?: string };
  /** Up to this seal the entries were dropped by `hikeshi audit retire`. */
  readonly retired?: { readonly seal: number; readonly at: string };
  /** How many of the given anchors are seals of this chain. */
  readonly anchored: number;
  readonly findings: readonly Finding[];
  /** Findings that are not listed. */
  readonly more: number;
}

/** Longer than any transaction lives: an entry that is later in its seal than this was not there before. */
const GRACE_MS = 10 * 60_000;
const PAGE = 200;
const LISTED = 100;
const UNSEALED_LOOKED_AT = 10_000;

/** The verb of the entry that `retire` leaves. */
export const RETIRE_VERB = 'audit-retire';

/**
 * Walks the whole chain and compares it with the entries and with what is known of it outside. Reads only; give a
 * transaction of one snapshot (repeatable read), or what is sealed meanwhile looks odd.
 */
export async function verifyAudit(db: Db, anchors: readonly Anchor[] = []): Promise<Verified> {
  const walk = new Walk(await retiredUpTo(db), await unsealedEntries(db), anchors);
  for (let after = 0; ; ) {
    const seals = await sealsAfter(db, after);
    if (seals.length === 0) break;
    const entries = await entriesByIds(
      db,
      seals.flatMap((seal) => seal.entry_ids),
    );
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    for (const seal of seals) walk.take(seal, byId);
    after = seals.at(-1)!.id;
  }
  return walk.done(await actionsWithoutEntry(db));
}

interface SealRow {
  readonly id: number;
  readonly sealed_at: string;
  readonly complete: boolean;
  readonly last_id: number;
  readonly entry_ids: readonly number[];
  readonly digests: Buffer;
  readonly previous: Buffer;
  readonly head: Buffer;
}

async function sealsAfter(db: Db, id: number): Promise<readonly SealRow[]> {
  const { rows } = await sql<SealRow>`
    select s.id, ${instantText(sql`s.sealed_at`)} as sealed_at, s.complete, s.last_id, s.entry_ids, s.digests, s.previous, s.head
    from audit_seals s where s.id > ${id} order by s.id limit ${PAGE}`.execute(db);
  return rows;
}

interface Unsealed {
  readonly id: number;
  readonly at: string;
}

async function unsealedEntries(db: Db): Promise<readonly Unsealed[]> {
  const { rows } = await sql<Unsealed>`
    with sealed as (select unnest(entry_ids) as id from audit_seals)
    select a.id, ${instantText(sql`a.at`)} as at from audit a
    where not exists (select from sealed s where s.id = a.id)
    order by a.id limit ${UNSEALED_LOOKED_AT}`.execute(db);
  return rows;
}

interface Retired {
  readonly seal: number;
  readonly at: string;
}

async function retiredUpTo(db: Db): Promise<Retired | undefined> {
  const { rows } = await sql<Retired>`
    select (a.after->>'seal')::bigint as seal, ${instantText(sql`a.at`)} as at from audit a
    where a.verb = ${RETIRE_VERB} and a.stage = 'executed' order by 1 desc limit 1`.execute(db);
  return rows[0];
}

/** Planned actions leave an entry in their own transaction. Those from before the oldest entry may have been retired. */
async function actionsWithoutEntry(db: Db): Promise<readonly { readonly action: string; readonly at: string }[]> {
  const { rows } = await sql<{ action: string; at: string }>`
    select c.id as action, ${instantText(sql`c.created_at`)} as at from actions c
    where not exists (select from audit a where a.action_id = c.id)
      and c.created_at > coalesce((select min(r.at) from audit r
        where exists (select from audit x where x.verb = ${RETIRE_VERB} and x.stage = 'executed')), '-infinity')
    order by c.created_at limit ${LISTED}`.execute(db);
  return rows;
}

/** What a seal said of the time and of the ids when it had taken everything. */
interface Mark {
  readonly seal: number;
  readonly at: number;
  readonly lastId: number;
}

class Walk {
  private readonly retired: Retired | undefined;
  private readonly anchors: readonly Anchor[];
  private readonly suspects: Map<number, Unsealed>;
  private readonly unsealed: readonly Unsealed[];
  private readonly seen = new Set<number>();
  private readonly findings: Finding[] = [];
  private more = 0;
  private seals = 0;
  private entries = 0;
  private anchored = 0;
  private last: SealRow | undefined;
  private complete: Mark | undefined;

  constructor(retired: Retired | undefined, unsealed: readonly Unsealed[], anchors: readonly Anchor[]) {
    this.retired = retired;
    this.unsealed = unsealed;
    this.suspects = new Map(unsealed.map((entry) => [entry.id, entry]));
    this.anchors = anchors;
  }

  take(seal: SealRow, byId: ReadonlyMap<number, WrittenEntry>): void {
    this.checkLink(seal);
    this.checkEntries(seal, byId);
    this.checkAnchors(seal);
    this.seals += 1;
    this.last = seal;
    if (!seal.complete) return;
    this.complete = { seal: seal.id, at: Date.parse(seal.sealed_at), lastId: seal.last_id };
    this.checkSuspects(this.complete);
  }

  private checkLink(seal: SealRow): void {
    const expected = (this.last?.id ?? 0) + 1;
    if (seal.id !== expected) this.note({ kind: 'seal-missing', seal: expected });
    else if (!seal.previous.equals(this.last?.head ?? GENESIS)) this.note({ kind: 'seal-unlinked', seal: seal.id });
    const { id, sealed_at: sealedAt, complete, last_id: lastId, entry_ids: entryIds, digests, previous } = seal;
    const head = headOf({ id, sealedAt, complete, lastId, entryIds, digests, previous });
    if (!head.equals(seal.head) || digests.length !== entryIds.length * DIGEST_BYTES)
      this.note({ kind: 'seal-broken', seal: id });
  }

  private checkEntries(seal: SealRow, byId: ReadonlyMap<number, WrittenEntry>): void {
    for (const [i, id] of seal.entry_ids.entries()) {
      if (this.seen.has(id)) this.note({ kind: 'twice', entry: id, seal: seal.id });
      this.seen.add(id);
      const entry = byId.get(id);
      if (!entry) {
        if (seal.id > (this.retired?.seal ?? 0)) this.note({ kind: 'missing', entry: id, seal: seal.id });
        continue;
      }
      this.entries += 1;
      const digest = seal.digests.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES);
      if (!digestOf(entry).equals(digest)) this.note({ kind: 'changed', entry: id, seal: seal.id });
      else if (this.complete && wasNotThere(entry, this.complete))
        this.note({ kind: 'inserted', entry: id, at: entry.at, seal: this.complete.seal });
    }
  }

  private checkAnchors(seal: SealRow): void {
    for (const anchor of this.anchors.filter((a) => a.seal === seal.id)) {
      if (anchor.head === seal.head.toString('hex')) this.anchored += 1;
      else this.note({ kind: 'anchor-differs', seal: seal.id });
    }
  }

  private checkSuspects(mark: Mark): void {
    for (const entry of this.suspects.values()) {
      if (!wasNotThere(entry, mark)) continue;
      this.suspects.delete(entry.id);
      this.note({ kind: 'inserted', entry: entry.id, at: entry.at, seal: mark.seal });
    }
  }

  private note(finding: Finding): void {
    if (this.findings.length < LISTED) this.findings.push(finding);
    else this.more += 1;
  }

  done(actions: readonly { readonly action: string; readonly at: string }[]): Verified {
    for (const { seal } of this.anchors) if (seal > (this.last?.id ?? 0)) this.note({ kind: 'anchor-missing', seal });
    for (const { action, at } of actions) this.note({ kind: 'action-without-entry', action, at });
    const [oldest] = this.unsealed.filter(({ id }) => this.suspects.has(id));
    const { last, retired } = this;
    return {
      seals: this.seals,
      entries: this.entries,
      ...(last && { newest: { seal: last.id, head: last.head.toString('hex'), at: last.sealed_at } }),
      waiting: { entries: this.suspects.size, ...(oldest && { since: oldest.at }) },
      ...(retired && { retired }),
      anchored: this.anchored,
      findings: this.findings,
      more: this.more,
    };
  }
}

/**
 * Time and id of an entry against a seal that took everything: what is older by more than a transaction lives should have
 * been in it or before it; and an id that was drawn before it cannot bear a time well after it.
 */
function wasNotThere(entry: Unsealed, mark: Mark): boolean {
  const at = Date.parse(entry.at);
  return at + GRACE_MS < mark.at || (entry.id <= mark.lastId && at > mark.at + GRACE_MS);
}
