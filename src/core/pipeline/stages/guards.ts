import { sql } from 'kysely';
import { type GuardRule, type Guardrails, isGuardRule } from '../../../domain/guardrails.ts';
import type { ActionPlan, PlannedFacts } from '../../../domain/plan.ts';
import { type ActionTarget, isDatabase, targetKey } from '../../../domain/workload.ts';
import type { Db, Tx } from '../../../ports/database.ts';
import { mayI } from '../../rights/may.ts';
import type { Rights } from '../../rights/types.ts';
import { clusterOf, type PipelineDeps } from '../deps.ts';
import type { ActionRow } from '../records.ts';
import type { GuardFacts } from './guardrails.ts';
import { holderOf } from './lock.ts';

/** What guardrails are asked about. */
export interface Guarded {
  readonly verb: string;
  readonly target: ActionTarget;
  readonly incidentId: number | undefined;
  readonly isUndo: boolean;
  /** The action itself, once it has a row: it does not stand in its own way, nor do those that came after it. */
  readonly row?: ActionRow;
  readonly planned?: PlannedFacts;
  /** What break-glass is to lift. */
  readonly lift: GuardRule | undefined;
  /** Of whoever breaks it, now; absent: looked at in another step. */
  readonly rights?: Rights;
}

/** May they break the glass there? It lifts a guardrail, never a right. */
export function mayBreak({ role }: Pick<Rights, 'role'>, { breakGlass }: Guardrails): boolean {
  return breakGlass !== 'nobody' && mayI(role, breakGlass);
}

/** Everything that guardrails look at, from rows: other replicas act as well. Asks for what config makes a rule of, no more. */
export async function guardFacts(
  db: Db,
  { rules }: Pick<PipelineDeps, 'rules'>,
  guarded: Guarded,
  now: Date,
): Promise<GuardFacts> {
  const { verb, target, isUndo, incidentId, row, rights } = guarded;
  const { guardrails } = rules(target.environment);
  const { coolDownMs, blastRadius, incidentRequired } = guardrails;
  return {
    now,
    verb,
    target,
    guardrails,
    isUndo,
    lift: !rights || mayBreak(rights, guardrails) ? guarded.lift : undefined,
    planned: guarded.planned,
    holder: await holderOf(db, target, row?.id),
    lastActed: coolDownMs > 0 ? await lastActed(db, guarded, now) : undefined,
    recent: blastRadius ? await recentIn(db, guarded, new Date(now.getTime() - blastRadius.withinMs)) : [],
    incidentOpen: incidentRequired && incidentId !== undefined && (await isOpen(db, incidentId)),
  };
}

export function guardedRow(row: ActionRow, rights?: Rights, planned = plannedOf(row)): Guarded {
  const { verb, target, undo_of: undoOf, incident_id: incident, lift } = row;
  return {
    verb,
    target,
    isUndo: undoOf !== null,
    incidentId: incident ?? undefined,
    row,
    lift: lift !== null && isGuardRule(lift) ? lift : undefined,
    ...(planned && { planned }),
    ...(rights && { rights }),
  };
}

export function plannedOf(row: ActionRow): PlannedFacts | undefined {
  return row.plan?.facts;
}

/** An action whose job has not ended is still at it. */
async function lastActed(db: Db, { target, row }: Guarded, now: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(coalesce(j.finished_at, ${now})) as at from actions a join jobs j on j.action_id = a.id
    where a.target_key = ${targetKey(target)} and j.executed and a.id is distinct from ${row?.id ?? null}::uuid`.execute(
    db,
  );
  return rows[0]?.at ?? undefined;
}

async function recentIn(db: Db, { target, row }: Guarded, since: Date): Promise<GuardFacts['recent']> {
  const own = row?.id ?? null;
  const { rows } = await sql<{ at: Date; pods: number }>`
    select j.created_at as at, coalesce((a.plan #>> '{facts,pods}')::int, 0) as pods
    from jobs j join actions a on a.id = j.action_id
    where j.environment = ${target.environment} and j.created_at > ${since} and a.id is distinct from ${own}::uuid
      and (j.executed or j.finished_at is null)
      and j.id < coalesce((select id from jobs where action_id = ${own}::uuid), 9223372036854775807)
    order by j.created_at, j.id`.execute(db);
  return rows;
}

async function isOpen(db: Db, id: number): Promise<boolean> {
  const found = await db.selectFrom('incidents').select('state').where('id', '=', id).executeTakeFirst();
  return found !== undefined && found.state !== 'resolved';
}

/**
 * One after the other from here to the end of the transaction: what guardrails count in this environment stays so until the
 * action that they let through is counted too. To be taken before the target's lock.
 */
export async function queueUp(tx: Tx, { coolDownMs, blastRadius }: Guardrails, target: ActionTarget): Promise<void> {
  if (coolDownMs === 0 && !blastRadius) return;
  await sql`insert into action_gates (environment) values (${target.environment})
    on conflict (environment) do update set environment = excluded.environment`.execute(tx);
}

/** More workloads than any cluster has; the port's own default is lower. */
const ALL = 20_000;

/** Counts the environment's pods, if a guardrail is a share of them and the action is about some. @throws ClusterError */
export async function withEnvironmentPods(
  deps: Pick<PipelineDeps, 'rules' | 'environments'>,
  { facts, target }: ActionPlan,
  signal: AbortSignal,
): Promise<PlannedFacts> {
  if (isDatabase(target) || deps.rules(target.environment).guardrails.blastRadius?.percent === undefined) return facts;
  const clusters = deps.environments.get(target.environment)?.clusters.values() ?? [
    clusterOf(deps.environments, target),
  ];
  const lists = await Promise.all([...clusters].map((cluster) => cluster.workloads({ limit: ALL }, { signal })));
  return { ...facts, environmentPods: lists.flat().reduce((sum, { desired }) => sum + desired, 0) };
}
