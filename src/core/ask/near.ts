import type { Block } from '../../domain/content.ts';
import { UserError } from '../../domain/errors.ts';
import type { AskRequest } from '../../ports/chat.ts';
import type { Command } from '../define.ts';
import type { Unlisted } from '../kind-words.ts';
import type { PersonRequest } from '../requests.ts';
import { CANDIDATES } from '../target-words.ts';
import { fromKubectl, listedInstead } from './kubectl-words.ts';
import { findVerb, flagsOf } from './parse.ts';
import { type Place, placesOf } from './places.ts';
import { asTyped, placeOf, sayButton } from './say.ts';
import { plainWord, tokenize, type Word } from './tokenize.ts';

/** Buttons that say the same words with what may have been meant in the place of what was typed. */

type Commands = ReadonlyMap<string, Command>;

/** Of words whose target fits several: the same words for each of them. */
export function candidateButtons(request: PersonRequest, error: unknown, commands: Commands): readonly Block[] {
  if (request.kind !== 'ask' || !(error instanceof UserError)) return [];
  if (error.code === 'not-listed') return listedButtons(request, error.params['what'] as Unlisted['what'], commands);
  if (error.code === 'one-list') return kindButtons(request, String(error.params['typed']));
  if (error.code === 'press-instead') return saying(request, [[plainWord('incidents')]]);
  return nearButtons(request, meantBy(error), commands);
}

function listedButtons(request: AskRequest, what: Unlisted['what'], commands: Commands): readonly Block[] {
  return saying(request, listedInstead(tokenize(request.text), what, commands));
}

/** `pods,svc`: each of them as its own list. */
function kindButtons(request: AskRequest, kinds: string): readonly Block[] {
  const words = tokenize(request.text);
  const at = words.findIndex(({ value }) => value === kinds);
  const each = kinds.split(',').filter(Boolean).slice(0, CANDIDATES);
  return at < 0
    ? []
    : saying(
        request,
        each.map((kind) => words.with(at, plainWord(kind))),
      );
}

function saying(request: AskRequest, all: readonly (readonly Word[])[]): readonly Block[] {
  const at = placeOf(request);
  const buttons = all.map(asTyped).map((words) => sayButton(words, words, { at }));
  return buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [];
}

/** What somebody typed that is not there, and what may have been meant by it. */
export interface Near {
  /** Empty: nothing but perhaps a kind. */
  readonly typed: string;
  readonly names: readonly string[];
  /** The names are whole, or of namespaces: a namespace that is typed elsewhere does not take them back. */
  readonly whole?: boolean;
  /** What it was said of: the verb, the value of the flag with this long name, else a positional. */
  readonly of?: 'verb' | { readonly flag: string };
}

/** The same words with each of the names where the mistaken one stands. */
export function nearButtons(request: AskRequest, near: Near | undefined, commands: Commands): readonly Block[] {
  if (!near || near.names.length === 0) return [];
  const words = readable(request.text, commands);
  const places = placesIn(words, commands);
  const inOther = places.some(({ flag }) => flag === 'namespace');
  // What may have been meant stands in a namespace of its own: beside one that is typed it says nothing.
  const candidates = near.names.filter((name) => near.whole || !inOther || !name.includes('/'));
  const mistaken = mistakenIn(words, places, near);
  if (!mistaken || candidates.length === 0) return [];
  const at = placeOf(request);
  const shared = sharedPath(candidates);
  const buttons = candidates
    .slice(0, CANDIDATES)
    .map((candidate) => sayButton(candidate.slice(shared), asTyped(mistaken(candidate)), { at }));
  return [{ kind: 'buttons', buttons }];
}

/** How much of all these says nothing on a button: the parts of the path that all begin with. */
function sharedPath([first, ...others]: readonly string[]): number {
  if (first === undefined || others.length === 0) return 0;
  const beginnings = first.split('/').map((_, i, parts) => parts.slice(0, i).join('/').length + (i > 0 ? 1 : 0));
  return beginnings.findLast((end) => others.every((other) => other.startsWith(first.slice(0, end)))) ?? 0;
}

/** What makes of the words those with another in the place of the mistaken one; `undefined`: it stands nowhere. */
function mistakenIn(
  words: readonly Word[],
  places: readonly Place[],
  { typed, of }: Near,
): ((meant: string) => readonly Word[]) | undefined {
  if (of === 'verb') return words[0]?.value === typed ? (meant) => words.with(0, plainWord(meant)) : undefined;
  const positionals = places.filter(({ flag }) => flag === undefined);
  if (typed === '') return (meant) => words.toSpliced(1, positionals[0]?.at === 1 ? 1 : 0, plainWord(meant));
  const ofFlag = of && places.filter(({ flag }) => flag === of.flag);
  const one = [...(ofFlag ?? []), ...positionals].find(({ value }) => value === typed);
  if (one) return (meant) => words.with(one.at, one.with(meant));
  // `pod/checkout` may be two words.
  const first = positionals.findIndex(({ value }, i) => `${value}/${positionals[i + 1]?.value}` === typed);
  const [kind, name] = positionals.slice(first < 0 ? positionals.length : first);
  if (!kind || !name) return undefined;
  return (meant) => words.with(kind.at, plainWord(meant)).toSpliced(name.at, 1);
}

/** None of the words of no command. */
function placesIn(words: readonly Word[], commands: Commands): readonly Place[] {
  const verb = words[0]?.value.toLowerCase() ?? '';
  try {
    return placesOf(words, flagsOf(findVerb(commands, verb)));
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** The words as they are understood; none of what cannot be read. */
function readable(text: string, commands: Commands): readonly Word[] {
  try {
    return fromKubectl(tokenize(text), commands);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** Errors that name what may have been meant: the parameter with what was typed, and the one with names. */
const MEANT: ReadonlyMap<string, { typed: string; names: string } & Pick<Near, 'whole' | 'of'>> = new Map([
  ['ambiguous-target', { typed: 'text', names: 'candidates', whole: true }],
  ['which-pods', { typed: 'text', names: 'candidates', whole: true }],
  ['no-such-workload', { typed: 'text', names: 'near' }],
  ['namespace-named', { typed: 'text', names: 'near' }],
  ['no-such-namespace', { typed: 'namespace', names: 'near', whole: true, of: { flag: 'namespace' } }],
  ['no-such-environment', { typed: 'environment', names: 'near', whole: true, of: { flag: 'environment' } }],
  ['no-such-container', { typed: 'container', names: 'near', whole: true, of: { flag: 'container' } }],
  ['no-such-look', { typed: 'look', names: 'near', whole: true }],
  ['no-such-verb', { typed: 'verb', names: 'near', whole: true, of: 'verb' }],
]);

function meantBy({ code, params }: UserError): Near | undefined {
  const meant = MEANT.get(code);
  const found = meant && params[meant.names];
  if (!meant || !Array.isArray(found)) return undefined;
  return { ...meant, typed: String(params[meant.typed]), names: found.map(String) };
}
