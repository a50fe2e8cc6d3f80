import { expect, it } from 'vitest';
import type { Running } from '../../e2e/programs.ts';
import type { Bench } from '../support/bench.ts';
import { createDice } from '../support/dice.ts';
import { judge, postsOf } from '../support/judge.ts';
import { letAbsencesAge, letLooksComeDue } from '../support/rows.ts';
import type { Site, SiteOptions } from '../support/site.ts';
import { onStage } from '../support/stage.ts';
import { soon, untilNone } from '../support/waits.ts';

const CHANNELS = Array.from({ length: 8 }, (_, i) => `looked${i}`);
const MISSED = ['Missed1', 'Missed2', 'Missed3', 'Missed4'];
const ENDED = ['Ended1', 'Ended2', 'Ended3', 'Ended4'];
/** As old as it has to be to be opened, and from before the program began. */
const SINCE_MS = 60_000;
const LOOKED_WITHIN_MS = 20_000;

/** What only reconcile says in a transaction: the one group it opens, or closes. */
const OPENS = /from alert_groups where id = .* for update/;
const CLOSES = /from alert_groups where incident_id = .* for update/;

/** Each incident that a look opens or closes is a transaction of its own: a kill between them leaves the others to the next look. */
export function reconciling(given: () => Bench): void {
  it('killed while it reconciles: what it had not opened or closed is, by the next look, and nothing twice', async () => {
    const options = (site: SiteOptions): SiteOptions => ({ ...site, config: `${site.config ?? ''}openAfter: 1s\n` });
    await onStage(given(), { channels: CHANNELS, dice: createDice(1), options }, async (site, fleet, api) => {
      const since = new Date(Date.now() - SINCE_MS);
      for (const name of MISSED) fleet.fireUntold(name, since);
      const asked = api.ignoreNext();
      let program = await killedAt(site, await site.start(), asked);
      const opened = site.postgres.holdCommit({ touching: OPENS, side: 'after', nth: 2 });
      await Promise.all(ENDED.map((name) => fleet.fire(name)));
      await untilNone(async () => ENDED.filter((name) => postsOf(site.slack, name).length === 0));

      // The receiver is known by now: a look reserves their groups, and the one after it opens them.
      program = await killedAt(site, program, opened);
      expect(await count(site, `origin->>'kind' = 'reconcile'`)).toBe(2);
      await letLooksComeDue(site.database);
      const sent = (names: readonly string[]) => fleet.sent.filter(({ name }) => names.includes(name));
      await untilNone(async () => judge(site.slack, sent(MISSED)).troubles, LOOKED_WITHIN_MS);

      for (const name of ENDED) fleet.clearUntold(name);
      await letLooksComeDue(site.database);
      await untilNone(() => unnoticed(site), LOOKED_WITHIN_MS);
      await letAbsencesAge(site.database);
      await killedAt(site, program, site.postgres.holdCommit({ touching: CLOSES, side: 'before', nth: 3 }));
      expect(await count(site, `state = 'resolved'`)).toBe(2);
      const began = performance.now();
      await letLooksComeDue(site.database);
      const troubles = async (): Promise<readonly string[]> => judge(site.slack, fleet.sent).troubles;
      await untilNone(troubles, LOOKED_WITHIN_MS).catch(() => undefined);
      const recoveryMs = performance.now() - began;
      await site.atRest();
      const verdict = judge(site.slack, fleet.sent);
      given().report.add({ fault: 'killed three times while it reconciles', ...verdict, recoveryMs });
      expect(verdict.troubles).toEqual([]);
      expect(verdict.sent).toBe(MISSED.length + ENDED.length);
    });
  });
}

/** The next look is due; killed when that is reached, and started again. */
async function killedAt(site: Site, program: Running, reached: Promise<unknown>): Promise<Running> {
  await letLooksComeDue(site.database);
  await soon(reached, 'the point of a look to kill at', LOOKED_WITHIN_MS);
  await site.kill(program);
  return site.start();
}

async function count({ database }: Site, what: string): Promise<number> {
  const { rows } = await database.admin.query<{ n: number }>(`select count(*)::int as n from incidents where ${what}`);
  return rows[0]!.n;
}

/** What the API lacks and no look has noted. */
async function unnoticed({ database }: Site): Promise<readonly string[]> {
  const { rows } = await database.admin.query<{ name: string }>(
    `select labels->>'alertname' as name from alerts where absent_since is null and labels->>'alertname' = any($1)`,
    [ENDED],
  );
  return rows.map(({ name }) => `${name}, not noted as absent`);
}
