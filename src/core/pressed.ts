import type { ClickRequest } from '../ports/chat.ts';
import type { Db } from '../ports/database.ts';
import { CLASS, showAgain } from './outbox/write.ts';

/**
 * The message whose button was pressed shows what is no longer so: wishes it to be drawn anew, wherever else it is shown too. Nothing
 * for a message that is none of our posts (private answers), nor for one that is about to be drawn anyhow: fifty may press at once.
 */
export async function redrawPressed(db: Db, click: ClickRequest, now: Date): Promise<void> {
  const { channelId, messageTs } = click;
  if (channelId === undefined || messageTs === undefined) return;
  const found = db
    .selectFrom('posts as p')
    .innerJoin('outbox as o', 'o.post_id', 'p.id')
    .select('p.subject')
    .where('p.channel_id', '=', channelId)
    .where('p.ts', '=', messageTs)
    .where('o.kind', '=', 'show')
    .where('o.state', 'not in', ['pending', 'waiting']);
  const post = await found.executeTakeFirst();
  if (post) await showAgain(db, [{ subject: post.subject, class: CLASS.click }], now);
}
