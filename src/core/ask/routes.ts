import { userError } from '../../messages/user-error.ts';
import type { RouteTrial } from '../define.ts';
import { nearest } from '../nearest.ts';

/** The source that was named, or the one that is meant when none is. @throws UserError */
export function sourceOf(named: string | undefined, routing: RouteTrial): string {
  const sources = routing.sources();
  if (named === undefined) return sources[0] ?? 'default';
  if (sources.includes(named)) return named;
  throw userError('no-such-source', { source: named.slice(0, 60), near: nearest(named, sources), sources });
}
