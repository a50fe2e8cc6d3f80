import { type RawBuilder, sql } from 'kysely';
import type { Principal } from '../../domain/principal.ts';
import type { Db } from '../../ports/database.ts';
import type { AuditStage } from '../audit.ts';

/** What somebody looks for in the audit; everything that is given must hold. */
export interface AuditQuestion {
  readonly since: Date;
  /** A Slack id, or a name. */
  readonly person?: string;
  /** Parts of a target between slashes, in any order: `shop/checkout`. */
  readonly target?: string;
  /** Only what was refused. */
  readonly refused?: boolean;
  /** What only looked, or was not understood, too. */
  readonly looks?: boolean;
}

/** One attempt: its newest step, and who began it. */
export interface Attempt {
  readonly at: Date;
  readonly stage: AuditStage;
  readonly verb: string;
  readonly target: string | null;
  readonly outcome: string;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly principal: Principal;
}

export interface Attempts {
  /** The newest first, `LISTED` at most. */
  readonly attempts: readonly Attempt[];
  /** There are more than are listed. */
  readonly more: boolean;
}

const LISTED = 20;
/** The codes of errors that say no more than that the words meant nothing, or not one thing. */
const MISTYPED =
  '^(no-such-|not-a-|not-an-|not-one-of|not-replicas|which-|bad-|wrong-kind|ambiguous-|missing-argument|too-many-arguments|unclosed-quote|flag-needs-)';

/** Attempts since a time: the steps of an action are one. */
export async function searchAudit(db: Db, question: AuditQuestion): Promise<Attempts> {
  const { rows } = await sql<Attempt>`
    with hit as (select distinct coalesce(a.action_id::text, a.id::text) as attempt from audit a where ${hits(question)}),
      steps as (
        select a.*, h.attempt, row_number() over (partition by h.attempt order by a.id desc) as newest,
          first_value(a.principal) over (partition by h.attempt order by a.id) as beginner
        from hit h join audit a on coalesce(a.action_id::text, a.id::text) = h.attempt
        where a.at >= ${question.since})
    select s.at, s.stage, s.verb, s.target, s.outcome, s.rule, s.reason, ${named('s.beginner')} as principal
    from steps s where s.newest = 1 order by s.at desc, s.id desc limit ${LISTED + 1}`.execute(db);
  return { attempts: rows.slice(0, LISTED), more: rows.length > LISTED };
}

function hits({ since, person, target, refused, looks }: AuditQuestion): RawBuilder<unknown> {
  const conditions = [
    sql`a.at >= ${since}`,
    ...(looks ? [] : [sql`a.stage <> 'asked'`, sql`not (a.stage = 'refused' and coalesce(a.rule, '') ~ ${MISTYPED})`]),
    ...(refused ? [sql`a.stage = 'refused'`] : []),
    ...(person === undefined ? [] : [isPerson(person)]),
    ...(target === undefined ? [] : [sql`string_to_array(a.target, '/') @> ${partsOf(target)}::text[]`]),
  ];
  return sql.join(conditions, sql` and `);
}

function isPerson(person: string): RawBuilder<unknown> {
  const name = person.toLowerCase();
  return sql`(a.principal->>'id' = ${person} or lower(a.principal->>'name') = ${name} or a.principal->>'id' in
    (select p.id from people p where lower(p.name) = ${name} or lower(p.display_name) = ${name}))`;
}

/** With the name that people go by, which an entry need not have: it is written in the asker's own transaction. */
function named(principal: 's.beginner' | 'a.principal'): RawBuilder<unknown> {
  const who = sql.ref(principal);
  return sql`${who} || coalesce((select jsonb_build_object('name', coalesce(nullif(p.display_name, ''), p.name))
    from people p where ${who}->>'kind' = 'slack' and p.id = ${who}->>'id'), '{}')`;
}

function partsOf(target: string): readonly string[] {
  return target
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '');
}

const STEPS = 50;

/** The short number of an incident, a job or an approval. */
export interface NumberedThing {
  readonly of: 'incident' | 'job' | 'approval';
  readonly number: number;
}

/** Every step of what a number stands for, oldest first; the newest 50. */
export async function stepsOf(db: Db, { of, number }: NumberedThing): Promise<readonly Attempt[]> {
  const mine = {
    job: sql`a.job_id in (select j.id from jobs j where j.number = ${number})
      or a.action_id in (select j.action_id from jobs j where j.number = ${number})`,
    incident: sql`a.incident_id in (select i.id from incidents i where i.number = ${number})`,
    approval: sql`a.approval_id in (select p.id from approvals p where p.number = ${number})
      or a.action_id in (select p.action_id from approvals p where p.number = ${number})`,
  } satisfies Record<NumberedThing['of'], RawBuilder<unknown>>;
  const { rows } = await sql<Attempt>`
    select a.at, a.stage, a.verb, a.target, a.outcome, a.rule, a.reason, ${named('a.principal')} as principal from audit a
    where ${mine[of]} order by a.id desc limit ${STEPS}`.execute(db);
  return rows.reverse();
}
