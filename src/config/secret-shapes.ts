import { holdsCredential } from '../domain/secrets.ts';

/** Has this text the shape of a credential? People paste them into config by mistake. */
export function looksSecret(text: string): boolean {
  return holdsCredential(text) || /^(?:Bearer|Basic)\s+\S{8,}$/i.test(text);
}
