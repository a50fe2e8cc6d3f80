import type { Flag } from '../define.ts';

/** Every command has these beside its own, and `--help`, which is seen before anything is parsed. */
export const EVERYWHERE = [
  { long: 'environment', also: 'env', short: 'e', value: 'ENV' },
  { long: 'cluster', value: 'NAME' },
] as const satisfies readonly Omit<Flag, 'describe'>[];

/** And queries this. */
export const QUERY_FLAGS = [{ long: 'file' }] as const satisfies readonly Omit<Flag, 'describe'>[];

/** And actions these. */
export const ACTION_FLAGS = [
  { long: 'break-glass', value: 'RULE' },
  { long: 'for', value: 'TIME' },
  { long: 'auto' },
] as const satisfies readonly Omit<Flag, 'describe'>[];
