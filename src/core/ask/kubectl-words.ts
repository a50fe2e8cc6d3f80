import { userError } from '../../messages/user-error.ts';
import type { Command, Flag } from '../define.ts';
import { RESOURCE_BY_WORD, type Unlisted, unlistedKind } from '../kind-words.ts';
import { isWorkloadWord, workloadKind } from '../target-words.ts';
import { EVERYWHERE } from './flags.ts';
import { inOurWords } from './japanese.ts';
import { parseNumber } from './numbers.ts';
import { plainWord, type Word } from './tokenize.ts';

/** What people type because kubectl has taught them, by our words for it. Pure. */

type Commands = ReadonlyMap<string, Pick<Command, 'name' | 'aliases' | 'flags'>>;

/** What kubectl does below `rollout`. */
export const ROLLOUTS: ReadonlyMap<string, string> = new Map([
  ['history', 'history'],
  ['restart', 'restart'],
  ['undo', 'rollback'],
]);

/** Of `pg`, what are commands of their own. */
const OF_PG: ReadonlyMap<string, string> = new Map([
  ['cancel', 'pg-cancel'],
  ['terminate', 'pg-terminate'],
]);

/**
 * A needless `/ops` or `kubectl get` is dropped, flags before the verb stand behind it; `rollout undo` is `rollback`, `pg cancel` is
 * `pg-cancel`, `deploy` and `deploy/cart` are workloads of that kind.
 */
export function fromKubectl(all: readonly Word[], commands: Commands): readonly Word[] {
  const typed = apart(all, commands);
  const { flags, words } = typed;
  // Flags alone are said to be no command.
  if (words.length === 0) return flags;
  refuseOthers(typed, commands);
  const [verb, ...rest] = ofOneKind(withoutSlash(oneWord(words), commands), commands);
  return verb ? [verb, ...flags, ...rest] : flags;
}

interface Apart {
  /** Needless. */
  readonly before: readonly Word[];
  /** With their values. */
  readonly flags: readonly Word[];
  /** From the verb on. */
  readonly words: readonly Word[];
}

function apart(all: readonly Word[], commands: Commands): Apart {
  const valued = new Set<string>(
    [...[...commands.values()].flatMap((command) => command.flags), ...EVERYWHERE].flatMap(flagsWithValue),
  );
  const before: Word[] = [];
  const flags: Word[] = [];
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at]!;
    if (NEEDLESS.test(word.value)) before.push(word);
    else if (!isFlag(word)) return { before, flags, words: inOurWords(all.slice(at)) };
    else {
      flags.push(word);
      const value = valued.has(word.value) ? all[at + 1] : undefined;
      if (value) {
        flags.push(value);
        at += 1;
      }
    }
  }
  return { before, flags, words: [] };
}

const NEEDLESS = /^(\/?ops|kubectl|get)$/i;

/** Whoever writes `--help` first asks what there is. */
const isFlag = ({ value, quoted }: Word): boolean => !quoted && /^-./.test(value) && !/^(-h|--help)$/.test(value);

function flagsWithValue({ long, also, short, value }: Omit<Flag, 'describe'>): readonly string[] {
  if (value === undefined) return [];
  return [`--${long}`, ...(also ? [`--${also}`] : []), ...(short ? [`-${short}`] : [])];
}

/** Where kubectl looks, and for what: none of it is a flag of our own jobs. */
const LOOKS = /^(-[nAlow]|--(namespace|all-namespaces|selector|output|watch)(=|$))/;

function areKubernetes({ before, flags, words: [first, ...rest] }: Apart): boolean {
  const got = before.some(({ value }) => /^(get|kubectl)$/i.test(value));
  if (got || first?.value.includes('/') || flags.some(({ value }) => LOOKS.test(value))) return true;
  const at = rest.findIndex(({ value, quoted }) => !quoted && LOOKS.test(value));
  return at === 0 || (at === 1 && parseNumber(rest[0]!.value, 'job') === undefined);
}

/** What shows something of those that are not listed, where they were looked for. */
export function listedInstead(
  all: readonly Word[],
  what: Unlisted['what'],
  commands: Commands,
): readonly (readonly Word[])[] {
  const { flags, words } = apart(all, commands);
  const [first, ...rest] = words;
  const asked = first !== undefined && unlistedKind(first.value) !== undefined;
  const name = first?.value.split('/')[1];
  const of = asked ? [...(name === undefined ? [] : [plainWord(name)]), ...flags, ...rest] : [];
  return (INSTEAD_OF[what] ?? []).map((verb) => [plainWord(verb), ...(verb === 'jobs' ? [] : of)]);
}

const INSTEAD_OF: Readonly<Partial<Record<Unlisted['what'], readonly string[]>>> = {
  secrets: ['configmaps'],
  'config maps': ['configmaps'],
  jobs: ['pods', 'jobs'],
  all: ['workloads', 'pods', 'services'],
};

/**
 * What kubectl does with such words, and nothing here does.
 * @throws UserError `not-listed` (after `get`, with a slash or with kubectl's flags jobs are those of Kubernetes and not ours), `not-done`, `one-list`
 */
function refuseOthers(typed: Apart, commands: Commands): void {
  const [first, second] = typed.words;
  const word = first?.value ?? '';
  const unlisted = unlistedKind(word);
  const ours = isOurs(word, commands);
  if (unlisted && (!ours || (unlisted.what === 'jobs' && areKubernetes(typed))))
    throw userError('not-listed', unlisted);
  const kinds = word.split(',').filter(Boolean);
  if (kinds.length > 1 && kinds.every((kind) => isOurs(kind, commands)))
    throw userError('one-list', { typed: word, kinds });
  const instead = NOT_DONE.get(word.toLowerCase());
  if (instead && !ours)
    throw userError('not-done', { words: word === 'set' && second ? `${word} ${second.value}` : word, instead });
}

const isOurs = (word: string, commands: Commands): boolean =>
  [...commands.values()].some(({ name, aliases = [] }) => [name, ...aliases].includes(word.toLowerCase()));

/** What there is instead of what kubectl does. */
const NOT_DONE: ReadonlyMap<string, 'shell' | 'nodes' | 'changes' | 'images'> = new Map([
  ...(['exec', 'attach', 'debug', 'cp', 'port-forward', 'proxy', 'run'] as const).map(
    (verb) => [verb, 'shell'] as const,
  ),
  ...(['drain', 'cordon', 'uncordon', 'taint'] as const).map((verb) => [verb, 'nodes'] as const),
  ...(['apply', 'create', 'edit', 'patch', 'replace', 'label', 'annotate', 'expose', 'autoscale'] as const).map(
    (verb) => [verb, 'changes'] as const,
  ),
  ['set', 'images'],
]);

/** By the first word, what the second makes of it. */
const TWO_WORDS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['rollout', ROLLOUTS],
  ['pg', OF_PG],
]);

function oneWord(words: readonly Word[]): readonly Word[] {
  const [first, second, ...rest] = words;
  const ours = TWO_WORDS.get(first?.value.toLowerCase() ?? '')?.get(second?.value.toLowerCase() ?? '');
  return ours === undefined ? words : [plainWord(ours), ...rest];
}

/** `svc/cart`, which came after `get`. */
function withoutSlash(words: readonly Word[], commands: Commands): readonly Word[] {
  const [first, ...rest] = words;
  const [, kind, name] = /^([a-z]+)\/(.+)$/i.exec(first?.value ?? '') ?? [];
  if (kind === undefined || name === undefined || first?.quoted) return words;
  const word = kind.toLowerCase();
  const lists = [...commands.values()].some(({ name: own, aliases }) => aliases?.includes(word) || own === word);
  return lists && (isWorkloadWord(word) || !commands.has(word)) ? [plainWord(word), plainWord(name), ...rest] : words;
}

/** `sts` lists stateful sets alone. */
function ofOneKind(words: readonly Word[], commands: Commands): readonly Word[] {
  const [first, ...rest] = words;
  const kind = workloadKind(first?.value ?? '');
  if (kind === undefined || kind === 'Pod' || !commands.has('workloads')) return words;
  return [plainWord('workloads'), plainWord('--kind'), plainWord(kind.toLowerCase()), ...rest];
}

/** A node is named by its kind too, where it is understood. */
const isNodeWord = (word: string): boolean => RESOURCE_BY_WORD.get(word.toLowerCase()) === 'nodes';

/** `deployment cart` where a target stands is `deployment/cart`; a number after the kind is how many. */
export function withKind(places: readonly string[], at: number): readonly string[] {
  const [kind, name] = [places[at], places[at + 1]];
  if (at < 0 || kind === undefined || name === undefined) return places;
  if ((workloadKind(kind) === undefined && !isNodeWord(kind)) || /^(\d+|back)$/.test(name)) return places;
  return places.toSpliced(at, 2, `${kind}/${name}`);
}
