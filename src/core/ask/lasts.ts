import { parseDuration } from '../../domain/duration.ts';
import { LONGEST_TERM_MS, SHORTEST_TERM_MS } from '../../domain/term.ts';
import { userError } from '../../messages/user-error.ts';

/** For how long, as people type it: `2h`, `90m`. In ms. @throws UserError `not-a-term` */
export function lastsTyped(typed: string): number {
  const ms = parseDuration(typed) ?? 0;
  if (ms < SHORTEST_TERM_MS || ms > LONGEST_TERM_MS) throw userError('not-a-term', { typed });
  return ms;
}
