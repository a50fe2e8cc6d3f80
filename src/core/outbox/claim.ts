import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../../ports/database.ts';
import type { Json } from '../../ports/schema.ts';
import { msOf, readLanes } from './lanes.ts';
import type { Limits } from './limits.ts';
import { type Candidate, type Choice, choose, type Spent } from './pace.ts';
import { type Scene, sceneOf } from './scene.ts';
import { CLASS, LINES } from './write.ts';

/** One row as it was claimed. Timeline lines that leave together are several rows of one claim. */
export interface ClaimedRow {
  readonly id: number;
  readonly kind: 'show' | 'say';
  readonly post_id: number | null;
  readonly thread_post_id: number | null;
  readonly subject: string;
  readonly channel: string;
  readonly class: number;
  readonly method: string;
  readonly payload: Json;
  readonly v: number;
  readonly wanted: number;
  readonly claimed: number;
  readonly due_at: Date;
  readonly created_at: Date;
  /** Since when it has been due; trying again does not move it. */
  readonly wanted_at: Date;
  readonly attempts: number;
  readonly attempt_id: string;
  readonly look_up_from: Date | null;
  readonly run_id: number | null;
  readonly fence: number | null;
  readonly error: string | null;
  readonly fallback_of: string | null;
}

export interface Claim {
  /** Its id is the mark's row, and its attempt id guards the record of all. */
  readonly lead: ClaimedRow;
  /** The lead first, then by age. More than one: lines of one thread, said as one message. */
  readonly rows: readonly ClaimedRow[];
  readonly scene: Scene;
}

export interface ClaimOptions {
  /** Business time. */
  readonly now: Date;
  /** At most so many messages. */
  readonly most: number;
  readonly limits: Limits;
  readonly leaseMs: number;
  readonly fallbackChannel?: string;
}

export interface Claims {
  readonly claims: readonly Claim[];
  /** When something may be claimed next, by business time; in the past: at once. `undefined`: nothing is pending. */
  readonly nextDueAt: Date | undefined;
}

/** A message of lines stays readable, and under Slack's 50 blocks. */
const LINES_AT_ONCE = 20;
/** A budget's first row is made outside of the claim's transaction, so that locks are only ever taken in key order. */
const TRIES = 3;
/** A row that somebody else has locked or a budget that somebody else has spent is looked at again after this. */
const ELSEWHERE_MS = 50;

/**
 * Takes what may leave now: looks, then in one statement locks the budgets concerned in key order, takes the rows that nobody
 * else has locked, and pays; all of it or, where somebody was faster, nothing. Then it is done step by step instead. Nothing is
 * sent before this has committed.
 */
export async function claim(db: Db, options: ClaimOptions): Promise<Claims> {
  const lanes = await readLanes(db, options.now, options.fallbackChannel);
  const wish = pick(lanes.heads, lanes.budgets, options);
  if (wish.chosen.length === 0) return { claims: [], nextDueAt: earliest(wish.nextAt, lanes.laterAt) };
  const claims = await takeRows(db, wish, options, { locked: lanes.budgets });
  if (claims.length > 0) return { claims, nextDueAt: earliest(wish.nextAt, lanes.laterAt) };
  for (let tried = 0; tried < TRIES; tried++) {
    const taken = await db.transaction().execute((tx) => take(tx, wish, options));
    if (taken.kind === 'taken') {
      const wasFaster = taken.claims.length < wish.chosen.length ? options.now.getTime() + ELSEWHERE_MS : undefined;
      return { claims: taken.claims, nextDueAt: earliest(wasFaster, taken.nextAt, wish.nextAt, lanes.laterAt) };
    }
    await createBudgets(db, taken.keys, options.now);
  }
  return { claims: [], nextDueAt: new Date(options.now.getTime() + ELSEWHERE_MS) };
}

function pick<C extends Candidate>(candidates: readonly C[], budgets: Spent, options: ClaimOptions): Choice<C> {
  return choose(candidates, budgets, options.limits, options.most, options.now.getTime());
}

function earliest(...times: readonly (number | undefined)[]): Date | undefined {
  const known = times.filter((t) => t !== undefined);
  return known.length > 0 ? new Date(Math.ceil(Math.min(...known))) : undefined;
}

type Taken =
  | { readonly kind: 'taken'; readonly claims: readonly Claim[]; readonly nextAt: number | undefined }
  | { readonly kind: 'missing'; readonly keys: readonly string[] };

async function take(tx: Tx, wish: Choice<Candidate>, options: ClaimOptions): Promise<Taken> {
  const budgets = await lockBudgets(tx, wish.keys);
  const missing = wish.keys.filter((key) => !key.startsWith('hold:') && !budgets.has(key));
  if (missing.length > 0) return { kind: 'missing', keys: missing };
  const afford = pick(wish.chosen, budgets, options);
  if (afford.chosen.length === 0) return { kind: 'taken', claims: [], nextAt: afford.nextAt };
  const claims = await takeRows(tx, afford, options);
  if (claims.length === afford.chosen.length) return { kind: 'taken', claims, nextAt: afford.nextAt };
  const got = new Set(claims.map((one) => one.lead.id));
  const cost = pick(
    afford.chosen.filter((row) => got.has(row.id)),
    budgets,
    options,
  );
  await refund(tx, afford, cost, budgets);
  return { kind: 'taken', claims, nextAt: cost.nextAt };
}

/** What others were faster with costs nothing. */
async function refund(tx: Tx, paid: Choice<Candidate>, cost: Choice<Candidate>, before: Spent): Promise<void> {
  const right = new Map([...paid.spent.keys()].map((key) => [key, cost.spent.get(key) ?? before.get(key) ?? 0]));
  await sql`${payment(right)}`.execute(tx);
}

function payment(spent: Spent): RawBuilder<unknown> {
  const rows = [...spent].map(([key, at]) => ({ key, next_at: new Date(at) }));
  return sql`update budgets b set next_at = s.next_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) s(key text, next_at timestamptz) where b.key = s.key`;
}

async function lockBudgets(tx: Tx, keys: readonly string[]): Promise<Spent> {
  const { rows } = await sql<{ key: string; at: number }>`
    select key, ${msOf(sql`next_at`)} as at from budgets where key = any(${keys}) order by key for update`.execute(tx);
  return new Map(rows.map((r) => [r.key, r.at]));
}

async function createBudgets(db: Db, keys: readonly string[], now: Date): Promise<void> {
  await sql`insert into budgets (key, next_at) select key, ${now} from unnest(${keys}::text[]) key order by key
    on conflict do nothing`.execute(db);
}

type TakenRow = ClaimedRow & { readonly lead: number; readonly scene: Scene | null };

/**
 * Marks those of the chosen rows that nobody else has locked as being sent, with the lines that may join them, and pays for
 * all that were chosen. What is to be looked up keeps `claimed`: the message that may be there shows that version. A row that
 * has become an edit since it was looked at is left: what is read of its post beside it may be older than that.
 * @param unless budgets that the caller has read but not locked: where one has changed since, or a row is not to be had,
 * nothing at all is taken
 */
async function takeRows(
  db: Db,
  choice: Choice<Candidate>,
  options: ClaimOptions,
  unless?: { readonly locked: Spent },
): Promise<readonly Claim[]> {
  const { leaseMs, fallbackChannel } = options;
  const ids = choice.chosen.map((row) => row.id);
  const attempts = ids.map(() => randomUUID());
  const methods = choice.chosen.map((row) => row.method);
  const withLines = choice.chosen.some((row) => row.class === CLASS.timeline);
  const joined = withLines ? sql` union all ${joiningLines()}` : sql``;
  const asRead = unless ? sql`${budgetsAsRead(choice.keys, unless.locked)}, ` : sql``;
  const { rows } = await sql<TakenRow>`
    with ${asRead}head as (
      select id, attempt, method
      from unnest(${ids}::bigint[], ${attempts}::uuid[], ${methods}::text[]) h(id, attempt, method)
    ), lead as (
      select o.id, h.attempt, o.channel, o.method, o.thread_post_id, o.subject, o.attempt_id as before,
        o.kind = 'say' and o.class = ${CLASS.timeline} and o.payload->>'say' = ${LINES} as merges
      from outbox o join head h on h.id = o.id
      where o.id = any(${ids}::bigint[]) and (o.state = 'pending') is true and (o.method = h.method) is true
        ${unless ? sql`and (select ok from as_read)` : sql``} for update of o skip locked
    ), mine as (
      select id, attempt, id as lead from lead${joined}
    ), paid as (
      ${payment(choice.spent)}${unless ? sql` and (select count(*) from lead) = ${ids.length}` : sql``}
    )
    update outbox o set state = 'sending', attempt_id = m.attempt, attempts = o.attempts + 1,
      lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond',
      claimed = case when o.look_up_from is null then o.wanted else o.claimed end
    from mine m where o.id = m.id${unless ? sql` and (select count(*) from lead) = ${ids.length}` : sql``}
    returning o.id, o.kind, o.post_id, o.thread_post_id, o.subject, o.channel, o.class, o.method, o.payload, o.v, o.wanted,
      o.claimed, o.due_at, o.created_at, o.wanted_at, o.attempts, o.attempt_id, o.look_up_from, o.run_id, o.fence, o.error,
      o.fallback_of, m.lead, case when m.lead = o.id then ${sceneOf(fallbackChannel)} end as scene`.execute(db);
  return choice.chosen.flatMap(({ id }) => {
    const together = rows.filter((row) => row.lead === id).toSorted((a, b) => a.id - b.id);
    const lead = together[0];
    return lead?.scene ? [{ lead, rows: together, scene: lead.scene }] : [];
  });
}

/** Locks the budgets in key order; `ok` when each is what the caller read, those included that must not be missing. */
function budgetsAsRead(keys: readonly string[], read: Spent): RawBuilder<unknown> {
  const known = keys.flatMap((key) => (read.has(key) ? [{ key, at: read.get(key) }] : []));
  const complete = keys.every((key) => key.startsWith('hold:') || read.has(key));
  return sql`held as materialized (
      select key, ${msOf(sql`next_at`)} as at from budgets where key = any(${keys}) order by key for update
    ), as_read as materialized (
      select ${complete} and count(*) = ${known.length} and coalesce(bool_and(h.at is not distinct from r.at), true) as ok
      from held h left join jsonb_to_recordset(${JSON.stringify(known)}::jsonb) r(key text, at float8) on r.key = h.key
    )`;
}

/** The later lines of the same thread, due or not; of lines to be looked up, those that left with them. */
function joiningLines(): RawBuilder<unknown> {
  return sql`select x.id, l.attempt, l.id as lead from lead l cross join lateral (
    select o.id from outbox o
    where l.merges and o.state = 'pending' and o.channel = l.channel and o.method = l.method
      and o.class = ${CLASS.timeline} and o.id > l.id and o.kind = 'say' and o.payload->>'say' = ${LINES}
      and o.subject = l.subject and o.thread_post_id is not distinct from l.thread_post_id
      and o.attempt_id is not distinct from l.before
    order by o.id limit ${LINES_AT_ONCE - 1} for update skip locked) x`;
}
