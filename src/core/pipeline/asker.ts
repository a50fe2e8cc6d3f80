import type { Tx } from '../../ports/database.ts';
import { CLASS, say } from '../outbox/write.ts';
import { subjectOf } from './post.ts';
import type { ActionRow } from './records.ts';

/** Whether a second person has answered, and how it ended. */
export type AskerNews = 'decided' | 'ended';

export interface AskerSaying {
  readonly say: 'asker';
  readonly action: string;
  readonly about: AskerNews;
}

/** The version before words no such row, and would put it off again and again. */
const ASKER_V = 2;

/**
 * Edits notify nobody: what these waited for is said to them under their action's post, once for each. What a timer began is
 * told with its term.
 */
export async function tellAskers(tx: Tx, rows: readonly ActionRow[], about: AskerNews, now: Date): Promise<void> {
  const waiting = rows.filter(({ principal, origin }) => principal.kind === 'slack' && origin.kind !== 'timer');
  if (waiting.length === 0) return;
  const bySubject = new Map(waiting.map((row) => [subjectOf(row.id), row.id]));
  const posts = await tx
    .selectFrom('posts')
    .select(['id', 'subject', 'channel', 'thread_post_id'])
    .where('purpose', '=', 'main')
    .where('subject', 'in', [...bySubject.keys()])
    .execute();
  const sayings = posts.map((post) => {
    const payload = { say: 'asker', action: bySubject.get(post.subject)!, about } satisfies AskerSaying;
    const threadPostId = post.thread_post_id ?? post.id;
    return {
      subject: post.subject,
      event: `asker:${about}`,
      channel: post.channel,
      class: CLASS.click,
      threadPostId,
      payload,
      v: ASKER_V,
    };
  });
  await say(tx, sayings, now);
}
