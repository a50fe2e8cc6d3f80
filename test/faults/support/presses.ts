import type { Seen } from '../../../sandbox/slack/index.ts';
import { visibleText } from '../../../sandbox/slack/index.ts';
import { postsOf, wordsOf } from './judge.ts';
import type { Site } from './site.ts';

/** Somebody who presses Acknowledge, each time on another post. */
export interface Presser {
  press(name: string): Promise<Seen>;
  /** Presses unless it has cleared already, and the button with it. */
  pressIfOpen(name: string): Promise<Seen | undefined>;
  /** Each press that looked done and was forgotten without a word. */
  forgotten(): readonly string[];
  readonly count: { readonly pressed: number; readonly done: number; readonly refused: number };
}

/** What says that a press did not count, or may not have. */
const NOT_DONE = /Not recorded|may or may not be recorded|being upgraded|Something broke|does not answer/;

export function createPresser(site: Site, person: string): Presser {
  const presses = new Map<string, Seen>();
  const taken = (): RegExp => new RegExp(`<@${site.slack.user(person).id}> has it|Resolved at`);
  const has = (name: string): boolean => taken().test(wordsOf(site.slack, name));
  const looksDone = (): readonly string[] => [...presses].filter(([, seen]) => seen.ok).map(([name]) => name);
  const press = async (name: string): Promise<Seen> => {
    const seen = await site.slack.as(person).click(postsOf(site.slack, name)[0]!, 'Acknowledge');
    presses.set(name, seen);
    return seen;
  };
  return {
    press,
    async pressIfOpen(name) {
      return /Nobody has it/.test(wordsOf(site.slack, name)) ? press(name) : undefined;
    },
    forgotten() {
      const missing = looksDone().filter((name) => !has(name));
      const told = site.slack.user(person).ephemerals.filter((one) => NOT_DONE.test(visibleText(one))).length;
      return missing.length > told ? missing.map((name) => `${name}: pressed, answered, and not acknowledged`) : [];
    },
    get count() {
      const done = looksDone().filter(has).length;
      return { pressed: presses.size, done, refused: presses.size - done };
    },
  };
}
