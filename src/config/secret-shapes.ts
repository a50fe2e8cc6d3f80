/** Credentials people paste into config by mistake, by their shape. */
const shapes: readonly RegExp[] = [
  /\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{6,}/,
  /\bxapp-[A-Za-z0-9-]{6,}/,
  /\bhooks\.slack\.com\/services\//,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bglpat-[A-Za-z0-9_-]{16,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(?:Bearer|Basic)\s+\S{8,}$/i,
  // Any URL with a password in it: postgres://app:pw@db, https://user:pw@host.
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i,
];

/** Has this text the shape of a credential? */
export function looksSecret(text: string): boolean {
  return shapes.some((shape) => shape.test(text));
}
