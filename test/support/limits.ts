import type { Limits } from '../../src/core/outbox/limits.ts';

const AT_ONCE = { everyMs: 1, burst: 10_000 };

/** As fast as it goes. */
export const UNLIMITED: Limits = {
  channel: AT_ONCE,
  posts: AT_ONCE,
  updates: AT_ONCE,
  clicks: AT_ONCE,
  progress: AT_ONCE,
  lookUps: AT_ONCE,
};
