import type { Text } from '../../domain/content.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { GrantWords } from '../../messages/en/rights.ts';
import { memberText } from './may.ts';
import type { Grant, Why } from './types.ts';

/** The line of config that gave a role, in words. */
export function wordWhy(m: Catalog, why: Why, you: boolean): Text {
  const { rule } = why;
  switch (rule) {
    case 'named':
      return m.rights.why({ rule, you, role: why.role, named: memberText(why.as) });
    case 'group-member':
      return m.rights.why({ rule, you, role: why.role, group: why.group });
    case 'permission':
      return m.rights.why({ rule, you, index: why.index });
    default:
      return m.rights.why({ rule, you });
  }
}

export function grantWords({ index, as, verbs, on }: Grant): GrantWords {
  return { index, as: memberText(as), verbs: verbs === 'all' ? [] : verbs, on: on.map(({ text }) => text) };
}
