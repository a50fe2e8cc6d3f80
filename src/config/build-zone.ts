import type { BuildContext } from './build-context.ts';
import type { Path } from './problem.ts';

/** A time zone that there is; another one is a problem at its place. */
export function zoneOf(ctx: BuildContext, zone: string, path: Path): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    ctx.problem(path, (m) => m.config.noZone({ zone }));
    return 'UTC';
  }
}
