import type { Severity } from './severity.ts';

/** What would become of a webhook body, for trying a config: `hikeshi route`, `/ops route`. As JSON it is a stable form. */
export interface RouteAnswer {
  /** Names of the routes taken, from the outermost: `critical > db`. */
  readonly route: string;
  readonly severity: Severity;
  /** As the config names it: `alerts`, `C0123ABCD`. */
  readonly channel: string;
  readonly environment?: string;
  /** `environment/cluster/namespace/kind/name`. */
  readonly target?: string;
  /** The database that its labels name. */
  readonly database?: string;
  /** Durations and names as the config writes them; empty: nobody is called. */
  readonly policy: readonly { readonly after: string; readonly page: readonly string[] }[];
  /** Of the post, in its order: `acknowledge`, `look` (at the database), verbs of actions, `diagnose`, `escalate`, `resolve`; empty when nothing fires. */
  readonly buttons: readonly string[];
  readonly notes: readonly RouteAnswerNote[];
}

export interface RouteAnswerNote {
  /** `copy`: this channel gets a copy of the post, by a route with `continue`. `quarantined`: part of the body is not understood. */
  readonly code: 'unknown-severity' | 'channel-not-allowed' | 'no-action-buttons' | 'quarantined' | 'copy';
  /** The severity or the channel that the alert names, or why there is no target, or what is not understood. */
  readonly value?: string;
}
