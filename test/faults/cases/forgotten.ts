import { expect, it } from 'vitest';
import { firing } from '../support/alerts.ts';
import type { Bench } from '../support/bench.ts';
import { createDice } from '../support/dice.ts';
import { judge, postsOf } from '../support/judge.ts';
import { onStage } from '../support/stage.ts';
import { startStandby } from '../support/standby.ts';
import { startStore } from '../support/store.ts';
import { untilNone } from '../support/waits.ts';

const CHANNELS = Array.from({ length: 8 }, (_, i) => `lost${i}`);
const KNOWN = ['Known1', 'Known2', 'Known3'];
const SHOWN = ['Shown1', 'Shown2', 'Shown3'];
const UNSHOWN = ['Unshown1', 'Unshown2', 'Unshown3'];
/** A look that a gap asks for at once, and one a minute. */
const BROUGHT_BACK_WITHIN_MS = 100_000;
/** A look a minute. */
const LOOKED_WITHIN_MS = 80_000;

/** The database, or Alertmanager, has forgotten what it knew. */
export function forgotten(given: () => Bench): void {
  it('PostgreSQL fails over to a standby that lagged: what fires is brought back', async () => {
    const store = await startStore();
    const standby = await startStandby(store, { sync: false });
    const stage = {
      channels: CHANNELS,
      dice: createDice(1),
      options: async (site: { readonly config?: string }) => ({
        ...site,
        store,
        config: `${site.config ?? ''}openAfter: 1s\n`,
        standing: [() => standby.stop()],
      }),
    };
    await onStage(given(), stage, async (site, fleet) => {
      await site.start();
      await Promise.all(KNOWN.map((name) => fleet.fire(name)));
      await untilNone(async () => judge(site.slack, fleet.sent).troubles);
      await site.atRest();
      await standby.lag();
      await Promise.all(SHOWN.map((name) => fleet.fire(name)));
      await untilNone(async () => judge(site.slack, fleet.sent).troubles);
      await site.lines.slack.cut();
      await Promise.all(UNSHOWN.map((name) => fleet.fire(name)));
      await store.crash();

      await standby.promote();
      site.lines.postgres.retarget(standby.port);
      await site.database.moveTo(standby.port);
      await site.lines.slack.heal();
      const began = performance.now();
      const missing = (): readonly string[] => [
        ...UNSHOWN.filter((name) => postsOf(site.slack, name).length === 0),
        ...SHOWN.filter((name) => postsOf(site.slack, name).length < 2),
      ];
      await untilNone(async () => missing(), BROUGHT_BACK_WITHIN_MS);
      const recoveryMs = performance.now() - began;
      // What is brought back is known again: its end is told.
      for (const name of [...SHOWN, ...UNSHOWN]) void fleet.clear(name);
      await fleet.delivered();
      await untilNone(async () => judge(site.slack, fleet.sent, SHOWN).troubles, 60_000).catch(() => undefined);
      await site.atRest();
      const verdict = judge(site.slack, fleet.sent, SHOWN);
      given().report.add({ fault: 'PostgreSQL fails over, standby lagged (documented)', ...verdict, recoveryMs });
      expect(verdict.troubles).toEqual([]);
      expect(verdict).toMatchObject({ sent: 9, shown: 9, lost: 0, doubled: SHOWN.length });
    });
  });

  it("Alertmanager's API lacks them once: nothing is closed", async () => {
    await onStage(given(), { channels: CHANNELS, dice: createDice(1) }, async (site, fleet, api) => {
      await site.start();
      await Promise.all(KNOWN.map((name) => fleet.fire(name)));
      await untilNone(async () => judge(site.slack, fleet.sent).troubles);
      api.forget();
      const looked = api.looks;
      // A body that Alertmanager has cut makes us ask, two seconds later.
      const cut = { ...JSON.parse(firing({ name: 'Cut', channel: CHANNELS[7]! })), truncatedAlerts: 3 };
      expect(await site.post(JSON.stringify(cut))).toBe(200);
      await untilNone(async () => (api.looks > looked ? [] : ['a look at the API']), LOOKED_WITHIN_MS);
      api.remember();
      const remembered = api.looks;
      await untilNone(async () => (api.looks > remembered ? [] : ['a look that finds them again']), LOOKED_WITHIN_MS);
      await site.atRest();
      const verdict = judge(site.slack, fleet.sent);
      given().report.add({ fault: "Alertmanager's API lacks what fires, once", ...verdict });
      expect(verdict.troubles).toEqual([]);
    });
  });
}
