import type { BuildContext } from './build-context.ts';
import type { DatabaseConfig } from './config.ts';
import type { Path } from './problem.ts';
import type { EnvironmentInput } from './schema.ts';

/** None of those that this start does not need (`hikeshi route`). The URLs are secrets: no problem shows one. */
export function buildDatabases(
  ctx: BuildContext,
  input: EnvironmentInput['databases'],
  path: Path,
): readonly DatabaseConfig[] {
  return Object.entries(input).flatMap(([name, { url: variable }]) => {
    const url = ctx.env.secret(variable);
    if (!ctx.needs.includes('slack')) return [];
    const at = [...path, name, 'url'];
    if (!url) {
      ctx.problem(at, (m) => m.config.unset({ variable }));
      return [];
    }
    if (!isPostgres(url.reveal())) ctx.problem(at, (m) => m.config.noPostgres({ variable }));
    return [{ name, url, variable }];
  });
}

function isPostgres(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}
