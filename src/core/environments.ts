import type { ApprovalRule } from '../domain/approval.ts';
import type { Cluster } from '../ports/cluster.ts';

/** One configured environment with its clusters. Which ones there are changes only at a reload. */
export interface Environment {
  readonly name: string;
  readonly clusters: ReadonlyMap<string, Cluster>;
  /** The only ones that are looked at; absent: all. */
  readonly namespaces?: readonly string[];
  /** An action asks for a reason. */
  readonly requireReason: boolean;
  /** Which actions a second person must approve. */
  readonly approval: ApprovalRule;
}

export type Environments = ReadonlyMap<string, Environment>;
