import { z } from 'zod';
import { messageOf, type Text } from '../../domain/content.ts';
import type { Tx } from '../../ports/database.ts';
import { incidentOfThread, type ThreadIncident } from '../ask/thread.ts';
import { audit } from '../audit.ts';
import type { Command } from '../define.ts';
import { type Answering, type ClickHandler, namedPrincipal, onClick } from '../handling.ts';
import { CLASS, createPosts } from '../outbox/write.ts';
import { nameIn } from '../pipeline/words.ts';
import { draw } from '../records.ts';
import { originOf } from '../requests.ts';
import { mayRun } from '../rights/may.ts';
import { type AnswerRow, answerSubject, lockAnswer, mayPostIn } from './rows.ts';

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
      const thread = row && (await threadOf(tx, row));
      const entry = {
        verb: 'share',
        target: row && `${row.channel}: ${row.typed}`,
        incidentId: thread?.id,
        principal,
        origin: originOf(click),
      };
      const refuse = async (rule: string, told: Text): Promise<Answering> => {
        await audit(tx, { stage: 'refused', outcome: 'refused', rule, ...entry }, now);
        return { after: () => click.reply.private(messageOf(told)) };
      };
      // The thread's post may be gone meanwhile; wherever else the incident is, others would see it.
      if (!row || (row.thread !== null && !thread)) return refuse('missing', words.missing());
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
      const [id] = await draw(tx, 'posts_id_seq', 1);
      const post = { id: id!, subject: answerSubject(row.id), purpose: 'shared', class: CLASS.click, v: row.v };
      await createPosts(tx, [{ ...post, ...(thread?.place ?? { channel: row.channel }) }], now);
      await audit(tx, { stage: 'asked', outcome: 'ok', rule: command.role, ...entry }, now);
      return { after: async () => wake() };
    },
  });
}

async function threadOf(tx: Tx, { channel, thread }: AnswerRow): Promise<ThreadIncident | undefined> {
  return thread === null ? undefined : incidentOfThread(tx, { channelId: channel, threadTs: thread });
}
