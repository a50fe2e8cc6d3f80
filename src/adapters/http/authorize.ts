import { createHash, timingSafeEqual } from 'node:crypto';

/** Credentials of one source; two of each at once for a rotation. */
export interface SourceCredentials {
  readonly name: string;
  readonly auth: 'required' | 'none';
  readonly tokens: readonly string[];
  readonly basic?: { readonly username: string; readonly passwords: readonly string[] };
}

/**
 * Whether an `Authorization` header is one of the source's. All candidates are always compared, as digests of equal
 * length, so the time says nothing of how close a guess was.
 */
export function isAuthorized(header: string | undefined, source: SourceCredentials): boolean {
  if (source.auth === 'none') return true;
  const given = header ?? '';
  const [, scheme = '', value = ''] = /^(\S+)\s+(.*)$/s.exec(given) ?? [];
  const kind = scheme.toLowerCase();
  const bearer = kind === 'bearer' ? source.tokens.map((token) => same(value.trim(), token)) : [];
  const basic = kind === 'basic' ? basicMatches(value, source) : [];
  return [...bearer, ...basic].includes(true);
}

/** RFC 7617: the user name ends at the first colon; a password may hold more. */
function basicMatches(value: string, source: SourceCredentials): readonly boolean[] {
  const { basic } = source;
  if (!basic) return [];
  const decoded = Buffer.from(value.trim(), 'base64').toString('utf8');
  return basic.passwords.map((password) => same(decoded, `${basic.username}:${password}`));
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b)) && b.length > 0;
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
