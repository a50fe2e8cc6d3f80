import { userError } from '../../messages/user-error.ts';
import type { Command } from '../define.ts';
import { isWorkloadWord, workloadKind } from '../target-words.ts';
import { parseNumber } from './numbers.ts';
import { plainWord, type Word } from './tokenize.ts';

/** What people type because kubectl has taught them, by our words for it. Pure. */

type Commands = ReadonlyMap<string, Pick<Command, 'name' | 'aliases'>>;

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

const SECRETS = /^secrets?(\/.*)?$/i;
const CRON_JOBS = /^(cronjobs?|cj)(\.batch)?(\/.*)?$/i;
const JOBS = /^jobs?(\.batch)?(\/.*)?$/i;

/** A needless `/ops` or `kubectl get` is dropped; `rollout undo` is `rollback`, `pg cancel` is `pg-cancel`, `deploy` and `deploy/cart` are workloads of that kind. */
export function fromKubectl(all: readonly Word[], commands: Commands): readonly Word[] {
  const words = withoutGet(all);
  refuseUnlisted(words, all.slice(0, all.length - words.length));
  return ofOneKind(withoutSlash(oneWord(words), commands), commands);
}

function withoutGet(all: readonly Word[]): readonly Word[] {
  const at = all.findIndex(({ value }) => !/^(\/?ops|kubectl|get)$/i.test(value));
  return at < 0 ? [] : all.slice(at);
}

/** Where kubectl looks, and for what: none of it is a flag of our own jobs. */
const LOOKS = /^(-[nAlow]|--(namespace|all-namespaces|selector|output|watch)(=|$))/;

/** @throws UserError `not-listed`: after `get`, with a slash or with kubectl's flags jobs are those of Kubernetes and not ours */
function refuseUnlisted([first, ...rest]: readonly Word[], before: readonly Word[]): void {
  const word = first?.value ?? '';
  if (SECRETS.test(word)) throw userError('not-listed', { what: 'secrets' });
  if (CRON_JOBS.test(word) || (JOBS.test(word) && areKubernetes(word, rest, before)))
    throw userError('not-listed', { what: 'jobs' });
}

function areKubernetes(word: string, rest: readonly Word[], before: readonly Word[]): boolean {
  if (word.includes('/') || before.some(({ value }) => /^(get|kubectl)$/i.test(value))) return true;
  const at = rest.findIndex(({ value, quoted }) => !quoted && LOOKS.test(value));
  return at === 0 || (at === 1 && parseNumber(rest[0]!.value, 'job') === undefined);
}

/** What shows something of those that are not listed, where they were looked for. */
export function listedInstead(all: readonly Word[], what: 'jobs' | 'secrets'): readonly (readonly Word[])[] {
  const [first, ...rest] = withoutGet(all);
  const name = first?.value.split('/')[1];
  const of = [...(name === undefined ? [] : [plainWord(name)]), ...rest];
  return what === 'secrets' ? [[plainWord('configmaps'), ...of]] : [[plainWord('pods'), ...of], [plainWord('jobs')]];
}

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

/** `deployment cart` where a target stands is `deployment/cart`; a number after the kind is how many. */
export function withKind(places: readonly string[], at: number): readonly string[] {
  const [kind, name] = [places[at], places[at + 1]];
  if (at < 0 || kind === undefined || name === undefined) return places;
  if (workloadKind(kind) === undefined || /^(\d+|back)$/.test(name)) return places;
  return places.toSpliced(at, 2, `${kind}/${name}`);
}
