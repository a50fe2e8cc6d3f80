import { sql } from 'kysely';
import type { Origin, Principal } from '../../domain/principal.ts';
import type { Db, Tx } from '../../ports/database.ts';
import { type AuditEntry, audit } from '../audit.ts';
import type { Role } from '../define.ts';
import { delaysBegin } from '../outbox/settle.ts';
import { DROPPED } from '../outbox/write.ts';
import { mayI } from '../rights/may.ts';
import { FAILED, TROUBLED } from './list.ts';

/**
 * What people do with messages that reached nobody: send them again, or drop one. Rows are locked by id, so that two who press at
 * once come one after the other, and the second finds what the first has done.
 */

/** Sending again is what a worker does anyhow; what nobody is to be told is Hikeshi's own state. */
const NEEDS = { retry: 'operator', drop: 'admin' } as const satisfies Record<string, Role>;

export type Which =
  /** MSG-12: its row. */
  | { readonly message: number }
  /** INC-5: its number. */
  | { readonly incident: number }
  | { readonly all: true };

export interface Actor {
  readonly principal: Principal;
  readonly role: Role;
  readonly origin: Origin;
}

/** Why nothing was done with a message that is there. */
export type Standing = 'sending' | 'waiting' | 'on-its-way' | 'delivered' | 'in-fallback' | 'dropped' | 'withdrawn';

export type Administered =
  | { readonly kind: 'done'; readonly numbers: readonly number[]; readonly inDoubt: boolean }
  | { readonly kind: 'not-allowed'; readonly needs: Role }
  | { readonly kind: 'missing'; readonly number: number }
  | { readonly kind: 'nothing'; readonly incident?: number }
  | { readonly kind: 'several'; readonly incident: number; readonly numbers: readonly number[] }
  | { readonly kind: 'stands'; readonly number: number; readonly standing: Standing };

/** How a message stands that has not been tried in vain; `undefined`: there is none. */
export async function standingOf(db: Db, id: number): Promise<Standing | undefined> {
  const { rows } = await sql<Row>`select ${COLUMNS} from outbox o where o.id = ${id}`.execute(db);
  return rows[0] && stands(rows[0]);
}

const COLUMNS = sql`o.id, o.subject, o.channel, o.state, o.error, o.fallback_of, o.look_up_from is not null as in_doubt,
  ${TROUBLED} as troubled`;

interface Row {
  readonly id: number;
  readonly subject: string;
  readonly channel: string;
  readonly state: string;
  readonly error: string | null;
  readonly fallback_of: string | null;
  readonly in_doubt: boolean;
  readonly troubled: boolean;
}

/** So many at once; the rest with the next press. */
const BATCH = 500;
/** Of a long list, the audit names the first. */
const AUDITED = 50;

/**
 * Sends messages once more, at once, where they were meant to go: somebody has mended the channel. One that Slack may have taken is
 * looked for first, as ever, and Slack's Retry-After holds all the same.
 */
export async function retryMessages(tx: Tx, which: Which, by: Actor, now: Date): Promise<Administered> {
  if (!mayI(by.role, NEEDS.retry)) return refuse(tx, 'retry', which, by, now);
  const found = await lockTroubled(tx, which);
  if ('kind' in found) return found;
  const ids = found.map((row) => row.id);
  // What is there, or may be, in the fallback channel is looked for and edited there.
  await sql`
    with again as (
      update outbox o set state = 'pending', due_at = ${now}, attempts = 0, payload = o.payload - 'again',
        error = case when stays.there then o.error end, fallback_of = case when stays.there then o.fallback_of end
      from (select w.id, p.ts is not null or w.look_up_from is not null as there
        from outbox w left join posts p on p.id = w.post_id where w.id = any(${ids})) stays
      where o.id = stays.id
      returning o.post_id
    )
    update posts set moved = false from again where posts.id = again.post_id`.execute(tx);
  return done(tx, 'retry', which, by, found, now);
}

/**
 * Nobody will be told this one. Of a post only what it shows now: its next change is shown again. Whoever counts a delay from it
 * begins to.
 */
export async function dropMessage(tx: Tx, which: Which, by: Actor, now: Date): Promise<Administered> {
  if (!mayI(by.role, NEEDS.drop)) return refuse(tx, 'drop', which, by, now);
  const found = await lockTroubled(tx, which);
  if ('kind' in found) return found;
  if (found.length > 1) {
    const numbers = found.map((row) => row.id);
    return 'incident' in which ? { kind: 'several', incident: which.incident, numbers } : { kind: 'nothing' };
  }
  await sql`
    with done as (
      update outbox set state = 'cancelled', error = ${DROPPED}, attempts = 0, payload = payload - 'again',
        lease_until = null, attempt_id = case when kind = 'show' then attempt_id end,
        look_up_from = case when kind = 'show' then look_up_from end
      where id = ${found[0]!.id} returning id, subject, event
    ), ${delaysBegin(now)}
    select id from done`.execute(tx);
  return done(tx, 'drop', which, by, found, now);
}

/** The rows that were tried in vain among those meant; or why there is none. */
async function lockTroubled(tx: Tx, which: Which): Promise<readonly Row[] | Exclude<Administered, { kind: 'done' }>> {
  if ('message' in which) {
    const [row] = await lock(tx, sql`o.id = ${which.message}`);
    if (!row) return { kind: 'missing', number: which.message };
    return row.troubled ? [row] : { kind: 'stands', number: row.id, standing: stands(row) };
  }
  if ('all' in which) {
    const rows = await lock(tx, FAILED);
    return rows.length > 0 ? rows : { kind: 'nothing' };
  }
  const subject = sql`(select 'incident:' || id from incidents where number = ${which.incident})`;
  const rows = await lock(tx, sql`o.subject = ${subject} and ${TROUBLED}`);
  return rows.length > 0 ? rows : { kind: 'nothing', incident: which.incident };
}

async function lock(tx: Tx, where: ReturnType<typeof sql>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from outbox o where ${where} order by o.id limit ${BATCH} for update`.execute(tx);
  return rows;
}

function stands({ state, error, fallback_of: fallback }: Row): Standing {
  switch (state) {
    case 'sending':
    case 'waiting':
      return state;
    case 'sent':
      return fallback === null ? 'delivered' : 'in-fallback';
    case 'cancelled':
      return error === DROPPED ? 'dropped' : 'withdrawn';
    default:
      return 'on-its-way';
  }
}

async function done(
  tx: Tx,
  verb: keyof typeof NEEDS,
  which: Which,
  by: Actor,
  rows: readonly Row[],
  now: Date,
): Promise<Administered> {
  const messages = rows.slice(0, AUDITED).map(({ id, subject, channel, error }) => ({ id, subject, channel, error }));
  const entry = {
    stage: 'executed',
    outcome: 'ok',
    rule: NEEDS[verb],
    before: { count: rows.length, messages },
  } as const;
  await note(tx, verb, which, by, entry, now);
  return { kind: 'done', numbers: rows.map((row) => row.id), inDoubt: rows.some((row) => row.in_doubt) };
}

async function refuse(tx: Tx, verb: keyof typeof NEEDS, which: Which, by: Actor, now: Date): Promise<Administered> {
  await note(tx, verb, which, by, { stage: 'refused', outcome: 'refused', rule: 'role' }, now);
  return { kind: 'not-allowed', needs: NEEDS[verb] };
}

async function note(
  db: Db,
  verb: keyof typeof NEEDS,
  which: Which,
  { principal, origin }: Actor,
  entry: Pick<AuditEntry, 'stage' | 'outcome' | 'rule' | 'before'>,
  now: Date,
): Promise<void> {
  await audit(db, { verb: `outbox ${verb}`, principal, origin, target: nameOf(which), ...entry }, now);
}

function nameOf(which: Which): string {
  if ('all' in which) return 'all';
  return 'message' in which ? `MSG-${which.message}` : `INC-${which.incident}`;
}
