import type { Target } from '../domain/workload.ts';
import type { Environments } from './environments.ts';

/** What somebody typed of a workload; what `Action.target` gives. */
export interface TargetQuestion {
  /** `checkout`, `shop/checkout`, `deploy/checkout`, `production/main/shop/checkout`, a pod's name... */
  readonly text?: string;
  readonly namespace?: string;
  readonly environment?: string;
  readonly cluster?: string;
}

export interface TargetScope {
  readonly environments: Environments;
  /** The incident's, else the channel's; `question.environment` goes before it. */
  readonly environment?: string;
  /** What no text at all means. */
  readonly incidentTarget?: Target;
  readonly signal: AbortSignal;
}

/**
 * The one workload that is meant.
 * @throws UserError with what was found when it is none or several; ClusterError when a cluster that might hold it is away.
 */
export async function findTarget(question: TargetQuestion, scope: TargetScope): Promise<Target> {
  throw new Error(`not built yet: ${question.text ?? ''} ${scope.environments.size}`);
}
