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
  readonly sources: ReadonlyMap<string, SourceRules>;
}

export interface SourceRules {
  readonly name: string;
  /** Default environment of its alerts. */
  readonly environment?: string;
  /** Base URLs of Alertmanager's API; empty: nobody can be asked. */
  readonly api: readonly string[];
}
