import { z } from 'zod';
import { ChatError } from '../../ports/chat.ts';

/** The `event_type` of our metadata: what a lost answer is found again by. */
export const MARK_TYPE = 'hikeshi_send';

/** @throws ChatError `ambiguous` when Slack said ok in a form that nobody knows: it may well have been done. */
export function understood<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (!parsed.success)
    throw new ChatError('ambiguous', 'unreadable_answer', { detail: z.prettifyError(parsed.error).slice(0, 300) });
  return parsed.data;
}
