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
      const remedy = `set ${variable}, or ${variable}_FILE to the path of a file with the value`;
      ctx.problem(at, `the variable ${variable} is not set`, remedy);
      return [];
    }
    if (!isPostgres(url.reveal())) {
      const remedy =
        'write postgres://user:password@host/database, special characters in the password as %40 and the like';
      ctx.problem(at, `the variable ${variable} holds no postgres:// URL`, remedy);
    }
    return [{ name, url, variable }];
  });
}

function isPostgres(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}
