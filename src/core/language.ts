import type { Language } from '../messages/catalog.ts';
import { LANGUAGES } from '../messages/catalog.ts';

/** The channel's language, else the person's own (`ja-JP`), else config's. */
export function languageFor(said: {
  readonly channel?: string | null;
  readonly locale?: string | null;
  readonly otherwise: Language;
}): Language {
  return known(said.channel) ?? known(said.locale) ?? said.otherwise;
}

/** Only a language that there are sentences in; another is as good as none said. */
function known(tag: string | null | undefined): Language | undefined {
  const language = tag?.toLowerCase().split(/[-_]/, 1)[0];
  return LANGUAGES.find((l) => l === language);
}
