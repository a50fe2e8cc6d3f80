import { describe, expect, it } from 'vitest';
import { firing } from '../support/alerts.ts';
import { type Bench, killAt, recover, settle, whole } from '../support/bench.ts';
import { postsOf, wordsOf } from '../support/judge.ts';

const INCIDENTS = /insert into "?incidents\b/;

/** A sender that gets no 2xx sends again, as Alertmanager does. */
export function webhooks(given: () => Bench): void {
  describe('while a webhook is being stored', () => {
    it('before its COMMIT reaches PostgreSQL: sent again, shown once', async () => {
      const site = await given().site();
      const program = await site.start();
      const held = site.postgres.holdCommit({ touching: INCIDENTS, side: 'before' });
      const body = firing({ name: 'BeforeCommit' });
      const answered = site.post(body);
      await killAt(site, program, held);
      expect(await answered).toBeUndefined();
      expect(postsOf(site.slack, 'BeforeCommit')).toEqual([]);

      const began = performance.now();
      await site.start();
      expect(await site.post(body)).toBe(200);
      await site.slack.until(() => postsOf(site.slack, 'BeforeCommit').length > 0, 20_000);
      const recoveryMs = performance.now() - began;
      const fault = '1  webhook, before COMMIT';
      expect(await settle(given(), site, { fault, names: ['BeforeCommit'], recoveryMs })).toEqual(whole(1));
    });

    it('after its COMMIT, before the 200: sent again, one post and one incident', async () => {
      const site = await given().site();
      const program = await site.start();
      const held = site.postgres.holdCommit({ touching: INCIDENTS, side: 'after' });
      const body = firing({ name: 'AfterCommit' });
      const answered = site.post(body);
      await killAt(site, program, held);
      expect(await answered).toBeUndefined();
      expect(postsOf(site.slack, 'AfterCommit')).toEqual([]);

      const recoveryMs = await recover(site, () => postsOf(site.slack, 'AfterCommit').length > 0);
      expect(await site.post(body)).toBe(200);
      const fault = '2  webhook, after COMMIT, before 200';
      expect(await settle(given(), site, { fault, names: ['AfterCommit'], recoveryMs })).toEqual(whole(1));
      expect(new Set(wordsOf(site.slack, 'AfterCommit').match(/INC-\d+/g))).toEqual(new Set(['INC-1']));
    });
  });
}
