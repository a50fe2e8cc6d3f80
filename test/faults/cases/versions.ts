import { describe, expect, it } from 'vitest';
import { firing } from '../support/alerts.ts';
import { type Bench, settle, whole } from '../support/bench.ts';
import { firingOf, give, killOne, startReplica, stories } from '../support/crowd.ts';
import { postsOf } from '../support/judge.ts';
import { firstMigrationDiffers, PREVIOUS } from '../support/previous.ts';
import { team } from '../support/site.ts';
import { throughBoth } from './together.ts';

/** An upgrade: the schema is ours already, and the version before still works on it, beside ours or alone. */
export function versions(given: () => Bench, bundle: string | undefined): void {
  if (!bundle) {
    console.warn(
      `NOT RUN: the version before beside ours; this clone has no commit ${PREVIOUS} (git fetch --unshallow)`,
    );
    return;
  }
  describe(`the version before (${PREVIOUS.slice(0, 7)}) on our schema`, () => {
    it('works beside ours, is killed and started again, and goes on alone with what ours has left', async () => {
      if (await firstMigrationDiffers(bundle))
        console.warn(
          `the first migration was edited in place since ${PREVIOUS}: if it took something away, note a newer commit`,
        );
      const channels = ['one', 'two', 'three', 'four'];
      const site = await given().site(team(channels));
      const before = await startReplica(site, { bundle });
      const ours = await startReplica(site);
      await throughBoth(site, 'OldTakes', before, ours);
      await throughBoth(site, 'NewTakes', ours, before);

      const storm = stories('Upgrade', 16, channels);
      const given1 = Promise.all(
        firingOf(storm).map((body, i) => give(site, body, () => [i % 2 ? before : ours, ours])),
      );
      await killOne(site, before);
      await given1;
      const again = await startReplica(site, { bundle });
      await throughBoth(site, 'AgainTakes', again, ours);

      // The way back: what ours was sending is taken over by the version before.
      const held = site.slack.hold({ method: 'chat.postMessage', channel: 'C0ALERTS01', when: 'after' });
      await again.program.stop('SIGTERM');
      expect(await site.post(firing({ name: 'LeftBehind' }), ours.port)).toBe(200);
      await held.arrived;
      await killOne(site, ours);
      held.release();
      const alone = await startReplica(site, { bundle });
      await site.atRest();
      expect(await site.post(firing({ name: 'Alone' }), alone.port)).toBe(200);
      await site.slack.until(() => postsOf(site.slack, 'Alone').length > 0, 20_000);
      const all = ['OldTakes', 'NewTakes', 'AgainTakes', 'LeftBehind', 'Alone', ...storm.names];
      const fault = '13 the version before, beside and alone';
      expect(await settle(given(), site, { fault, names: all })).toEqual(whole(all.length));
    });
  });
}
