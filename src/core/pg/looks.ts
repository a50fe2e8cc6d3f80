import type { Answered } from '../define.ts';
import { connectionsLook } from './connections.ts';
import { idleLook } from './idle.ts';
import type { Looking } from './look.ts';
import { testLook } from './test.ts';

/** By the words of `/ops pg`, as a DBA would type them. */
export const LOOKS = {
  connections: connectionsLook,
  idle: idleLook,
  test: testLook,
} satisfies Readonly<Record<string, (looking: Looking) => Promise<Answered>>>;

export type Look = keyof typeof LOOKS;

export function isLook(word: string): word is Look {
  return Object.hasOwn(LOOKS, word);
}

export const LOOK_WORDS: readonly string[] = Object.keys(LOOKS);
