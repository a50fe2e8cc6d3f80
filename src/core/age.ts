/**
 * How long, in the form kubectl prints ages: `45s`, `5m30s`, `3h12m`, `5d3h`, `2y40d`. By the algorithm of
 * k8s.io/apimachinery/pkg/util/duration (`HumanDuration`). Up to a second before now counts as now.
 */
export function ageOf(ms: number): string {
  const seconds = Math.trunc(ms / 1_000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return both(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return days < 2_920 ? both(years, 'y', days % 365, 'd') : `${years}y`;
}

function both(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** How long, in the largest unit alone: `45s`, `2m`, `3h`, `5d`. */
export function roughAgeOf(ms: number): string {
  const seconds = Math.max(0, Math.trunc(ms / 1_000));
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${Math.trunc(seconds / size)}${unit}`;
}

/** In a table, in UTC: `03:12`, with the date when it is another day (`03-01 23:59`), and the year when it is another. */
export function stampOf(at: Date, now: Date): string {
  const [day, time] = [at.toISOString().slice(0, 10), at.toISOString().slice(11, 16)];
  const today = now.toISOString().slice(0, 10);
  if (day === today) return time;
  return `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${time}`;
}
