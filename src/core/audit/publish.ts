import { messageOf } from '../../domain/content.ts';
import { sentences } from '../../messages/catalog.ts';
import type { Tx } from '../../ports/database.ts';
import { payloadOf, type WordSaying } from '../outbox/subjects.ts';
import { CLASS, say } from '../outbox/write.ts';
import { formatAnchor } from './head.ts';
import type { Sealed } from './seal.ts';

/** The head of the chain, told where somebody who can write to our database cannot change it. */
export type Head = NonNullable<Sealed['publish']>;

const SAY = 'audit-head';

interface HeadPayload {
  readonly anchor: string;
  readonly lastId: number;
}

/** @param channel as the outbox names channels */
export async function postHead(tx: Tx, head: Head, channel: string): Promise<void> {
  const told: HeadPayload = { anchor: formatAnchor(head), lastId: head.lastId };
  const event = `head:${head.seal}`;
  const payload = { say: SAY, ...told };
  await say(tx, [{ subject: 'audit:chain', event, channel, class: CLASS.timeline, payload }], head.at);
}

export const wordHead: WordSaying = async (_db, saying) => {
  const words = sentences(saying.language).audit.head;
  const line = words.sealed(payloadOf<HeadPayload>(saying));
  return { kind: 'message', message: messageOf(line, { kind: 'context', lines: [words.keep()] }) };
};
