/**
 * Durations as people write them in config and chat: `30s`, `10m`, `2h`, `1d`, `1h30m`. Units go from large to small, each
 * at most once, as in Prometheus; `w` is seven days, `ms` is there for tests.
 */

const UNITS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Source of an anchored regular expression for durations; used by the config's JSON Schema too. */
export const DURATION_PATTERN = '^(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$';
const pattern = new RegExp(DURATION_PATTERN);
/** A century: longer is a slip of the finger, and dates stay within what PostgreSQL and JavaScript can hold. */
const MAX_MS = 36_525 * 86_400_000;

/** Milliseconds, or `undefined` when the text is no duration, or one of over a century. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const found = pattern.exec(text.trim());
  if (!found) return undefined;
  const total = UNITS.reduce((sum, [, size], i) => sum + size * Number.parseInt(found[i + 1] ?? '0', 10), 0);
  return total <= MAX_MS ? total : undefined;
}

/** The shortest exact form that `parseDuration` reads back; `0s` for nothing. Fractions of a millisecond are dropped. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.trunc(ms));
  if (rest === 0) return '0s';
  let text = '';
  // Weeks are read but not written: `14d` is plainer than `2w` in a message.
  for (const [unit, size] of UNITS.slice(1)) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) text += `${n}${unit}`;
  }
  return text;
}
