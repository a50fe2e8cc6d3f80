import type { Workspace } from './types.ts';
import type { Lang } from './words.ts';

/** A command of the app, for the composer. */
export interface CommandHint {
  /** `/ops pods [target] [-n NS]` */
  readonly usage: string;
  readonly summary: Readonly<Record<Lang, string>>;
}

export interface Suggestion {
  /** What is written in place of what was typed. */
  readonly complete: string;
  readonly label: string;
  readonly hint: string;
}

export interface Known {
  readonly space: Pick<Workspace, 'people' | 'groups' | 'channels'>;
  readonly me: string;
  readonly commands: readonly CommandHint[];
  readonly lang: Lang;
}

const MOST = 8;
const LAST_WORD = /(?:^|\s)([@#][^\s@#]*)$/u;

/** What the last word may become: a command of the app at the beginning; a person, a group or a channel behind `@` and `#`. */
export function suggestionsFor(text: string, known: Known): readonly Suggestion[] {
  if (/^\/\S*(\s\S*)?$/.test(text)) return commandsFor(text, known);
  const word = LAST_WORD.exec(text)?.[1];
  if (word === undefined) return [];
  return namesFor(known, word.charAt(0))
    .filter((one) => one.complete.toLowerCase().startsWith(word.toLowerCase()))
    .slice(0, MOST);
}

/** The text with its last word completed; a blank follows, for what comes next. */
export function completed(text: string, { complete }: Suggestion): string {
  if (text.startsWith('/')) return `${complete} `;
  return `${text.replace(/[@#][^\s@#]*$/u, '')}${complete} `;
}

function commandsFor(text: string, { commands, lang }: Known): readonly Suggestion[] {
  return commands
    .map(({ usage, summary }) => ({ complete: verbOf(usage), label: withoutFlags(usage), hint: summary[lang] }))
    .filter((one) => one.complete.startsWith(text) && one.complete !== text)
    .slice(0, MOST);
}

/** `/ops pods` of its usage. */
function verbOf(usage: string): string {
  return usage.split(' ', 2).join(' ');
}

/** There is no room for them, and `--help` has them. */
function withoutFlags(usage: string): string {
  return usage.replace(/ \[-.*/, '');
}

function namesFor({ space, me }: Known, sign: string): readonly Suggestion[] {
  if (sign === '#')
    return space.channels.flatMap(({ name, members }) =>
      name && members.includes(me) ? [{ complete: `#${name}`, label: `#${name}`, hint: '' }] : [],
    );
  const people = space.people.map(({ name, realName }) => ({
    complete: `@${name}`,
    label: realName,
    hint: `@${name}`,
  }));
  const groups = space.groups.map(({ handle }) => ({ complete: `@${handle}`, label: `@${handle}`, hint: '' }));
  return [...people, ...groups];
}
