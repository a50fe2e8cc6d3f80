import { inspect } from 'node:util';
import type { LogLevel, Logger as SdkLogger } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Scrub } from './secrets.ts';

/**
 * Slack's packages log into ours. Their debug lines hold whole payloads and are dropped; the others are scrubbed, and at
 * debug, because each failure is also thrown at us and told by whoever asked.
 */
export function sdkLogger(log: Logger, scrub: Scrub, level: LogLevel): SdkLogger {
  const words = (parts: readonly unknown[]): string => scrub(parts.map(wordsOf).join(' '));
  return {
    debug: () => {},
    info: (...parts: unknown[]) => log.debug(words(parts)),
    warn: (...parts: unknown[]) => log.debug(words(parts)),
    error: (...parts: unknown[]) => log.debug(words(parts)),
    setLevel: () => {},
    getLevel: () => level,
    setName: () => {},
  };
}

function wordsOf(part: unknown): string {
  if (typeof part === 'string') return part;
  return part instanceof Error ? part.message : inspect(part, { depth: 2, breakLength: Number.POSITIVE_INFINITY });
}
