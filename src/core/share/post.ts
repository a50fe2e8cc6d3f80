import { messageOf } from '../../domain/content.ts';
import { sentences } from '../../messages/catalog.ts';
import type { ShowSubject } from '../outbox/subjects.ts';
import { leftToNewer } from '../pipeline/telling.ts';
import { nameIn } from '../pipeline/words.ts';
import { loadAnswer, readMessage } from './rows.ts';

/** The renderer of `answer:<id>`: who shared it, what was asked and when, and the answer as it was. */
export const showShared: ShowSubject = async (db, post) => {
  const row = await loadAnswer(db, post.subject.slice('answer:'.length)).catch(leftToNewer);
  if (!row?.shared_by) return undefined;
  const { blocks } = await readMessage(db, row.message);
  const words = sentences(post.language).ops.share;
  return messageOf(words.shared({ by: nameIn(row.shared_by), typed: row.typed, at: row.answered_at }), ...blocks);
};
