import type { IncidentView } from './view.ts';

/** Labels that exporters give the name of a database or its server. */
const LABELS = ['datname', 'database', 'server'] as const;

/** Databases that config names, by environment. */
export type DatabaseNames = ReadonlyMap<string, readonly string[]>;

/**
 * The words that look at the database which the labels of an incident's alerts name: `pg connections orders -e production`,
 * or at what is idle where an alert says so. `undefined`: none of its environment's, or several.
 */
export function databaseLook(
  { row, alerts }: Pick<IncidentView, 'row' | 'alerts'>,
  databases: DatabaseNames,
): { readonly name: string; readonly words: string } | undefined {
  const { environment } = row;
  const known = environment === null ? [] : (databases.get(environment) ?? []);
  const labelled = alerts.flatMap(({ labels }) => LABELS.map((label) => labels[label]));
  const [name, another] = known.filter((one) => labelled.includes(one));
  if (name === undefined || another !== undefined) return undefined;
  const isIdle = alerts.some(({ labels }) => /idle/i.test(labels['alertname'] ?? ''));
  return { name, words: `pg ${isIdle ? 'idle' : 'connections'} ${name} -e ${environment}` };
}
