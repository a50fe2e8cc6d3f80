import type { Clock } from './clock.ts';
import type { Limits } from './options.ts';
import { TooMany } from './refusal.ts';

export type Tier = 1 | 2 | 3 | 4 | 'special';

const MINUTE_MS = 60_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Slack's rates: a method per workspace and minute by tier, a post a second and channel with a small burst, posts a minute in all. */
export class Rates {
  limits: Limits | undefined;
  readonly #clock: Clock;
  readonly #windows = new Map<string, { minute: number; count: number }>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: Limits | undefined, clock: Clock) {
    this.limits = limits;
    this.#clock = clock;
  }

  /** Counts a call of a method, or refuses it until the minute is over. */
  call(method: string, tier: Tier): void {
    if (!this.limits || tier === 'special') return;
    this.#count(`method ${method}`, this.limits[`tier${tier}`]);
  }

  /**
   * Counts a post into a channel, however it is made. Answers whether it came within a second of the one before,
   * which a burst allows.
   */
  post(channel: string): 'calm' | 'burst' {
    if (!this.limits) return 'calm';
    const { postsPerSecond, postBurst, workspacePosts } = this.limits;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(channel) ?? { tokens: postBurst, at: now };
    const tokens = Math.min(postBurst, bucket.tokens + ((now - bucket.at) / 1000) * postsPerSecond);
    if (tokens < 1) throw new TooMany((1 - tokens) / postsPerSecond);
    this.#count('posts', workspacePosts);
    this.#buckets.set(channel, { tokens: tokens - 1, at: now });
    return tokens < postBurst ? 'burst' : 'calm';
  }

  #count(key: string, most: number): void {
    const now = this.#clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    const window = this.#windows.get(key);
    const count = window?.minute === minute ? window.count : 0;
    if (count >= most) throw new TooMany(((minute + 1) * MINUTE_MS - now) / 1000);
    this.#windows.set(key, { minute, count: count + 1 });
  }
}
