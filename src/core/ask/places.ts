import type { FlagShape } from './parse.ts';
import { plainWord, type Word } from './tokenize.ts';

/** What a word says: a positional, or the value of a flag. */
export interface Place {
  /** Which word; the verb is the first. */
  readonly at: number;
  readonly value: string;
  /** The flag's long name; absent: a positional. */
  readonly flag?: string;
  /** The same word with something else in this place. */
  readonly with: (value: string) => Word;
}

/** Of the words behind the verb, which says what: as `parseWords` reads them, but where each stands. Pure. */
export function placesOf(words: readonly Word[], flags: readonly FlagShape[]): readonly Place[] {
  const places: Place[] = [];
  let ended = false;
  for (let at = 1; at < words.length; at += 1) {
    const { value, quoted } = words[at]!;
    if (quoted || ended || !/^-./.test(value)) {
      places.push({ at, value, with: plainWord });
      continue;
    }
    ended = value === '--';
    const { flag, front, rest } = takesValue(value, flags) ?? {};
    if (flag === undefined) continue;
    if (rest !== undefined) {
      places.push({ at, value: rest, flag, with: (other) => plainWord(`${front}${other}`) });
      continue;
    }
    at += 1;
    const next = words[at]?.value;
    if (next !== undefined) places.push({ at, value: next, flag, with: plainWord });
  }
  return places;
}

/** The flag in a word that takes a value, with what stands before that value where it is in the same word. */
function takesValue(
  word: string,
  flags: readonly FlagShape[],
): { readonly flag: string; readonly front: string; readonly rest?: string } | undefined {
  const [, long, rest] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (long !== undefined) {
    const flag = flags.find((one) => one.long === long || one.also === long);
    return flag?.value === undefined
      ? undefined
      : { flag: flag.long, front: `--${long}=`, ...(rest !== undefined && { rest }) };
  }
  // Switches may stand together, the last of them with a value: `-pc app`.
  for (let i = 1; i < word.length; i += 1) {
    const flag = flags.find(({ short }) => short === word[i]);
    if (!flag) return undefined;
    if (flag.value === undefined) continue;
    const front = word.slice(0, i + (i === 1 && word[2] === '=' ? 2 : 1));
    const value = word.slice(front.length);
    return { flag: flag.long, front, ...(value !== '' && { rest: value }) };
  }
  return undefined;
}
