import type { Button, Message } from '../../domain/content.ts';
import type { Mask } from '../../domain/secrets.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import type { ToldAlone } from '../ask/answer.ts';
import { keepAnswer, mayPostIn } from './rows.ts';

export const SHARE_BUTTON = 'share';

/**
 * The answer with a button that shows it to all: in the channel where it was asked for, or the thread of the incident. Not where nobody
 * else is, nor of what only some may see, or is of its asker alone.
 */
export async function withShare(
  { db, mask }: { readonly db: Db; readonly mask: Mask },
  message: Message,
  answer: ToldAlone,
  m: Catalog,
): Promise<Message> {
  const { query, args, ask, asked } = answer;
  const { threadTs, channelId, via } = ask;
  const alone = query.role !== 'viewer' || query.isPrivate?.(args) === true;
  const elsewhere = via === 'dm' || (threadTs !== undefined && asked.origin.incident === undefined);
  if (alone || elsewhere || !(await mayPostIn(db, channelId))) return message;
  const kept = { verb: query.name, typed: ask.text.trim(), message, asked };
  const id = await keepAnswer(db, kept, mask);
  const words = m.ops.share;
  const label = asked.origin.incident === undefined ? words.inChannel : words.inThread;
  return withButton(message, { id: SHARE_BUTTON, label, carries: { v: 1, answer: id } });
}

/** Beside the last buttons, where there are some. */
function withButton({ text, blocks }: Message, button: Button): Message {
  const last = blocks.at(-1);
  if (last?.kind !== 'buttons' || last.menu)
    return { text, blocks: [...blocks, { kind: 'buttons', buttons: [button] }] };
  return { text, blocks: [...blocks.slice(0, -1), { ...last, buttons: [...last.buttons, button] }] };
}
