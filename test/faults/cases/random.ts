import { describe, expect, it } from 'vitest';
import type { Running } from '../../e2e/programs.ts';
import { type AlertName, cleared, firing } from '../support/alerts.ts';
import { type Bench, settle, whole } from '../support/bench.ts';
import { createDice, type Dice, seedOf } from '../support/dice.ts';
import { postsOf, wordsOf } from '../support/judge.ts';
import { deliverAll, type Story } from '../support/sender.ts';
import { type Site, team } from '../support/site.ts';
import { soon } from '../support/waits.ts';

const ALERTS = 60;
const CHANNELS = 10;
const KILLS = 3;
/** Edits have 35 a minute, so the run would get long with more. */
const CLEARED = 0.25;

/** Transactions of alerts and of sending. */
const OURS = /(insert into|update) "?(incidents|alerts|outbox|posts)\b/;

export function random(given: () => Bench): void {
  describe('again and again, anywhere', () => {
    it('60 alerts, 3 kills: each is shown in its last state, none twice', async () => {
      const seed = seedOf(process.env);
      console.log(`faults: seed ${seed}; the same again with HIKESHI_TEST_FAULT_SEED=${seed}`);
      const dice = createDice(seed);
      const channels = Array.from({ length: CHANNELS }, (_, i) => `any${i}`);
      const site = await given().site(team(channels));
      let program = await site.start();
      const stories = Array.from({ length: ALERTS }, (_, i) => storyOf(i, channels, dice));
      const delivered = deliverAll(site, stories, dice.fork());
      delivered.catch(() => undefined);

      const points = Array.from({ length: KILLS }, () => pointOf(dice));
      let recoveryMs = 0;
      for (const point of points) {
        await killedAt(site, program, point);
        const began = performance.now();
        program = await site.start();
        recoveryMs = Math.max(recoveryMs, performance.now() - began);
      }
      await soon(delivered, 'everything is accepted', 60_000);
      const names = stories.map((story) => story.alert.name);
      await site.slack.until(() => stories.every((story) => isShown(site, story)), 90_000);
      const fault = `10 ${KILLS} kills, seed ${seed}`;
      expect(await settle(given(), site, { fault, names, recoveryMs })).toEqual(whole(ALERTS));
      for (const story of stories) expect(isShown(site, story), story.alert.name).toBe(true);
    }, 180_000);
  });
}

function storyOf(i: number, channels: readonly string[], dice: Dice): Story {
  const alert: AlertName = { name: `Random${String(i).padStart(2, '0')}`, channel: channels[i % channels.length]! };
  const at = new Date();
  const clears = dice.below(1_000) < CLEARED * 1_000;
  return { alert, clears, bodies: [firing(alert, at), ...(clears ? [cleared(alert, at)] : [])] };
}

function isShown(site: Site, { alert, clears }: Story): boolean {
  return postsOf(site.slack, alert.name).length > 0 && /Resolved at/.test(wordsOf(site.slack, alert.name)) === clears;
}

interface Point {
  readonly where: 'postgres' | 'slack';
  readonly side: 'before' | 'after';
  /** Which of those that come by. */
  readonly nth: number;
}

function pointOf(dice: Dice): Point {
  return {
    where: dice.below(2) === 0 ? 'postgres' : 'slack',
    side: dice.below(2) === 0 ? 'before' : 'after',
    nth: 1 + dice.below(15),
  };
}

async function killedAt(site: Site, program: Running, { where, side, nth }: Point): Promise<void> {
  const reached =
    where === 'postgres' ? site.postgres.holdCommit({ touching: OURS, side, nth }) : slackCall(site, side, nth);
  await soon(reached, `${nth}th at ${where}, ${side}`, 30_000);
  await site.kill(program);
}

/** Slack's answer to the nth post from now on never comes, or it never heard of it. */
async function slackCall(site: Site, side: 'before' | 'after', nth: number): Promise<void> {
  for (let seen = 1; seen < nth; seen++) {
    const passing = site.slack.hold({ method: 'chat.postMessage', when: 'before' });
    await passing.arrived;
    passing.release();
  }
  await site.slack.hold({ method: 'chat.postMessage', when: side }).arrived;
}
