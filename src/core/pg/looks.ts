import type { Answered } from '../define.ts';
import { blocksLook } from './blocks.ts';
import { cacheLook } from './cache.ts';
import { connectionsLook } from './connections.ts';
import { idleLook } from './idle.ts';
import { longLook } from './long.ts';
import type { Looking } from './look.ts';
import { replicationLook } from './replication.ts';
import { settingsLook } from './settings.ts';
import { sizesLook } from './sizes.ts';
import { testLook } from './test.ts';
import { waitsLook } from './waits.ts';

/** By the words of `/ops pg`, as a DBA would type them. */
export const LOOKS = {
  connections: connectionsLook,
  idle: idleLook,
  blocks: blocksLook,
  waits: waitsLook,
  long: longLook,
  sizes: sizesLook,
  replication: replicationLook,
  cache: cacheLook,
  settings: settingsLook,
  test: testLook,
} satisfies Readonly<Record<string, (looking: Looking) => Promise<Answered>>>;

export type Look = keyof typeof LOOKS;

export function isLook(word: string): word is Look {
  return Object.hasOwn(LOOKS, word);
}

export const LOOK_WORDS: readonly string[] = Object.keys(LOOKS);
