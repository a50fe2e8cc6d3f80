import { sql } from 'kysely';
import type { Mention } from '../../domain/content.ts';
import type { Person } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import { peopleWhere } from './find.ts';
import { RUN } from './keeper.ts';

/** Why a page target cannot be called. */
export type TargetProblem =
  | 'not-found'
  | 'deactivated'
  | 'bot'
  /** Several people or groups go by this name: `candidates`. */
  | 'ambiguous'
  /** The group has nobody, or nobody who is still there. */
  | 'group-empty'
  | 'group-disabled'
  /** A name cannot be looked up before the workspace was read for the first time. */
  | 'directory-never-loaded';

/** What is odd about somebody who is called all the same: in doubt we call. */
export type TargetDoubt =
  /** An id that the directory does not have (yet): somebody new, or of another workspace. */
  'not-found' | 'guest' | 'directory-never-loaded';

export type ResolvedTarget =
  | {
      readonly kind: 'mention';
      readonly mention: Mention;
      /** Whom the mention calls, for direct messages; empty for a whole channel, and when it is not known. */
      readonly people: readonly string[];
      readonly doubt?: TargetDoubt;
    }
  | {
      readonly kind: 'problem';
      readonly problem: TargetProblem;
      /** As it was asked for. */
      readonly who: string;
      /** Ids. */
      readonly candidates?: readonly string[];
    };

interface Group {
  readonly id: string;
  readonly disabled: boolean;
  /** Only those who are not deactivated, as far as they are known. */
  readonly living: readonly string[];
}

/**
 * Whom a policy step means: `@hana`, `@sre` (a group's handle), `U..`, `S..`, `channel`, `here`, or Slack's own `<@U..>`. Names
 * are compared exactly; a display name counts only where nobody bears it as a name and one full member has it.
 */
export async function resolvePageTarget(db: Db, target: string): Promise<ResolvedTarget> {
  const who = bare(target);
  const scope = /^@?(channel|here)$/.exec(who)?.[1];
  if (scope === 'channel' || scope === 'here') {
    return { kind: 'mention', mention: { kind: 'everyone', scope }, people: [] };
  }
  if (/^[UW][A-Z0-9]{2,}$/.test(who)) return byPersonId(db, who);
  if (/^S[A-Z0-9]{2,}$/.test(who)) return byGroupId(db, who);
  return byName(db, target, who.replace(/^@/, '').toLowerCase());
}

function bare(target: string): string {
  return /^<(?:@|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(target.trim())?.[1] ?? target.trim();
}

async function byPersonId(db: Db, id: string): Promise<ResolvedTarget> {
  const [person] = await peopleWhere(db, sql`id = ${id}`);
  if (person) return ofPerson(person, id);
  const doubt = (await everLoaded(db)) ? 'not-found' : 'directory-never-loaded';
  return { kind: 'mention', mention: { kind: 'person', id }, people: [id], doubt };
}

async function byGroupId(db: Db, id: string): Promise<ResolvedTarget> {
  const [group] = await groupsWhere(db, 'id', id);
  if (group) return ofGroup(group, id);
  const doubt = (await everLoaded(db)) ? 'not-found' : 'directory-never-loaded';
  return { kind: 'mention', mention: { kind: 'group', id }, people: [], doubt };
}

async function byName(db: Db, target: string, name: string): Promise<ResolvedTarget> {
  const [named, groups] = await Promise.all([peopleWhere(db, sql`name = ${name}`), groupsWhere(db, 'handle', name)]);
  const people = named.length + groups.length > 0 ? named : await byDisplayName(db, name);
  const living = people.filter((p) => !p.deactivated);
  const enabled = groups.filter((g) => !g.disabled);
  if (living.length + enabled.length > 1) {
    return problem(
      'ambiguous',
      target,
      [...living, ...enabled].map((one) => one.id),
    );
  }
  if (living[0]) return ofPerson(living[0], target);
  const group = enabled[0] ?? groups[0];
  if (group) return ofGroup(group, target);
  if (people[0]) return problem('deactivated', target);
  return problem((await everLoaded(db)) ? 'not-found' : 'directory-never-loaded', target);
}

/** Everybody may choose a display name, so guests and bots are left out. */
function byDisplayName(db: Db, name: string): Promise<readonly Person[]> {
  return peopleWhere(db, sql`lower(display_name) = ${name} and not is_guest and not is_bot and not deactivated`);
}

function ofPerson(person: Person, who: string): ResolvedTarget {
  if (person.deactivated) return problem('deactivated', who);
  if (person.isBot) return problem('bot', who);
  const mention: Mention = { kind: 'person', id: person.id };
  return { kind: 'mention', mention, people: [person.id], ...(person.isGuest && { doubt: 'guest' as const }) };
}

function ofGroup(group: Group, who: string): ResolvedTarget {
  if (group.disabled) return problem('group-disabled', who);
  if (group.living.length === 0) return problem('group-empty', who);
  return { kind: 'mention', mention: { kind: 'group', id: group.id }, people: group.living };
}

function problem(code: TargetProblem, who: string, candidates?: readonly string[]): ResolvedTarget {
  return { kind: 'problem', problem: code, who, ...(candidates && { candidates }) };
}

async function groupsWhere(db: Db, column: 'id' | 'handle', value: string): Promise<readonly Group[]> {
  const { rows } = await sql<Group>`
    select g.id, g.disabled, array(
      select m from unnest(g.members) m where not exists (select 1 from people p where p.id = m and p.deactivated)
    ) as living
    from user_groups g where g.${sql.ref(column)} = ${value} order by g.disabled, g.id limit 20`.execute(db);
  return rows;
}

/** Single people are also written down when they are looked up, so a first refresh under way says more than their rows. */
async function everLoaded(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 where exists (select 1 from people)
    and not exists (select 1 from schedule_runs where name = ${RUN} and last_run_at is null)`.execute(db);
  return rows.length > 0;
}
