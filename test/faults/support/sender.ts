import { setTimeout as pause } from 'node:timers/promises';
import type { AlertName } from './alerts.ts';
import type { Dice } from './dice.ts';
import type { Site } from './site.ts';

/** What is sent for one alert, in this order. */
export interface Story {
  readonly alert: AlertName;
  readonly clears: boolean;
  readonly bodies: readonly string[];
}

/** Alertmanager begins again after half a second; here everything is a little faster. */
const AGAIN_AFTER_MS = 150;
const AT_ONCE = 4;
const GIVE_UP_MS = 60_000;

/** Sends all stories, some at once, each body again and again until it is answered 2xx. */
export async function deliverAll(site: Site, stories: readonly Story[], dice: Dice): Promise<void> {
  const left = [...stories];
  const later: Story[] = [];
  const lane = async (): Promise<void> => {
    for (let story = left.shift(); story; story = left.shift()) {
      // Some clear at once, before anybody has seen them; the others when all have fired.
      const soon = dice.below(3) === 0;
      await untilTaken(site, story.bodies.slice(0, soon ? undefined : 1));
      if (!soon) later.push(story);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (const story of later) await untilTaken(site, story.bodies.slice(1));
}

async function untilTaken(site: Site, bodies: readonly string[]): Promise<void> {
  const until = performance.now() + GIVE_UP_MS;
  for (const body of bodies) {
    while ((await site.post(body)) !== 200) {
      if (performance.now() > until) throw new Error(`not accepted within ${GIVE_UP_MS} ms: ${body.slice(0, 300)}`);
      await pause(AGAIN_AFTER_MS);
    }
  }
}
