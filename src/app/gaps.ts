import type { LoadResult } from '../config/load.ts';
import { formatPath, type Path } from '../config/problem.ts';
import type { Tell, Words } from './check.ts';

/** What of a set-up cannot be looked at before something else is right. */
export interface Gaps {
  /** Is anything of the file there to be looked at? */
  readonly readable: boolean;
  /** Where something is wrong at or below one of these: variables by name, keys by path. Each as people find it. */
  at(...places: readonly (string | Path)[]): readonly string[];
  /** Likewise, by a pattern of whole places. */
  like(pattern: RegExp): readonly string[];
}

export function gapsOf(loaded: LoadResult): Gaps {
  const problems = loaded.problems ?? [];
  const places = [...new Set(problems.map(({ path }) => path))];
  const pick = (wanted: (place: string) => boolean): readonly string[] => places.filter(wanted);
  return {
    readable: loaded.config !== undefined || loaded.partial.readable,
    at: (...wanted) => pick((place) => wanted.some((one) => isBelow(place, one))),
    like: (pattern) => pick((place) => pattern.test(place)),
  };
}

function isBelow(place: string, above: string | Path): boolean {
  if (typeof above === 'string') return place === above || place === `${above}_FILE`;
  const path = formatPath(above);
  return place === path || place.startsWith(`${path}.`) || place.startsWith(`${path}[`);
}

/** Notes that something waits for these, if for anything at all. */
export function waitsFor(places: readonly string[], what: string, note: Tell, { waits }: Words): boolean {
  if (places.length > 0) note({ what, ok: 'waits', detail: waits.places({ places }) });
  return places.length > 0;
}
