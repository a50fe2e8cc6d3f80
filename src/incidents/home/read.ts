import { sql } from 'kysely';
import type { LinkTo } from '../../core/define.ts';
import { type ListedApproval, listApprovals } from '../../core/pipeline/approvals.ts';
import { type ListedJob, listJobs } from '../../core/pipeline/list.ts';
import { subjectOf } from '../../core/pipeline/post.ts';
import type { Standing } from '../../core/rights/types.ts';
import { incidentSubject } from '../../domain/incident.ts';
import { type Name, namesOf } from '../../oncall/names.ts';
import type { PolicyRules } from '../../oncall/policies.ts';
import { groupMembers, resolveAll } from '../../oncall/resolve.ts';
import type { Db } from '../../ports/database.ts';
import { INCIDENTS_SHOWN, type Listed, linksTo, type OpenIncident, openIncidents } from '../open.ts';

/** What somebody's home tab shows, as the rows have it. */
export interface HomeFacts {
  readonly now: Date;
  /** The most severe first, then the oldest. */
  readonly incidents: Listed<OpenIncident>;
  readonly jobs: Listed<ListedJob>;
  /** Those that this person may give; absent: they give none. */
  readonly approvals?: Listed<ListedApproval>;
  readonly policies: PolicyRules['policies'];
  readonly oncall: PolicyRules['oncall'];
  /** By name in the config: `@sre (kenji, mika)`. */
  readonly names: ReadonlyMap<string, Name>;
  /** Addresses of posts, by subject; some may be missing. */
  readonly links: ReadonlyMap<string, string>;
}

export interface ReadingHome {
  readonly db: Db;
  readonly rules: PolicyRules;
  readonly standing: Pick<Standing, 'approver'>;
  readonly personId: string;
  /** The direct conversation with this person: posts in others' cannot be gone to. */
  readonly channelId: string;
  readonly linkTo: LinkTo;
  readonly now: Date;
  readonly signal: AbortSignal;
}

const OTHERS_SHOWN = 5;

export async function readHome(reading: ReadingHome): Promise<HomeFacts> {
  const { db, rules, now, standing } = reading;
  const { policies, oncall } = rules;
  const [incidents, jobs, approvals, names] = await Promise.all([
    openIncidents(db, INCIDENTS_SHOWN),
    runningJobs(db),
    standing.approver ? approvalsFor(reading) : undefined,
    calledNow(db, [...oncall, ...[...policies.values()].flatMap(({ steps }) => steps.flatMap(({ page }) => page))]),
  ]);
  const actions = [
    ...jobs.shown.flatMap(({ action }) => (action ? [action.id] : [])),
    ...(approvals?.shown ?? []).map(({ row }) => row.id),
  ];
  const subjects = [...incidents.shown.map(({ id }) => incidentSubject(id)), ...actions.map(subjectOf)];
  return {
    now,
    incidents,
    jobs,
    ...(approvals && { approvals }),
    policies,
    oncall,
    names,
    links: await linksTo(reading, subjects),
  };
}

async function runningJobs(db: Db): Promise<Listed<ListedJob>> {
  const running = db.selectFrom('jobs').where('due_at', 'is not', null);
  const { count } = await running.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  const listed = count > 0 ? await listJobs(db) : [];
  return { count, shown: listed.filter(({ job }) => !job.finished_at).slice(0, OTHERS_SHOWN) };
}

/** Nobody approves what they have asked for themselves. */
async function approvalsFor({ db, now, personId }: ReadingHome): Promise<Listed<ListedApproval>> {
  const others = (await listApprovals(db, now)).filter(({ row }) => row.principal.id !== personId);
  return { count: others.length, shown: others.slice(0, OTHERS_SHOWN) };
}

/** As the workspace knows them now; of a group, who is in it. */
async function calledNow(db: Db, whos: readonly string[]): Promise<ReadonlyMap<string, Name>> {
  const names = await namesOf(db, whos);
  const resolved = [...(await resolveAll(db, whos)).values()];
  const members = await groupMembers(
    db,
    resolved.flatMap(({ mention }) => (mention ? [mention] : [])),
  );
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from people where id = any(${[...members.values()].flat()})`.execute(db);
  const byId = new Map(rows.map(({ id, name }) => [id, name]));
  return new Map(
    resolved.map(({ who, mention }) => {
      const name = names.get(who) ?? { shown: who };
      const group = mention?.kind === 'group' ? (members.get(mention.id) ?? []) : [];
      const people = group.map((id) => byId.get(id) ?? id).sort();
      const shown = people.length > 0 ? `${name.shown} (${people.join(', ')})` : name.shown;
      return [who, { ...name, shown }];
    }),
  );
}
