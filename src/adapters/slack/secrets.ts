import { type Mask, maskedJson, maskSecrets, maskValues } from '../../domain/secrets.ts';

/** Takes secrets out of words that are about to be logged or thrown. */
export type Scrub = Mask;

const TOKEN = /\bx(?:ox[a-z]{1,2}|app)[-.][\w.-]+/g;
/** Whoever has one of these may answer in our name, or take our socket. */
const RESPONSE_URL = /https?:\/\/[^\s"']*\/(?:actions|commands|response|services)\/[^\s"']*/g;
const TICKET = /([?&]ticket=)[^&\s"']*/g;

/** `secrets`: the values themselves, wherever they turn up; what has a token's form goes in any case. */
export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 6);
  return (words) => {
    const withoutKnown = known.reduce((text, secret) => text.replaceAll(secret, '***'), words);
    return maskSecrets(withoutKnown.replace(TOKEN, '***').replace(RESPONSE_URL, '***').replace(TICKET, '$1***'));
  };
}

/**
 * Takes values that are known to be secret out of what is about to be sent, and out of what people write to us. What is rendered
 * is masked by its shape already.
 */
export type Hide = <T extends object>(passing: T) => T;

/** @param known asked for each message; in every form in which a value may turn up */
export function createHide(known: () => readonly string[]): Hide {
  return (passing) => {
    const values = known();
    const json = JSON.stringify(passing);
    return values.some((value) => json.includes(value))
      ? maskedJson(passing, (text) => maskValues(text, values))
      : passing;
  };
}
