import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Running } from '../../e2e/programs.ts';
import type { Bench } from './bench.ts';
import { createDice } from './dice.ts';
import type { Fleet } from './fleet.ts';
import { handsAt } from './hands.ts';
import { judge, type Sent, type Verdict } from './judge.ts';
import type { Site, SiteOptions } from './site.ts';
import { onStage } from './stage.ts';
import { untilNone } from './waits.ts';

/** One fault in the middle of a day: alerts fire and clear before it, under it and after it, and somebody presses buttons. */
export interface Scenario {
  readonly fault: string;
  /** Waits for half a minute and more: with `--long` only. */
  readonly onlyLong?: boolean;
  readonly options?: (site: SiteOptions) => SiteOptions | Promise<SiteOptions>;
  /** Starts what takes webhooks; default: one program. */
  readonly start?: (site: Site) => Promise<readonly Running[]>;
  readonly begin?: (site: Site) => unknown;
  /** What goes on while it lasts; it ends when this has ended and `lastsMs` are over. */
  readonly during?: (site: Site, programs: readonly Running[]) => Promise<unknown>;
  readonly end?: (site: Site) => unknown;
  /** It has met somebody, so that it may end. */
  readonly met?: (site: Site) => boolean;
  /** How long it lasts at least, ms; default 2,500. */
  readonly lastsMs?: number;
  /** How long it may take until all is well, ms; default 30 s. */
  readonly recoversWithinMs?: number;
  /** Slack takes no message: what fires and clears under it gets one post that says both. */
  readonly slackIsAway?: boolean;
  /** Posted a second time by design, and counted as doubled: the first post can no longer be reached. */
  readonly again?: readonly string[];
}

const BEFORE = ['Before1', 'Before2', 'Before3', 'Before4', 'Before5'];
const UNDER = Array.from({ length: 10 }, (_, i) => `Under${i}`);
const AFTER = ['After1', 'After2', 'After3'];
/** Clear under the fault: of these that fired before it, and of those that fired under it. */
const CLEAR = { before: ['Before5'], under: ['Under2', 'Under5', 'Under8'] };
const CHANNELS = Array.from({ length: 9 }, (_, i) => `lane${i}`);
const RECOVERS_WITHIN_MS = 30_000;
const MET_WITHIN_MS = 20_000;

export async function play(bench: Bench, scenario: Scenario): Promise<void> {
  const { start = async (site) => [await site.start()] } = scenario;
  const stage = { channels: CHANNELS, dice: createDice(1), ...(scenario.options && { options: scenario.options }) };
  await onStage(bench, stage, async (site, fleet) => {
    const programs = await start(site);
    const { verdict, recoveryMs, presses, untrue } = await through(scenario, site, programs, fleet);
    bench.report.add({ fault: scenario.fault, ...verdict, recoveryMs, presses });
    expect([...verdict.troubles, ...untrue]).toEqual([]);
    expect(verdict.sent).toBe(BEFORE.length + UNDER.length + AFTER.length);
  });
}

interface Ended {
  readonly verdict: Verdict;
  readonly recoveryMs: number;
  readonly presses: string;
  readonly untrue: readonly string[];
}

async function through(scenario: Scenario, site: Site, programs: readonly Running[], fleet: Fleet): Promise<Ended> {
  const { recoversWithinMs = RECOVERS_WITHIN_MS, again = [] } = scenario;
  const sent = (): readonly Sent[] => (scenario.slackIsAway ? fleet.sent.map(toldBoth) : fleet.sent);
  const judged = (): Verdict => judge(site.slack, sent(), again);
  const hands = handsAt(site);
  await Promise.all([...BEFORE.map((name) => fleet.fire(name)), hands.before()]);
  await untilNone(async () => judge(site.slack, fleet.sent).troubles);

  await scenario.begin?.(site);
  hands.under();
  await Promise.all([underFault(scenario, fleet), scenario.during?.(site, programs)]);
  if (scenario.met) await untilNone(async () => (scenario.met?.(site) ? [] : [scenario.fault]), MET_WITHIN_MS);
  // What has cleared before Slack is back has to be said to have.
  if (scenario.slackIsAway) await fleet.delivered();
  await scenario.end?.(site);

  const endedAt = performance.now();
  hands.after();
  for (const name of AFTER) void fleet.fire(name);
  await fleet.delivered();
  await untilNone(async () => judged().troubles, recoversWithinMs).catch(() => undefined);
  const recoveryMs = performance.now() - endedAt;
  await hands.answered();
  const troubles = async (): Promise<readonly string[]> => [...judged().troubles, ...hands.untrue()];
  await untilNone(troubles, recoversWithinMs).catch(() => undefined);
  await site.atRest();
  return { verdict: judged(), recoveryMs, presses: hands.count, untrue: hands.untrue() };
}

const toldBoth = (one: Sent): Sent =>
  CLEAR.under.includes(one.name) && one.last === 'resolved' ? { ...one, meanwhile: true } : one;

/** Fires at a steady pace as long as it lasts; nobody waits for an answer. */
async function underFault({ lastsMs = 2_500 }: Scenario, fleet: Fleet): Promise<void> {
  const began = performance.now();
  for (const name of CLEAR.before) void fleet.clear(name);
  for (const name of UNDER) {
    void fleet.fire(name);
    if (CLEAR.under.includes(name)) void fleet.clear(name);
    await pause(lastsMs / 2 / UNDER.length);
  }
  await pause(Math.max(0, began + lastsMs - performance.now()));
}
