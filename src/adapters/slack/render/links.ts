import { clean } from '../../../domain/clean.ts';

const URL_MAX = 3_000;
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** The address in its normal form when it may become a link, else `undefined`: http, https and mailto only, up to 3,000 characters. */
export function safeUrl(link: string): string | undefined {
  const value = clean(link).trim();
  if (value.length > URL_MAX || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return SCHEMES.has(url.protocol) && url.href.length <= URL_MAX ? url.href : undefined;
}

/** What is shown for a link that cannot be one: nothing of it is lost. */
export function linkAsText(link: string, label: string): string {
  return label && label !== link ? `${label} (${link})` : link;
}
