/** Takes secrets out of words that are about to be logged or thrown. */
export type Scrub = (words: string) => string;

const TOKEN = /\bx(?:ox[a-z]{1,2}|app)[-.][\w.-]+/g;
/** Whoever has one of these may answer in our name, or take our socket. */
const RESPONSE_URL = /https?:\/\/[^\s"']*\/(?:actions|commands|response|services)\/[^\s"']*/g;
const TICKET = /([?&]ticket=)[^&\s"']*/g;

/** `secrets`: the values themselves, wherever they turn up; what has a token's form goes in any case. */
export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 6);
  return (words) => {
    const withoutKnown = known.reduce((text, secret) => text.replaceAll(secret, '***'), words);
    return withoutKnown.replace(TOKEN, '***').replace(RESPONSE_URL, '***').replace(TICKET, '$1***');
  };
}
