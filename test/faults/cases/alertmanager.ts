import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Bench } from '../support/bench.ts';
import { createDice, type Dice, seedOf } from '../support/dice.ts';
import type { Fleet } from '../support/fleet.ts';
import { judge } from '../support/judge.ts';
import { onStage } from '../support/stage.ts';
import { untilNone } from '../support/waits.ts';

const ALERTS = 36;
const CHANNELS = Array.from({ length: 12 }, (_, i) => `pair${i}`);
/** 35 edits leave a minute. */
const SHOWN_WITHIN_MS = 90_000;

/** Three members that know nothing of each other: what one sends first the others send last. */
export function alertmanagers(given: () => Bench): void {
  it('Alertmanager: copies of three members in any order, repeats, ends that were none', async () => {
    const dice = createDice(seedOf(process.env));
    await onStage(given(), { channels: CHANNELS, dice, copies: 3 }, async (site, fleet) => {
      await site.start();
      const names = Array.from({ length: ALERTS }, (_, i) => `Copied${i}x`);
      await Promise.all(names.map((name, i) => life(fleet, name, i % 6, dice.fork())));
      await fleet.delivered();
      const began = performance.now();
      await untilNone(async () => judge(site.slack, fleet.sent).troubles, SHOWN_WITHIN_MS).catch(() => undefined);
      const recoveryMs = performance.now() - began;
      await site.atRest();
      const verdict = judge(site.slack, fleet.sent);
      given().report.add({ fault: 'Alertmanager: three copies in any order', ...verdict, recoveryMs });
      expect(verdict.troubles).toEqual([]);
      expect(verdict.sent).toBe(ALERTS);
    });
  });
}

/** One of six: it fires; clears at once; clears later; is repeated; clears and fires on, once its end was shown or before. */
async function life(fleet: Fleet, name: string, kind: number, dice: Dice): Promise<void> {
  await pause(dice.below(1_500));
  const fired = fleet.fire(name);
  if (kind === 1) void fleet.clear(name);
  if (kind === 1) void fleet.straggle(name);
  if (kind === 0 || kind === 1) return;
  if (kind !== 3) await fired;
  await pause(dice.below(1_500));
  if (kind === 3) return void fleet.repeat(name);
  void fleet.clear(name);
  if (kind === 2) return;
  if (kind === 5) await pause(dice.below(2_500));
  void fleet.relapse(name);
}
