import { z } from 'zod';
import { type CallLimit, ChatError, type Identity, type Sent } from '../../ports/chat.ts';
import { MARK_TYPE } from './answers.ts';
import { followPages } from './pages.ts';
import type { Web } from './web.ts';

const Marked = z.object({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.object({ row: z.number() }) }),
});

export interface Search {
  readonly web: Web;
  readonly me: Identity;
  readonly where: { readonly channelId: string; readonly threadTs?: string };
  readonly row: number;
  readonly since: Date;
  readonly limit: CallLimit;
}

const PAGE = 200;

/** Our messages with this row's mark, oldest first. A thread whose parent is gone holds none. */
export async function findMarked(search: Search): Promise<Sent[]> {
  const { web, where, since, limit } = search;
  const args = {
    channel: where.channelId,
    ...(where.threadTs ? { ts: where.threadTs } : {}),
    oldest: (since.getTime() / 1_000).toFixed(6),
    inclusive: true,
    include_all_metadata: true,
  };
  try {
    const all = await followPages({
      web,
      method: where.threadTs ? 'conversations.replies' : 'conversations.history',
      args,
      list: 'messages',
      size: PAGE,
      limit,
    });
    return all.flatMap((message) => ours(message, search)).sort((a, b) => Number(a.ts) - Number(b.ts));
  } catch (error) {
    if (error instanceof ChatError && error.code === 'thread_not_found') return [];
    throw error;
  }
}

/** Two installations in one workspace both count their rows from 1: only our own bot's messages are ours. */
function ours(message: unknown, { me, row, where }: Search): Sent[] {
  const marked = Marked.safeParse(message);
  if (!marked.success) return [];
  const { ts, user, bot_id: bot, metadata } = marked.data;
  const mine = bot === me.botId || user === me.botUserId;
  return mine && metadata.event_type === MARK_TYPE && metadata.event_payload.row === row
    ? [{ channelId: where.channelId, ts }]
    : [];
}
