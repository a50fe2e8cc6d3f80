import { z } from 'zod';
import { messageOf } from '../../domain/content.ts';
import type { ClickRequest } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import { type Answering, type ClickHandler, type Handling, namedPrincipal, onClick } from '../handling.ts';
import { originOf } from '../requests.ts';
import { type Actor, type Administered, dropMessage, retryMessages } from './admin.ts';
import { listUndelivered } from './list.ts';
import { BUTTONS, tellDone, tellList } from './told.ts';

const One = z.object({ v: z.literal(1), message: z.number().int().positive() });
const All = z.object({ v: z.literal(1), all: z.literal(true) });

export interface OutboxClickParts {
  /** For the list after the commit. */
  readonly db: Db;
  /** Called after a commit that made something due. */
  readonly wake: () => void;
}

/** The buttons under `/ops outbox`: what was done is committed, then the list is drawn anew. */
export function outboxClicks(parts: OutboxClickParts): Readonly<Record<string, ClickHandler>> {
  return {
    [BUTTONS.retry]: onClick({
      v: 1,
      carries: z.union([One, All]),
      handle: async (click, h) =>
        answer(parts, 'retry', click, h, await retryMessages(h.tx, click.carries, by(click, h), h.now)),
    }),
    [BUTTONS.drop]: onClick({
      v: 1,
      carries: One,
      handle: async (click, h) =>
        answer(parts, 'drop', click, h, await dropMessage(h.tx, click.carries, by(click, h), h.now)),
    }),
  };
}

function by(click: ClickRequest, handling: Handling): Actor {
  return { principal: namedPrincipal(click, handling), role: handling.role, origin: originOf(click) };
}

function answer(
  { db, wake }: OutboxClickParts,
  verb: 'retry' | 'drop',
  click: ClickRequest,
  { m, now }: Handling,
  outcome: Administered,
): Answering {
  const said = tellDone(verb, outcome, m);
  return {
    async after() {
      if (outcome.kind === 'done') wake();
      if (outcome.kind === 'not-allowed') return click.reply.private(messageOf(said));
      await click.reply.replace(tellList(await listUndelivered(db, now), m, said));
    },
  };
}
