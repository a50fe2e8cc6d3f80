import type { Labels } from './alert.ts';

/** A label's value; absent is the empty string, as Alertmanager sees it. Safe for names such as `constructor`. */
export function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}
