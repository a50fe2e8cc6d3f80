import { z } from 'zod';
import { messageOf } from '../../domain/content.ts';
import { type ClickHandler, namedPrincipal, onClick } from '../handling.ts';
import { CLASS, showAgain } from '../outbox/write.ts';
import { askCancel } from '../pipeline/cancel.ts';
import { nameIn } from '../pipeline/words.ts';
import { originOf } from '../requests.ts';
import { followSubject } from './rows.ts';

/** `Stop`, by whoever may read: it changes nothing but who may follow next. */
export function followStopClick(wake: () => void): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), follow: z.int() }),
    async handle(click, handling) {
      const { tx, now, role, m } = handling;
      const words = m.logs.follow;
      const id = click.carries.follow;
      const by = { principal: namedPrincipal(click, handling), origin: originOf(click), role };
      const asked = await askCancel(tx, { id }, by, now);
      if (asked.kind === 'asked') {
        await showAgain(tx, [{ subject: followSubject(id), class: CLASS.click }], now);
        return {
          async after() {
            wake();
            if (click.ephemeral) await click.reply.private(messageOf(words.stopped()));
          },
        };
      }
      const told =
        asked.kind === 'again' && asked.job.cancel_requested_by
          ? words.stoppedAlready({ by: nameIn(asked.job.cancel_requested_by) })
          : words.over();
      return { stale: true, after: () => click.reply.private(messageOf(told)) };
    },
  });
}
