import { joinText, type Text } from '../domain/content.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';
import type { Wrong } from './wrong.ts';

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every sentence; a missing one does not compile. */
export type Catalog = typeof en;

/**
 * A sentence that is found by its name at run time, when its parameters were chosen with that name before. Written as a method,
 * so that one that takes fewer kinds of `Params` is one of these too.
 */
export type Sentence<Params> = { say(params: Params): Text }['say'];

/** Sentences after one another; Japanese has no space between them. */
export function together(parts: readonly Text[], m: Catalog): Text {
  return joinText(parts, m === ja ? '' : ' ');
}

/** What is wrong, in any language: looked up when somebody reads it. */
export type SayWrong = (words: Catalog) => Wrong;

export function sentences(language: Language): Catalog {
  return language === 'ja' ? ja : en;
}
