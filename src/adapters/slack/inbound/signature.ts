import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Signed {
  readonly secret: string;
  /** `X-Slack-Request-Timestamp`: seconds since 1970. */
  readonly timestamp: string | undefined;
  /** `X-Slack-Signature`. */
  readonly signature: string | undefined;
  readonly rawBody: Buffer;
  readonly now: Date;
}

const MOST_SECONDS_OFF = 300;

/** Slack's signature v0, compared in constant time; a stamp over five minutes off, in either direction, is no one's. */
export function isSigned({ secret, timestamp, signature, rawBody, now }: Signed): boolean {
  if (!timestamp || !/^\d{1,12}$/.test(timestamp) || !signature) return false;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > MOST_SECONDS_OFF) return false;
  const expected = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
