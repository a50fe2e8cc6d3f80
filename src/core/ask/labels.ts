import type { Labels } from '../../domain/alert.ts';
import { userError } from '../../messages/user-error.ts';

/**
 * `severity=critical`, and as Alertmanager prints them: `{severity="critical",alertname="DiskFull"}`.
 * @throws UserError for a word that is none
 */
export function labelsOf(words: readonly string[]): Labels {
  const pairs = words.flatMap((word) =>
    word
      .replace(/^\{|\}$/g, '')
      .split(/,(?=[A-Za-z_][\w.]*=|$)/)
      .filter((part) => part !== ''),
  );
  return Object.fromEntries(pairs.map(labelOf));
}

/** A matcher (`a!="b"`, `a=~"b"`) is no label: an alert has values, not conditions. */
function labelOf(pair: string): readonly [string, string] {
  const [, name, value] = /^([^\s=!~<>"'{}]{1,200})=(?!~)(.*)$/s.exec(pair) ?? [];
  if (name === undefined || value === undefined) throw userError('bad-label', { text: pair.slice(0, 60) });
  return [name, value];
}
