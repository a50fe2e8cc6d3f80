import { sentences } from '../../messages/catalog.ts';
import type { Tx } from '../../ports/database.ts';
import type { WordSaying } from '../outbox/subjects.ts';
import { CLASS, say } from '../outbox/write.ts';
import { formatAnchor } from './head.ts';
import type { Sealed } from './seal.ts';

/** The head of the chain, told where somebody who can write to our database cannot change it. */
export type Head = NonNullable<Sealed['publish']>;

const SAY = 'audit-head';

/** @param channel as the outbox names channels */
export async function postHead(tx: Tx, head: Head, channel: string): Promise<void> {
  const payload = { say: SAY, anchor: formatAnchor(head), lastId: head.lastId };
  await say(
    tx,
    [{ subject: 'audit:chain', event: `head:${head.seal}`, channel, class: CLASS.timeline, payload }],
    head.at,
  );
}

export const wordHead: WordSaying = async (_db, { payload, language }) => {
  const { anchor, lastId } = payload as unknown as { readonly anchor: string; readonly lastId: number };
  const words = sentences(language).audit.head;
  const line = words.sealed({ anchor, lastId });
  return {
    kind: 'message',
    message: {
      text: line,
      blocks: [
        { kind: 'text', text: line },
        { kind: 'context', lines: [words.keep()] },
      ],
    },
  };
};
