import { channelRef } from '../alerts/route.ts';
import { formatAnchor } from '../core/audit/head.ts';
import { postHead } from '../core/audit/publish.ts';
import { sealEntries } from '../core/audit/seal.ts';
import { type Loop, startLoop } from '../core/wake.ts';
import type { Cleanups } from './cleanups.ts';
import type { LoopParts } from './loops.ts';

const SWEEP_MS = 1_000;

/** Seals the audit, and once an hour says the head of the chain where it can be kept: in the log, and in a channel if config names one. */
export function startSealing(
  parts: Pick<LoopParts, 'db' | 'clock' | 'log' | 'wakeOutbox'> & { readonly channel: () => string | undefined },
  cleanups: Cleanups,
): Loop {
  const { db, clock, log, channel, wakeOutbox } = parts;
  const loop = startLoop({
    name: 'audit seals',
    everyMs: SWEEP_MS,
    onError: (error, name) => log.error({ err: error, loop: name }, 'the audit could not be sealed; it is tried again'),
    async work() {
      const to = channel();
      const { more, publish } = await sealEntries(db, clock.now(), async (tx, head) => {
        if (to !== undefined) await postHead(tx, head, channelRef(to));
      });
      if (publish) {
        log.info({ anchor: formatAnchor(publish), lastId: publish.lastId }, 'audit sealed');
        wakeOutbox();
      }
      return more;
    },
  });
  cleanups.add('audit seals', (ms) => loop.stop(ms));
  return loop;
}
