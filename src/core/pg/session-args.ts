import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { SessionId } from '../../domain/postgres.ts';
import { userError } from '../../messages/user-error.ts';

/** What an action on sessions is told. As typed: pids, or an age; from the list: those chosen; once planned: the sessions themselves. */
export interface SessionArgs {
  readonly database?: string;
  readonly pids?: readonly number[];
  readonly idleMs?: number;
  /** As they were when the list was shown: those that have gone on since are not meant. */
  readonly chosen?: readonly SessionId[];
  /** What the others came to when it was planned: no session that comes later is meant. */
  readonly sessions?: readonly SessionId[];
}

const Words = z.object({ sessions: z.array(z.string()).default([]), idle: z.string().optional() });

/**
 * `4711 4712 orders`, or `--idle 10m orders`: numbers are pids, the other word is the database. With that alone, or nothing, the sessions are chosen
 * from a list.
 */
export const SessionWords = Words.transform(argsOf);

/** Nothing is said of which. */
export function isOpen({ pids, idleMs, chosen, sessions }: SessionArgs): boolean {
  return [pids, idleMs, chosen, sessions].every((one) => one === undefined);
}

function argsOf({ sessions: words, idle }: z.infer<typeof Words>): SessionArgs {
  const pids = words.filter((word) => /^\d+$/.test(word)).map(pidOf);
  const [database, second] = words.filter((word) => !/^\d+$/.test(word));
  if (second !== undefined) throw userError('one-database', { words: [database!, second] });
  if (pids.length > 0 && idle !== undefined) throw userError('which-sessions');
  return {
    ...(database !== undefined && { database }),
    ...(pids.length > 0 && { pids: [...new Set(pids)] }),
    ...(idle !== undefined && { idleMs: ageOf(idle) }),
  };
}

function pidOf(text: string): number {
  const pid = Number(text);
  if (pid < 1 || pid > 2_147_483_647) throw userError('not-a-pid', { text });
  return pid;
}

function ageOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw userError('not-an-age', { text });
  return ms;
}
