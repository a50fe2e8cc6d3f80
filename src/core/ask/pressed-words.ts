import type { Catalog } from '../../messages/catalog.ts';
import { userError } from '../../messages/user-error.ts';
import type { AskRequest } from '../../ports/chat.ts';
import type { Command } from '../define.ts';
import type { Handling } from '../handling.ts';
import { formatNumber, parseNumber, type ShortNumber } from './numbers.ts';
import { incidentOfThread } from './thread.ts';
import { plainWord, type Word } from './tokenize.ts';

/** What is pressed on an incident's post, as people type it. */

interface Pressed {
  /** Of the button. */
  readonly id: string;
  readonly label: (m: Catalog) => string;
}

const ACK: Pressed = { id: 'ack', label: ({ incident }) => incident.buttons.acknowledge };
const UNACK: Pressed = { id: 'unack', label: ({ incident }) => incident.buttons.unacknowledge };

/** By the word. */
export const PRESSED: ReadonlyMap<string, Pressed> = new Map([
  ['ack', ACK],
  ['acknowledge', ACK],
  ['unack', UNACK],
  ['unacknowledge', UNACK],
  ['resolve', { id: 'resolve', label: ({ incident }) => incident.buttons.resolve }],
  ['reopen', { id: 'reopen', label: ({ incident }) => incident.buttons.reopen }],
  ['escalate', { id: 'escalate', label: ({ incident }) => incident.buttons.escalate }],
  ['diagnose', { id: 'diagnose', label: ({ incident }) => incident.buttons.diagnose }],
  ['snooze', { id: 'snooze', label: ({ incident }) => inMenu(incident.menu.snooze['1h']) }],
  ['unsnooze', { id: 'unsnooze', label: ({ incident }) => incident.buttons.unsnooze }],
  ['assign', { id: 'assign', label: ({ incident }) => inMenu(incident.menu.assign) }],
  ['silence', { id: 'silence', label: ({ incident }) => inMenu(incident.menu.silence) }],
]);

/** Behind the dots beside the buttons. */
const inMenu = (label: string): string => `⋯ ${label}`;

/**
 * `ack INC-7`, and `ack` in an incident's thread, as `incident` shows that button: a slip of the thumb must not call anybody.
 * @throws UserError `press-instead` where no incident is meant
 */
export async function withButtonShown(
  words: readonly Word[],
  commands: ReadonlyMap<string, Command>,
  ask: AskRequest,
  { m, tx }: Handling,
): Promise<readonly Word[]> {
  const [verb, ...rest] = words;
  const pressed = verb && PRESSED.get(verb.value.toLowerCase());
  if (!pressed || commands.has(verb.value.toLowerCase())) return words;
  const typed = numberAmong(rest);
  const thread = typed ? undefined : await incidentOfThread(tx, ask);
  const number = typed?.number ?? (thread && { of: 'incident', number: thread.number });
  if (!number) throw userError('press-instead', { verb: verb.value, label: pressed.label(m) });
  const said = [verb, ...(typed?.others ?? rest)].filter(({ value }) => !value.startsWith('-'));
  return [plainWord('incident'), plainWord(formatNumber(number)), ...said];
}

/** Where it stands, in one word or two; without its letters only right behind the verb. */
function numberAmong(
  words: readonly Word[],
): { readonly number: ShortNumber; readonly others: readonly Word[] } | undefined {
  for (const [at, { value }] of words.entries()) {
    const one = parseNumber(value, at === 0 ? 'incident' : undefined);
    const number = one ?? parseNumber(`${value} ${words[at + 1]?.value ?? ''}`);
    if (number?.of === 'incident') return { number, others: words.toSpliced(at, one ? 1 : 2) };
  }
  return undefined;
}
