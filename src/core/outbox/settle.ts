import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import type { Claim } from './claim.ts';
import { holdKey } from './limits.ts';
import { attemptBegan } from './mend.ts';
import type { Again, Outcome } from './outcome.ts';

export interface Settled {
  /** False: the lease ran out and another attempt has the row; nothing was written. */
  readonly ours: boolean;
  /** Something else may leave now. */
  readonly more: boolean;
}

export interface SettleOptions {
  readonly now: Date;
  readonly leaseMs: number;
}

/** Writes down what became of a claim, in one statement that only this attempt can make. */
export async function settle(db: Db, claim: Claim, outcome: Outcome, options: SettleOptions): Promise<Settled> {
  switch (outcome.do) {
    case 'delivered':
      return claim.lead.kind === 'show'
        ? shown(db, claim, outcome, options.now)
        : end(
            db,
            claim,
            sql`state = 'sent', ts = ${outcome.sent.ts}, sent_at = ${options.now}, ${KEEP_REASON}`,
            options.now,
          );
    case 'again':
      return pendingAgain(db, claim, outcome, options);
    case 'wait':
      return end(db, claim, sql`state = 'waiting', attempts = attempts - 1`, undefined);
    case 'cancel':
      return end(db, claim, sql`state = 'cancelled', error = ${outcome.reason}`, options.now);
    case 'fallback':
      return postAnew(db, claim, sql`fallback_of = channel, error = ${outcome.code}`, options.now);
    case 'anew': {
      const before = JSON.stringify({ before: outcome.before ?? '' });
      return postAnew(db, claim, sql`payload = payload || ${before}::jsonb`, options.now);
    }
    case 'fail':
      return fail(db, claim, outcome, options.now);
    case 'leave':
      return { ours: true, more: false };
  }
}

/** A row that went to the fallback channel keeps saying why. */
const KEEP_REASON = sql`error = case when fallback_of is null then null else error end`;
const RELEASED = sql`attempt_id = null, lease_until = null, look_up_from = null`;

function ours(claim: Claim): RawBuilder<unknown> {
  const ids = claim.rows.map((row) => row.id);
  return sql`id = any(${ids}) and attempt_id = ${claim.lead.attempt_id} and state = 'sending'`;
}

/**
 * An escalation step counts its delay from when the message of the step before left, or was given up for good: whoever
 * waits for this event is due from now on. Reads `done(subject, event)`. A run that somebody holds is being stopped or
 * stepped and waits for something else afterwards; waiting for it here, with the outbox row in hand, could be a deadlock.
 */
export function delaysBegin(now: Date): RawBuilder<unknown> {
  return sql`begun as (
    update runs set due_at = ${now}::timestamptz + next_delay_ms * interval '1 millisecond', waits_for = null
    where id in (
      select r.id from runs r join done on r.subject = done.subject and r.waits_for = done.event
      where r.state = 'running' for update of r skip locked))`;
}

/** What is tried again is failed until then: its thread, and whoever counts a delay from it, do not wait for it. */
async function fail(
  db: Db,
  claim: Claim,
  { code, againMs }: Extract<Outcome, { do: 'fail' }>,
  now: Date,
): Promise<Settled> {
  const error = sql`error = case when fallback_of is null then ${code} else coalesce(error, ${code}) end`;
  if (againMs === undefined) {
    return end(db, claim, sql`state = 'failed', ${error}, payload = payload - 'again'`, now);
  }
  const due = new Date(now.getTime() + againMs);
  const mark = sql`payload = payload || '{"again": true}'::jsonb`;
  return end(db, claim, sql`state = 'failed', ${error}, due_at = ${due}, ${mark}`, now);
}

/** What was refused goes out once more when its time has come. Answers how many there are. */
export async function tryRefusedAgain(db: Db, now: Date): Promise<number> {
  const { rows } = await sql`update outbox set state = 'pending', due_at = ${now}, payload = payload - 'again'
    where id in (select id from outbox
      where state = 'failed' and payload ? 'again' and due_at <= ${now} order by id for update skip locked)
    returning id`.execute(db);
  return rows.length;
}

/** @param left when the message left or was given up; `undefined`: it still waits */
async function end(db: Db, claim: Claim, set: RawBuilder<unknown>, left: Date | undefined): Promise<Settled> {
  const { rows } = await sql`
    with done as (update outbox set ${set}, ${RELEASED} where ${ours(claim)} returning id, subject, event)
    ${left ? sql`, ${delaysBegin(left)}` : sql``}
    select id from done`.execute(db);
  return { ours: rows.length > 0, more: false };
}

/**
 * The post is there, in the version `shown`; what changed meanwhile is sent once more, and what waited for its thread may go.
 * A waiting row that somebody is changing right now is left to the sweep: waiting for it could be a deadlock.
 */
async function shown(
  db: Db,
  claim: Claim,
  { sent, shown: version }: Extract<Outcome, { do: 'delivered' }>,
  now: Date,
): Promise<Settled> {
  const { rows } = await sql<{ state: string | null; freed: number }>`
    with done as (
      update outbox set claimed = ${version}, state = case when wanted > ${version} then 'pending' else 'sent' end,
        wanted_at = case when wanted > ${version} then due_at else wanted_at end, method = 'chat.update', attempts = 0, ts = ${sent.ts}, sent_at = ${now}, ${KEEP_REASON}, ${RELEASED}
      where ${ours(claim)} returning post_id, state, subject, event
    ), ${delaysBegin(now)}, there as (
      update posts p set ts = ${sent.ts}, channel_id = ${sent.channelId}, rendered = ${version}, shown_at = ${now}
      from done where p.id = done.post_id
    ), freed as (
      update outbox set state = 'pending' where id in (
        select id from outbox where state = 'waiting' and thread_post_id in (select post_id from done)
        for update skip locked)
      returning id
    )
    select (select state from done) as state, (select count(*)::int from freed) as freed`.execute(db);
  const { state, freed } = rows[0]!;
  return { ours: state !== null, more: state === 'pending' || freed > 0 };
}

/** Keeps the attempt's id while it has to be looked up: lines that left together are looked for together. */
async function pendingAgain(db: Db, claim: Claim, outcome: Again, { now, leaseMs }: SettleOptions): Promise<Settled> {
  const due = new Date(now.getTime() + outcome.afterMs);
  const lookUpFrom = outcome.lookUp
    ? sql`coalesce(look_up_from, ${attemptBegan('lease_until', leaseMs)})`
    : sql`look_up_from`;
  const held = outcome.hold === undefined ? undefined : holdKey(outcome.hold);
  const hold = held
    ? sql`with held as (insert into budgets (key, next_at) values (${held}, ${due})
        on conflict (key) do update set next_at = greatest(budgets.next_at, excluded.next_at)) `
    : sql``;
  const { rows } = await sql`${hold} update outbox set state = 'pending', due_at = ${due}, lease_until = null,
      error = case when fallback_of is null then ${outcome.error} else error end,
      attempts = attempts - ${outcome.counted ? 0 : 1}::int,
      attempt_id = case when ${lookUpFrom} is null then null else attempt_id end, look_up_from = ${lookUpFrom}
    where ${ours(claim)} returning id`.execute(db);
  return { ours: rows.length > 0, more: false };
}

/** Pending at once, as a new message; a post forgets where it was, so that its thread follows. */
async function postAnew(db: Db, claim: Claim, set: RawBuilder<unknown>, now: Date): Promise<Settled> {
  const { rows } = await sql`
    with again as (
      update outbox set ${set}, state = 'pending', method = 'chat.postMessage', due_at = ${now}, attempts = 0, ${RELEASED}
      where ${ours(claim)} returning id, post_id
    ), forgotten as (
      update posts p set moved = p.moved or p.ts is not null, ts = null, channel_id = null
      from again where p.id = again.post_id
    )
    select id from again`.execute(db);
  return { ours: rows.length > 0, more: rows.length > 0 };
}
