import { type DatabaseNames, databaseOf } from '../domain/database-labels.ts';
import type { IncidentView } from './view.ts';

/**
 * The words that look at the database which the labels of an incident's alerts name: `pg connections orders -e production`,
 * or at what is idle where an alert says so. `undefined`: none of its environment's, or several.
 */
export function databaseLook(
  { row, alerts }: Pick<IncidentView, 'row' | 'alerts'>,
  databases: DatabaseNames,
): { readonly name: string; readonly words: string } | undefined {
  const labels = alerts.map((alert) => alert.labels);
  const found = databaseOf(row.environment, labels, databases);
  if (!found) return undefined;
  const isIdle = labels.some(({ alertname }) => /idle/i.test(alertname ?? ''));
  return {
    name: found.name,
    words: `pg ${isIdle ? 'idle' : 'connections'} ${found.name} -e ${found.environment}`,
  };
}
