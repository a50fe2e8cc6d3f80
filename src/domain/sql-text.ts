import { cut } from './content.ts';
import { maskSecrets } from './secrets.ts';

/** The value after `PASSWORD`, in any of PostgreSQL's quotes; without its end where the server has cut the text. */
const PASSWORD =
  /(\bpassword\s{1,20})(?!null\b)(?:[eub]?&?'(?:[^'\\]|''|\\.){0,4000}'?|(\$[A-Za-z_]{0,60}\$)[^$]{0,4000}(?:\$[A-Za-z_]{0,60}\$)?)/gi;

/** A statement as people may see it: on one line, without what looks like a credential, at most `max` characters. */
export function sqlText(statement: string, max: number): string {
  const line = statement.replaceAll(/\s+/g, ' ').trim();
  return cut(maskSecrets(line.replace(PASSWORD, "$1'***'")), max);
}
