/** Why a matcher cannot be read, after the place of the character. Plain text. */
import type { Wrong } from '../wrong.ts';

const wanted = {
  name: ['a label name', 'write name="value"'],
  op: ['an operator', 'write one of =, !=, =~ and !~ after the name'],
  value: ['a value', 'put the value in double quotes, "" for an absent label'],
  comma: ['a comma or the end', 'quote values that hold blanks or any of {}!=~,\\"\'`'],
  end: ['the end', 'remove what follows'],
} as const;

export const matcher = {
  /** `found`: what stands there; empty: nothing more. */
  expected: (p: { wanted: keyof typeof wanted; found: string }): Wrong => {
    const [what, remedy] = wanted[p.wanted];
    return { detail: `${what} is expected, not ${p.found === '' ? 'the end' : p.found}`, remedy };
  },
  unopened: { detail: 'there is a } without a {', remedy: 'put { in front or remove the }' },
  unclosed: { detail: 'the } is missing', remedy: 'put } at the end or remove the {' },
  doubled: { detail: 'there is a second =', remedy: 'write one = only: name="value"' },
  unnamed: { detail: 'the label name is empty', remedy: 'write name="value"' },
  escape: {
    detail: 'there is an unknown escape in the quotes',
    remedy: 'write \\\\ for a backslash and \\" for a quote',
  },
  none: { detail: 'this is no matcher', remedy: 'write name="value", with =, !=, =~ or !~ between them' },
  misquoted: {
    detail: 'a double quote is not closed or not escaped',
    remedy: 'quote the whole value and write \\" for a quote inside it',
  },
  long: (p: { length: number; most: number }): Wrong => ({
    detail: `the regex has ${p.length} characters`,
    remedy: `at most ${p.most} are taken: split it`,
  }),
  regex: (p: { why: string }): Wrong => ({
    detail: `the regex cannot be compiled: ${p.why}`,
    remedy: "it is RE2's syntax as in Alertmanager: no look-around, no back-references",
  }),
};
