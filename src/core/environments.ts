import type { Cluster } from '../ports/cluster.ts';

/** One configured environment with its clusters. Which ones there are changes only at a reload. */
export interface Environment {
  readonly name: string;
  readonly clusters: ReadonlyMap<string, Cluster>;
  /** The only ones that are looked at; absent: all. */
  readonly namespaces?: readonly string[];
}

export type Environments = ReadonlyMap<string, Environment>;
