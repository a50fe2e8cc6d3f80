import type { Routing } from '../domain/routing.ts';
import type { SeverityRules } from '../domain/severity.ts';
import type { TargetingEnvironment } from '../domain/targeting.ts';
import type { IncidentRules } from '../incidents/rules.ts';

/** What config says of the way from a webhook to an incident. Replaced as a whole at a reload. */
export interface AlertRules extends IncidentRules {
  readonly severities: SeverityRules;
  readonly routing: Routing;
  readonly environments: readonly TargetingEnvironment[];
  readonly reopenWindowMs: number;
  /** How long an alert must have fired before reconcile opens what no webhook told of. */
  readonly openAfterMs: number;
  readonly sources: ReadonlyMap<string, SourceRules>;
}

export interface SourceRules {
  readonly name: string;
  /** Default environment of its alerts. */
  readonly environment?: string;
  /** Base URLs of Alertmanager's API; empty: nobody can be asked. */
  readonly api: readonly string[];
  /** Receivers to reconcile besides those seen in webhooks, as webhooks name them (regex-quoted). */
  readonly receivers: readonly string[];
}
