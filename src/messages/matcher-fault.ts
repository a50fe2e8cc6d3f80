import type { MatcherFault } from '../domain/matchers.ts';
import type { Catalog } from './catalog.ts';
import type { Wrong } from './wrong.ts';

/** What is wrong with a matcher, and what to write. */
export function wordMatcherFault({ matcher }: Catalog, fault: MatcherFault): Wrong {
  switch (fault.kind) {
    case 'expected':
      return matcher.expected(fault);
    case 'long':
      return matcher.long(fault);
    case 'regex':
      return matcher.regex(fault);
    default:
      return matcher[fault.kind];
  }
}
