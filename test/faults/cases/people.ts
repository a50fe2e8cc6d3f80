import { describe, expect, it } from 'vitest';
import { firing } from '../support/alerts.ts';
import { type Bench, killAt, recover, settle, whole } from '../support/bench.ts';
import { postsOf, threadOf, wordsOf } from '../support/judge.ts';
import { letStepsComeDue } from '../support/rows.ts';
import type { Site } from '../support/site.ts';

const REQUESTS = /insert into "?requests\b/;

/** Slack never repeats a click: what the presser is told has to be true. */
export function people(given: () => Bench): void {
  describe('while somebody presses Acknowledge', () => {
    it('before the COMMIT: the presser sees an error, nothing is acknowledged, pings go on', async () => {
      const site = await given().site();
      const program = await site.start();
      const [post] = await shown(site, ['Unrecorded']);
      const held = site.postgres.holdCommit({ touching: REQUESTS, side: 'before' });
      const pressed = site.slack.as('mika').click(post!, 'Acknowledge');
      await killAt(site, program, held);
      expect(await pressed).toEqual({ ok: false, error: 'dispatch_failed' });

      await letStepsComeDue(site.database);
      const recoveryMs = await recover(site, () => pings(site, 'Unrecorded').length > 0);
      const fault = '6a Acknowledge, before COMMIT';
      expect(await settle(given(), site, { fault, names: ['Unrecorded'], recoveryMs })).toEqual(whole(1));
      expect(wordsOf(site.slack, 'Unrecorded')).toMatch(/Nobody has it yet/);
      expect(pings(site, 'Unrecorded')).toHaveLength(1);
    });

    it('while PostgreSQL hangs, and nobody lives to say so: the presser sees an error all the same', async () => {
      const site = await given().site();
      const program = await site.start();
      const [post] = await shown(site, ['Untold']);
      const telling = site.slack.hold({ method: 'response_url', when: 'before' });
      site.lines.postgres.hang();
      const pressed = site.slack.as('mika').click(post!, 'Acknowledge');
      await killAt(site, program, telling.arrived);
      expect(await pressed).toEqual({ ok: false, error: 'dispatch_failed' });
      await site.lines.postgres.heal();

      await letStepsComeDue(site.database);
      const recoveryMs = await recover(site, () => pings(site, 'Untold').length > 0);
      const fault = '6c Acknowledge, PostgreSQL hangs, killed';
      expect(await settle(given(), site, { fault, names: ['Untold'], recoveryMs })).toEqual(whole(1));
      expect(wordsOf(site.slack, 'Untold')).toMatch(/Nobody has it yet/);
    });

    it('after the COMMIT, before the answer: acknowledged, and nobody is pinged any more', async () => {
      const site = await given().site();
      const program = await site.start();
      // The second one shows that pings do leave, at the time at which the first one's does not.
      const [post] = await shown(site, ['Recorded', 'Unattended']);
      const held = site.postgres.holdCommit({ touching: REQUESTS, side: 'after' });
      const pressed = site.slack.as('mika').click(post!, 'Acknowledge');
      await killAt(site, program, held);
      expect(await pressed).toEqual({ ok: false, error: 'dispatch_failed' });

      await letStepsComeDue(site.database);
      const mika = site.slack.user('mika').id;
      const recoveryMs = await recover(site, () => wordsOf(site.slack, 'Recorded').includes(`<@${mika}> has it`));
      await site.slack.until(() => pings(site, 'Unattended').length > 0, 20_000);
      const fault = '6b Acknowledge, after COMMIT';
      const names = ['Recorded', 'Unattended'];
      expect(await settle(given(), site, { fault, names, recoveryMs })).toEqual(whole(2));
      expect(pings(site, 'Recorded')).toEqual([]);
      expect(pings(site, 'Unattended')).toHaveLength(1);
    });
  });
}

/** Posts of criticals that call taro at once and hana later. */
async function shown(site: Site, names: readonly string[]) {
  for (const name of names) expect(await site.post(firing({ name, severity: 'critical' }))).toBe(200);
  await site.slack.until(() => names.every((name) => postsOf(site.slack, name).length > 0), 20_000);
  await site.atRest();
  return names.map((name) => postsOf(site.slack, name)[0]!);
}

function pings(site: Site, name: string): readonly string[] {
  return postsOf(site.slack, name).flatMap((post) =>
    threadOf(site.slack, post).filter((line) => line.includes('needs you')),
  );
}
