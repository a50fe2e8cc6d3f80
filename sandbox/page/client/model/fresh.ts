import type { Message } from './types.ts';

/** What was new when a list of messages was come to: after the one that was read last, until the newest then. */
export interface Fresh {
  readonly after: string;
  readonly until: string;
}

/** Whether a reader finds it new; nobody does who watched it come, or said it, or was never here before. */
export function isFresh({ ts, user }: Message, fresh: Fresh | undefined, me: string): boolean {
  if (!fresh || fresh.after === '0') return false;
  return ts > fresh.after && ts <= fresh.until && user !== me;
}
