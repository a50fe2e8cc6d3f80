import { en } from './en.ts';
import { ja } from './ja.ts';

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every sentence; a missing one does not compile. */
export type Catalog = typeof en;

export function sentences(language: Language): Catalog {
  return language === 'ja' ? ja : en;
}
