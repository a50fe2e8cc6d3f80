import type { DatabaseNames } from '../domain/database-labels.ts';
import type { TargetPattern } from '../domain/targeting.ts';
import type { Language } from '../messages/catalog.ts';
import type { PolicyRules } from '../oncall/policies.ts';
import type { OncallRules } from '../oncall/runs.ts';

/** What config says of incidents. Replaced as a whole at a reload. */
export interface IncidentRules extends PolicyRules, OncallRules {
  readonly runbooks: ReadonlyMap<string, RunbookRules>;
  readonly databases: DatabaseNames;
  readonly language: Language;
  /** IANA: when the team's morning is. */
  readonly zone: string;
}

export interface RunbookRules {
  readonly name: string;
  readonly link?: string;
  readonly target?: TargetPattern;
  /** Verbs of actions that become buttons. */
  readonly actions: readonly string[];
}
