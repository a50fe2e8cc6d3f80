import type { z } from 'zod';
import type { Labels, TestMark } from '../domain/alert.ts';
import type { Block, Text } from '../domain/content.ts';
import type { DatabaseNames } from '../domain/database-labels.ts';
import type { ActionOutcome, ActionPlan, Plan } from '../domain/plan.ts';
import type { Origin, Principal } from '../domain/principal.ts';
import type { PolicyCopy } from '../domain/records.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import type { Timetable } from '../domain/timed-task.ts';
import type { ActionTarget, DatabaseTarget, Rollout, Target } from '../domain/workload.ts';
import type { Catalog, Language } from '../messages/catalog.ts';
import type { Sent } from '../ports/chat.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { ClusterCall } from '../ports/cluster-rights.ts';
import type { Db } from '../ports/database.ts';
import type { Images } from '../ports/images.ts';
import type { Postgres } from '../ports/postgres.ts';
import type { Silencer } from '../ports/silencer.ts';
import type { Databases } from './databases.ts';
import type { Environments } from './environments.ts';
import type { RightsBook } from './rights/book.ts';
import { ROLES, type Role } from './rights/roles.ts';

/**
 * The shape of every module that discovery finds. A command cannot exist without its help; what it may touch is what it
 * names in `needs`.
 */

export { ROLES, type Role };

export interface Positional {
  readonly name: string;
  readonly optional?: boolean;
  /** Takes all words from here on; the last one only. Its argument is a list, empty when it is optional and nothing was typed. */
  readonly many?: boolean;
}

export interface Flag {
  /** Without dashes: `namespace`. */
  readonly long: string;
  /** As kubectl spells it, where that is another word. */
  readonly also?: string;
  /** One letter: `n`. */
  readonly short?: string;
  /** Placeholder of its value (`NAME`); absent: a switch. */
  readonly value?: string;
  readonly describe: (m: Catalog) => string;
}

/** What a module may ask for; it gets these and nothing else. */
export interface Resources {
  readonly environments: Environments;
  readonly databases: Databases;
  readonly images: Images;
  readonly db: Db;
  readonly rights: RightsBook;
  /** By verb. */
  readonly actions: ReadonlyMap<string, Action>;
  readonly routing: RouteTrial;
  readonly testAlerts: TestAlerts;
  readonly incidentRules: () => ShownOfConfig;
  readonly linkTo: LinkTo;
  /** What is done at set times. */
  readonly timetable: () => Timetable;
  /** By source: those whose API is known. */
  readonly silencers: () => ReadonlyMap<string, Silencer>;
}

/** Where alerts would go, by the running config. */
export interface RouteTrial {
  /** Names; the one that is meant when none is named comes first. */
  sources(): readonly string[];
  /** The episode's own decision first, then its copies. */
  answers(labels: Labels, source: string, now: Date): readonly RouteAnswer[];
}

export interface TestAsked extends TestMark {
  readonly labels: Labels;
  /** Who sends it, as people know them; absent: the command line. */
  readonly by?: string;
}

/** Alerts that are sent to try the way from Alertmanager to a phone; they take the same way in. */
export interface TestAlerts {
  /** What such an alert carries; `undefined` when config knows no such severity. */
  labels(severity: string, more: Labels): Labels | undefined;
  /** @returns the number of its incident. @throws RetryableError when it cannot be stored now */
  send(source: string, alert: TestAsked): Promise<number>;
}

/** What an incident's post shows of config. */
export interface ShownOfConfig {
  readonly runbooks: ReadonlyMap<string, Runbook>;
  readonly databases: DatabaseNames;
  readonly policies: ReadonlyMap<string, Omit<PolicyCopy, 'direct'>>;
  /** Called for critical incidents that no policy pages for. */
  readonly oncall: readonly string[];
  /** IANA: when the team's morning is. */
  readonly zone: string;
}

/** What an incident's post shows of its runbook. */
export interface Runbook {
  readonly name: string;
  readonly link?: string;
  /** Verbs of actions. */
  readonly actions: readonly string[];
}

/** The address of a message; `undefined` when the chat does not say in a second. */
export type LinkTo = (at: Sent, signal: AbortSignal) => Promise<string | undefined>;

export type Need = keyof Resources;

/** What every command has: its words, help and rights. */
interface CommandShape<Args> {
  /** The word of `/ops`, and the file's name. */
  readonly name: string;
  /** Other words for it, as kubectl has them: `no` and `node` for `nodes`. */
  readonly aliases?: readonly string[];
  readonly positionals: readonly Positional[];
  /** Beside `-e`, `--cluster` and `--help`, which every command has. */
  readonly flags: readonly Flag[];
  /** Parses `{[positional or flag by name]: string | true | undefined}`; a positional that takes many is a list. */
  readonly args: z.ZodType<Args>;
  readonly summary: (m: Catalog) => string;
  /** Without `/ops`; each must parse. */
  readonly examples: readonly string[];
  readonly role: Role;
  /** The calls it makes of clusters: the rights that `hikeshi rbac` grants. A must for what needs `environments`. */
  readonly calls?: readonly ClusterCall[];
}

/** How long a query may take. */
export const QUERY_LIMIT_MS = 10_000;

/** Where and by whom something was asked. */
export interface Asked {
  readonly principal: Extract<Principal, { kind: 'slack' }>;
  readonly role: Role;
  readonly origin: Origin;
  readonly language: Language;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** From `-e`, else the incident's thread, else the channel's default; always a configured one. */
  readonly environment?: string;
  /** From `-e` alone. */
  readonly typed?: string;
  /** From `--file`: nothing is left out for the sake of a phone (`rowsOf`). */
  readonly whole?: boolean;
  /** From `--cluster`. */
  readonly cluster?: string;
  /** The target of the incident whose thread it came from. */
  readonly incidentTarget?: Target;
  /** The database that incident is about. */
  readonly incidentDatabase?: DatabaseTarget;
}

export interface Answered {
  /** One line: what a lock screen gives. */
  readonly text: Text;
  readonly blocks: readonly Block[];
  /** There is more than it shows, beside what tables count: `--file` gives it. */
  readonly more?: boolean;
  /** What was typed of a name that is not there, and what may have been meant: each is offered. */
  readonly near?: { readonly typed: string; readonly names: readonly string[] };
}

export interface Query<Args = unknown, Needs extends Need = Need> extends CommandShape<Args> {
  readonly kind: 'query';
  readonly needs: readonly Needs[];
  /** Of what was asked with these: is the answer for its asker alone, not to be shared? Absent: no. */
  isPrivate?(args: Args): boolean;
  /** Reads only. @throws UserError for what the asker can mend. */
  answer(args: Args, resources: Pick<Resources, Needs>, asked: Asked, m: Catalog): Promise<Answered>;
}

/** What would take an action back, and what the target looks like as long as nothing else has changed. */
export interface Undo<Args> {
  readonly args: Args;
  readonly left: Plan['touches'];
  /** What it comes to, in few words: `back to 3`. */
  readonly back: (m: Catalog) => string;
}

export interface OnCluster {
  readonly cluster: Cluster;
}

export interface OnPostgres {
  readonly postgres: Postgres;
}

/** Where an action acts: by its target. */
export type Place = OnCluster | OnPostgres;

export interface ExecutionContext extends OnCluster {
  readonly signal: AbortSignal;
  /** The action's id: what `probe` looks for. */
  readonly run: string;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** A change that was made before. */
export interface Made {
  readonly plan: ActionPlan;
  /** As people know them. */
  readonly by: string;
  /** When it was confirmed. */
  readonly at: Date;
  readonly job: number;
  readonly outcome: ActionOutcome['kind'];
}

/** The last changes of a target by this verb that were made, of those whose plan says this; the newest first, 20 at most. */
export type MadeBefore = (
  target: ActionTarget,
  verb: string,
  like: { readonly touches?: Plan['touches']; readonly effect?: Plan['effect'] },
) => Promise<readonly Made[]>;

/** One look at what an action set going. */
export interface Progress {
  readonly state: 'progressing' | 'healthy' | 'unhealthy' | 'gone' | 'overruled';
  readonly done: number;
  readonly of: number;
  readonly rollout?: Rollout;
}

/** One of what there is to choose from: its value has at most 75 characters, no line break, and is found nowhere else. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

/** An action whose arguments may leave open what exactly is meant: then it is chosen from a list, before it is planned. */
export interface ActionChoice<Args, T extends ActionTarget, On extends Place> {
  isOpen(args: Args): boolean;
  /** Reads only; at most 100 are shown. @throws UserError when there is nothing to choose from */
  options(target: T, ctx: On & Pick<ExecutionContext, 'signal'>): Promise<readonly Option[]>;
  label(m: Catalog, target: T): string;
  /** At most so many at once. */
  readonly most: number;
  /** What the values of the chosen ones come to. @throws UserError for what `options` never gave */
  chosen(values: readonly string[], target: T): Args;
}

/** An action whose preview is of one of several: the form has the others as well, and another one is previewed before it is done. */
export interface ActionPicks<Args, T extends ActionTarget> {
  label(m: Catalog): string;
  options(plan: Plan<T>): readonly Option[];
  /** The one that the plan is of. */
  picked(plan: Plan<T>): string;
  args(value: string): Args;
}

/** Another action that mends what a preview has seen of its target. */
export interface Instead {
  readonly verb: string;
  readonly label: string;
  /** Its `--from`: the revision that was looked at. */
  readonly from?: string;
  /** How many. */
  readonly number?: string;
}

/** Methods, so that one that acts on one kind of target is an `Action` too: the pipeline gives each what it names in `needs`. */
interface ActionShape<Args, T extends ActionTarget, On extends Place> extends CommandShape<Args> {
  readonly kind: 'action';
  readonly risk: 'low' | 'medium' | 'high';
  /** Where all of its pods are replaced, or those that differ, what is waited for is new, not only ready. */
  readonly replacesPods: 'all' | 'some' | 'none';
  /** It is about pods that were named, and not about all of their workload. */
  readonly ofPods?: boolean;
  /** Makes sense when nobody looks at its preview: the timetable takes it. */
  readonly timed?: boolean;
  /** Absent: it cannot be taken back. */
  readonly undo?: (plan: Pick<ActionPlan, 'touches' | 'effect'>) => Undo<Args>;
  readonly needs: readonly ['environments'] | readonly ['databases'];
  readonly choice?: ActionChoice<Args, T, On>;
  readonly picks?: ActionPicks<Args, T>;
  /** What the arguments point at, found through the shared target resolution. */
  target(args: Args): {
    readonly text?: string;
    readonly namespace?: string;
    readonly environment?: string;
    readonly cluster?: string;
  };
  /** One line of what it does, for the confirm form and the result: `Restart deployment checkout`. */
  title(m: Catalog, target: T, args: Args): string;
  /** What can never be, whoever asks and whenever, by target and arguments alone. @throws UserError */
  assertPossible?(target: T, args: Args): void;
  /**
   * For arguments that point at how it was before: what they come to, asked for once, before it is planned. `since`: what it is
   * asked for has been so since then, of an incident's button.
   * @throws UserError when nobody knows
   */
  recall?(
    target: T,
    args: Args,
    ctx: On & Pick<ExecutionContext, 'signal'> & { readonly made: MadeBefore; readonly since?: Date },
  ): Promise<Args>;
  /** Reads only, server-side dry run included. */
  plan(target: T, args: Args, ctx: On & Pick<ExecutionContext, 'signal'>): Promise<Plan<T>>;
  preview(m: Catalog, plan: Plan<T>): readonly Block[];
  /** What is rather done, by what the plan has seen; the preview has a button for it. */
  instead?(m: Catalog, plan: Plan<T>): Instead | undefined;
  /** What of it somebody should know who has not seen the preview. */
  warnings?(m: Catalog, plan: Plan<T>): readonly Text[];
  /**
   * Called once, target locked, plan re-checked. Killed in here: `probe` decides, this never runs again. Answers what the
   * touched fields are now, for the audit.
   */
  execute(plan: Plan<T>, ctx: On & Omit<ExecutionContext, 'cluster'>): Promise<Plan['touches']>;
  /** Did run X happen? */
  probe(plan: Plan<T>, ctx: On & Pick<ExecutionContext, 'signal' | 'run'>): Promise<'done' | 'not-done' | 'unknown'>;
  /** One look; the engine repeats it by due-time until healthy, unhealthy, or `watchMs` have passed. */
  watch(plan: Plan<T>, ctx: On & Pick<ExecutionContext, 'signal' | 'run'>): Promise<Progress>;
  /** How long to watch at most, ms. */
  watchMs(plan: Plan<T>): number;
}

export type Action<Args = unknown> = ActionShape<Args, ActionTarget, Place>;
export type WorkloadAction<Args> = ActionShape<Args, Target, OnCluster>;
export type DatabaseAction<Args> = ActionShape<Args, DatabaseTarget, OnPostgres>;

export type Command = Query | Action;

/** Types a module and makes it what discovery expects. */
export function defineQuery<Args, Needs extends Need>(query: Omit<Query<Args, Needs>, 'kind'>): Query<Args, Needs> {
  return { kind: 'query', ...query };
}

export function defineAction<Args>(action: Omit<WorkloadAction<Args>, 'kind'>): WorkloadAction<Args> {
  return { kind: 'action', ...action };
}

export function defineDatabaseAction<Args>(action: Omit<DatabaseAction<Args>, 'kind'>): DatabaseAction<Args> {
  return { kind: 'action', ...action };
}
