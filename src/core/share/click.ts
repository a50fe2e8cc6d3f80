import { z } from 'zod';
import { messageOf, type Text } from '../../domain/content.ts';
import type { Db } from '../../ports/database.ts';
import { audit } from '../audit.ts';
import type { Command } from '../define.ts';
import { type Answering, type ClickHandler, namedPrincipal, onClick } from '../handling.ts';
import { CLASS, createPosts, type NewPost } from '../outbox/write.ts';
import { nameIn } from '../pipeline/words.ts';
import { draw } from '../records.ts';
import { originOf } from '../requests.ts';
import { mayRun } from '../rights/may.ts';
import { answerSubject, lockAnswer, mayPostIn } from './rows.ts';

/** `Share`: once, by somebody who may ask the same by now. */
export function shareClick(commands: ReadonlyMap<string, Command>, wake: () => void): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), answer: z.uuid() }),
    async handle(click, handling) {
      const { tx, now, standing, m } = handling;
      const words = m.ops.share;
      const principal = namedPrincipal(click, handling);
      const row = await lockAnswer(tx, click.carries.answer);
      const entry = {
        verb: 'share',
        target: row && `${row.channel}: ${row.typed}`,
        principal,
        origin: originOf(click),
      };
      const refuse = async (rule: string, told: Text): Promise<Answering> => {
        await audit(tx, { stage: 'refused', outcome: 'refused', rule, ...entry }, now);
        return { after: () => click.reply.private(messageOf(told)) };
      };
      if (!row) return refuse('missing', words.missing());
      const command = commands.get(row.verb);
      if (!command || !mayRun(standing, command)) return refuse('role', words.notAllowed({ verb: row.verb }));
      const { shared_by: by, shared_at: at } = row;
      if (by && at) return refuse('shared-already', words.again({ by: nameIn(by), at }));
      if (!(await mayPostIn(tx, row.channel))) return refuse('channel', words.noChannel());
      await tx
        .updateTable('answers')
        .set({ shared_by: JSON.stringify(principal), shared_at: now })
        .where('id', '=', row.id)
        .execute();
      const place = await placeOf(tx, row);
      const [id] = await draw(tx, 'posts_id_seq', 1);
      const post = { id: id!, subject: answerSubject(row.id), purpose: 'shared', class: CLASS.click, ...place };
      await createPosts(tx, [post], now);
      await audit(tx, { stage: 'asked', outcome: 'ok', rule: command.role, ...entry }, now);
      return { after: async () => wake() };
    },
  });
}

async function placeOf(
  db: Db,
  { channel, incident }: { readonly channel: string; readonly incident: number | null },
): Promise<Pick<NewPost, 'channel' | 'threadPostId'>> {
  if (incident === null) return { channel };
  const main = await db
    .selectFrom('incidents as i')
    .innerJoin('posts as p', 'p.id', 'i.main_post_id')
    .select(['p.id', 'p.channel'])
    .where('i.number', '=', incident)
    .executeTakeFirst();
  return main ? { channel: main.channel, threadPostId: main.id } : { channel };
}
