/** What the program runs on: `hikeshi.yaml` and the environment, read, checked and frozen once by `loadConfig`. */

import type { ApprovalRule } from '../domain/approval.ts';
import type { Guardrails } from '../domain/guardrails.ts';
import type { Routing } from '../domain/routing.ts';
import type { SeverityRules } from '../domain/severity.ts';
import type { TargetGlob } from '../domain/target-glob.ts';
import type { TargetPattern } from '../domain/target-pattern.ts';
import type { TargetingEnvironment } from '../domain/targeting.ts';
import type { TermHow } from '../domain/term.ts';
import type { TimetableEntry } from '../domain/timed-task.ts';
import type { Secret } from './secret.ts';

/** Keyed by the name in config. Has no prototype: `named.constructor` is `undefined` unless someone called one so. */
export type Named<T> = Readonly<Record<string, T>>;

export interface Config {
  /** The file it came from, as given. */
  readonly file: string;
  readonly slack: SlackConfig;
  /** At least one; `default` when the file names none. */
  readonly sources: Named<SourceConfig>;
  readonly environments: Named<EnvironmentConfig>;
  /** Channels an alert may choose for itself by label or annotation: names without `#`, or ids. */
  readonly channels: { readonly allowed: readonly string[] };
  readonly severities: SeverityRules;
  readonly routing: Routing;
  readonly policies: Named<PolicyConfig>;
  readonly runbooks: Named<RunbookConfig>;
  readonly roles: RolesConfig;
  readonly audit: AuditConfig;
  /** Channels by name without `#`, or id. */
  readonly timetable: Named<TimetableEntry>;
  /** Words of `/ops` that are switched off. */
  readonly disabledCommands: readonly string[];
  /** Absent: no heartbeat is sent. */
  readonly heartbeat?: HeartbeatConfig;
  /** Largest webhook body in bytes. */
  readonly maxBody: number;
  /** From the last resolve, in ms: a re-fire within it reopens the incident. */
  readonly reopenWindowMs: number;
  /** How long an alert must have fired before it is opened without a webhook, in ms. */
  readonly openAfterMs: number;
  readonly env: RuntimeEnv;
}

export interface HeartbeatConfig {
  /** Of http or https. */
  readonly url: Secret;
  /** From 10 s to an hour. */
  readonly everyMs: number;
}

export type Language = 'en' | 'ja';

export interface SlackConfig {
  /** Where an incident goes that no route sends elsewhere: a name without `#`, or an id. */
  readonly channel: string;
  readonly language: Language;
  /** IANA. */
  readonly zone: string;
  /** Mentioned for a critical incident that no policy pages for. */
  readonly oncall: readonly PageTarget[];
  /** Takes what could not be delivered elsewhere; `channel` when not set. */
  readonly fallback: string;
}

/** Whom to page. Names are looked up when the step is due: a person or a user group may bear them. */
export type PageTarget =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'channel' }
  | { readonly kind: 'here' };

/** A member of a role: a person, a user group, or a name that is looked up. */
export type Principal = Extract<PageTarget, { kind: 'user' | 'group' | 'name' }>;

export interface SourceConfig {
  readonly name: string;
  /** `none` only on a loopback bind; else one of `tokens` or `basic` must match. */
  readonly auth: 'required' | 'none';
  /** Bearer tokens, the present one first; two during a rotation. */
  readonly tokens: readonly Secret[];
  /** The variable that holds the present one. */
  readonly tokenVariable?: string;
  readonly basic?: { readonly username: string; readonly passwords: readonly Secret[] };
  /** Base URLs of Alertmanager's API without a trailing slash; several for an HA pair. */
  readonly api: readonly string[];
  /** Credentials for that API, where something before it asks for them. */
  readonly apiAuth?: { readonly token: Secret } | { readonly username: string; readonly password: Secret };
  /** Receivers to reconcile, besides those seen in webhooks. */
  readonly receivers: readonly string[];
  /** Default environment of its alerts. */
  readonly environment?: string;
}

export interface EnvironmentConfig extends TargetingEnvironment {
  readonly name: string;
  readonly clusters: readonly ClusterConfig[];
  /** The only ones that are looked at; absent: all. */
  readonly namespaces?: readonly string[];
  readonly databases: readonly DatabaseConfig[];
  readonly requireReason: boolean;
  readonly guardrails: Guardrails;
  /** Which actions a second person must approve. */
  readonly approval: ApprovalRule;
  /** At most so many changes at a time; absent: no limit. */
  readonly atOnce?: number;
  /** What happens when the time of `--for` is up; absent: as it was typed. */
  readonly timeUp?: TermHow;
  /** Channels, by name without `#` or id; absent: any. */
  readonly actionsIn?: readonly string[];
}

export interface ClusterConfig {
  readonly name: string;
  /** Context in the kubeconfig; absent: the context called like the cluster, or the service account inside a cluster. */
  readonly context?: string;
  /** Path of its own kubeconfig; absent: `KUBECONFIG` as kubectl finds it. */
  readonly kubeconfig?: string;
  /** Commands that the kubeconfig may run for credentials; absent: none. */
  readonly execPlugins?: readonly string[];
}

export interface DatabaseConfig {
  readonly name: string;
  readonly url: Secret;
  /** The variable that holds `url`: what remedies name. */
  readonly variable: string;
}

export interface PolicyConfig {
  readonly name: string;
  readonly steps: readonly PolicyStep[];
  /** How many times the steps run again from the start after the last one. */
  readonly repeat: number;
}

export interface PolicyStep {
  /** From when the step before left (the first: from the start of the run), in ms. */
  readonly afterMs: number;
  readonly page: readonly PageTarget[];
}

export interface RunbookConfig {
  readonly name: string;
  readonly link?: string;
  readonly target?: TargetPattern;
  /** Verbs of actions that need nothing but a target. */
  readonly actions: readonly string[];
}

export interface RolesConfig {
  readonly viewer: readonly Principal[];
  readonly operator: readonly Principal[];
  readonly admin: readonly Principal[];
  readonly approver: readonly Principal[];
  /** What a full member of the workspace is without being named. */
  readonly default: 'viewer' | 'none';
  readonly permissions: readonly PermissionConfig[];
}

export interface PermissionConfig {
  readonly who: readonly Principal[];
  readonly verbs: readonly string[] | 'all';
  readonly on: readonly TargetGlob[];
}

export interface AuditConfig {
  /** Takes the head of the audit's chain each hour; absent: only the log has it. */
  readonly channel?: string;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What comes from the environment; a URL or token that is not needed for this start may be absent. */
export interface RuntimeEnv {
  readonly port: number;
  /** Address to bind; absent: all of them. */
  readonly host?: string;
  /** Start PostgreSQL in `dataDir` and queue in it; then `databaseUrl` and `redis` are absent. */
  readonly embedded: boolean;
  readonly databaseUrl?: Secret;
  readonly databaseMigrateUrl?: Secret;
  /** To PostgreSQL at once, of this process. */
  readonly databaseConnections: number;
  readonly redis?: RedisConfig;
  readonly slack: SlackEnv;
  readonly logLevel: LogLevel;
  readonly production: boolean;
  readonly dataDir: string;
}

export interface RedisConfig {
  /** One, or the nodes of a Redis Cluster. */
  readonly urls: readonly Secret[];
  readonly cluster: boolean;
}

export interface SlackEnv {
  /** `socket` when there is an app token, else `http`. */
  readonly mode: 'socket' | 'http';
  readonly botToken?: Secret;
  readonly signingSecret?: Secret;
  readonly appToken?: Secret;
  readonly apiUrl?: string;
}
