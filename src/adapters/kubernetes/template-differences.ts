import { isDeepStrictEqual } from 'node:util';
import { cut } from '../../domain/content.ts';
import { maskSecrets } from '../../domain/secrets.ts';
import type { TemplateDifference } from '../../domain/workload.ts';
import type { Container, PodTemplate } from './objects.ts';

/** Characters of a command. */
const COMMAND_MAX = 200;

/** What somebody has to know of going from one template to the other: containers in their order, then the pod. Pure. */
export function differencesOf(
  from: PodTemplate | undefined,
  to: PodTemplate | undefined,
): readonly TemplateDifference[] {
  const [before, after] = [containersOf(from), containersOf(to)];
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return [
    ...names.flatMap((name) => ofContainer(name, before.get(name), after.get(name))),
    ...other('', withoutContainers(from), withoutContainers(to)),
    ...other('', from?.metadata, to?.metadata),
  ];
}

/** Init containers too: no two of a pod have one name. */
function containersOf(template: PodTemplate | undefined): ReadonlyMap<string, Container> {
  const all = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])];
  return new Map(all.map((container) => [container.name ?? '', container]));
}

function withoutContainers(template: PodTemplate | undefined): object {
  return without(template?.spec ?? {}, ['containers', 'initContainers']);
}

function without(object: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

/** What has a line of its own. */
const TOLD = ['image', 'command', 'args', 'env', 'resources'];

function ofContainer(
  container: string,
  from: Container | undefined,
  to: Container | undefined,
): readonly TemplateDifference[] {
  if (!from || !to) return [{ what: to ? 'added' : 'removed', container, image: (to ?? from)?.image ?? '' }];
  return [
    ...textual('image', container, from.image ?? '', to.image ?? ''),
    ...textual('command', container, commandOf(from), commandOf(to)),
    ...envOf(container, from.env, to.env),
    ...resourcesOf(container, from, to),
    ...other(container, without(from, TOLD), without(to, TOLD)),
  ];
}

function textual(
  what: 'image' | 'command' | 'resources',
  container: string,
  from: string,
  to: string,
): readonly TemplateDifference[] {
  return from === to ? [] : [{ what, container, from: shown(from), to: shown(to) }];
}

const shown = (text: string): string => cut(maskSecrets(text), COMMAND_MAX);

function commandOf({ command = [], args = [] }: Container): string {
  return [...command, ...args].map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

function envOf(
  container: string,
  from: Container['env'] = [],
  to: Container['env'] = [],
): readonly TemplateDifference[] {
  const byName = (all: NonNullable<Container['env']>) => new Map(all.map((one) => [one.name ?? '', one]));
  const [before, after] = [byName(from), byName(to)];
  const added = [...after.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const changed = [...after].filter(([name, one]) => before.has(name) && !isDeepStrictEqual(before.get(name), one));
  if (added.length + removed.length + changed.length === 0) return [];
  return [{ what: 'env', container, added, removed, changed: changed.map(([name]) => name) }];
}

/** Only what differs: `requests.cpu=100m limits.memory=1Gi`. */
function resourcesOf(container: string, from: Container, to: Container): readonly TemplateDifference[] {
  const [before, after] = [flat(from), flat(to)];
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter((k) => before.get(k) !== after.get(k));
  const text = (all: ReadonlyMap<string, string>): string =>
    differing.flatMap((key) => (all.has(key) ? [`${key}=${all.get(key)}`] : [])).join(' ');
  return textual('resources', container, text(before), text(after));
}

function flat({ resources }: Container): ReadonlyMap<string, string> {
  return new Map(
    (['requests', 'limits'] as const).flatMap((of) =>
      Object.entries(resources?.[of] ?? {}).map(([name, quantity]) => [`${of}.${name}`, quantity] as const),
    ),
  );
}

/** Fields by name alone: what they hold may be long, or nobody's business. */
function other(container: string, from: object = {}, to: object = {}): readonly TemplateDifference[] {
  const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
  const fields = [...new Set([...before.keys(), ...after.keys()])].filter(
    (field) => !isDeepStrictEqual(before.get(field) ?? undefined, after.get(field) ?? undefined),
  );
  return fields.length === 0 ? [] : [{ what: 'other', container, fields }];
}
