import { cut, type Text } from '../domain/content.ts';
import { RetryableError, UserError } from '../domain/errors.ts';
import type { Catalog } from '../messages/catalog.ts';
import { wordUserError } from '../messages/user-error.ts';
import { ChatError } from '../ports/chat.ts';
import { ClusterError } from '../ports/cluster.ts';
import { PostgresError } from '../ports/postgres.ts';
import { NewerVersion } from './newer.ts';

/** What wording an error takes to know; part of `InboundParts`. */
export interface ErrorSources {
  /** The system whose passing fault this is, as people know it: `PostgreSQL`. `undefined`: not a passing fault. */
  readonly passingFault: (error: unknown) => string | undefined;
  /** Since when a system (or cluster, by name) does not answer, if anybody knows. */
  readonly awaySince?: (system: string) => Date | undefined;
}

/** The API server's or a webhook's own words can be long. */
const DETAIL_MAX = 500;

/**
 * The one place where errors become words. `undefined`: ours, to be logged under an id that the asker gets.
 * `unchanged`: what failed was certainly not done, and the sentence says so.
 */
export function wordError(m: Catalog, error: unknown, sources: ErrorSources, unchanged = false): Text | undefined {
  if (error instanceof UserError) return wordUserError(m, error);
  if (error instanceof ClusterError) return wordClusterError(m, error, sources);
  if (error instanceof PostgresError)
    return m.pg.failed[error.kind]({ name: error.database, detail: cut(error.message, DETAIL_MAX) });
  if (error instanceof NewerVersion) return m.ops.beingUpgraded();
  if (error instanceof ChatError && error.kind === 'expired') return m.ops.slackExpired();
  const system = systemAway(error, sources);
  if (system === undefined) return undefined;
  return m.ops.away({ system, since: sources.awaySince?.(system), unchanged });
}

/** Slack's own refusals (token, channel, what we sent) are ours to mend. */
function systemAway(error: unknown, sources: ErrorSources): string | undefined {
  if (error instanceof RetryableError) return error.system;
  if (error instanceof ChatError) {
    return ['rate-limited', 'passing', 'ambiguous'].includes(error.kind) ? 'Slack' : undefined;
  }
  return sources.passingFault(error);
}

function wordClusterError(m: Catalog, error: ClusterError, sources: ErrorSources): Text {
  const { kind, cluster } = error;
  return m.ops.cluster[kind]({ cluster, detail: cut(error.message, DETAIL_MAX), since: sources.awaySince?.(cluster) });
}

/** A text where there is room for plain characters only: form errors, logs. */
export function plainText(words: Text): string {
  return words.map(plainInline).join('');
}

function plainInline(part: Text[number]): string {
  if (typeof part === 'string') return part;
  if ('bold' in part) return part.bold;
  if ('code' in part) return part.code;
  if ('strike' in part) return part.strike;
  if ('emoji' in part) return `:${part.emoji}:`;
  if ('label' in part) return part.label;
  if ('channel' in part) return `#${part.channel}`;
  if ('time' in part) return part.time.toISOString();
  return part.mention.kind === 'everyone' ? `@${part.mention.scope}` : `@${part.mention.id}`;
}
