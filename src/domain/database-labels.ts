import type { Labels } from './alert.ts';
import type { DatabaseTarget } from './workload.ts';

/** Labels that exporters give the name of a database or its server. */
const LABELS = ['datname', 'database', 'server'] as const;

/** Databases that config names, by environment. */
export type DatabaseNames = ReadonlyMap<string, readonly string[]>;

/** The database that alerts of an environment are about, by their labels. `undefined`: none that config names there, or several. */
export function databaseOf(
  environment: string | null | undefined,
  alerts: readonly Labels[],
  databases: DatabaseNames,
): DatabaseTarget | undefined {
  if (environment === null || environment === undefined) return undefined;
  const labelled = alerts.flatMap((labels) => LABELS.map((label) => labels[label]));
  const [name, another] = (databases.get(environment) ?? []).filter((one) => labelled.includes(one));
  return name === undefined || another !== undefined ? undefined : { environment, kind: 'Database', name };
}
