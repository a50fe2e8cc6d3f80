import { workloadOfPod } from '../../domain/target-labels.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Asked } from '../define.ts';
import type { Environments } from '../environments.ts';
import { nearest } from '../nearest.ts';
import { askPlaces, isAlone, type PodSearch, type PodWords } from '../pod-search.ts';
import type { Reading } from '../target-words.ts';
import { clustersOf, distinctPlaces, environmentFor, type Place, whereToLook } from '../targets.ts';
import type { ListItem, ListRead, ListSpec } from './spec.ts';

/** An item with the names of where it is. */
export interface PlacedItem {
  readonly environment: string;
  readonly cluster: string;
  readonly item: ListItem;
}

export interface ListSeen {
  readonly items: readonly PlacedItem[];
  /** Names near to what was typed, when nothing has it. */
  readonly near: readonly string[];
  /** Items that were not looked at. */
  readonly more: number;
  /** Names of clusters that do not answer. */
  readonly away: readonly string[];
}

/**
 * Where a list is asked for: as typed, else the namespace of the incident in whose thread it was asked, else everywhere.
 * @throws UserError when it is not clear where to look
 */
export function searchList(spec: ListSpec, words: PodWords, environments: Environments, asked: Asked): PodSearch {
  const { environment, cluster, incidentTarget } = asked;
  const { namespace, selector } = words;
  const scope = { environments, environment, incidentTarget };
  const own = incidentTarget && isAlone(words, asked) ? incidentTarget : undefined;
  const text = withoutKind(spec, words.target) ?? (own && spec.ofWorkload && targetKey(own));
  if (text !== undefined) {
    const looking = whereToLook({ text, namespace, cluster }, scope);
    const meant = words.target === undefined ? own : undefined;
    return {
      words: { ...words, target: text },
      places: distinctPlaces(looking),
      looking,
      selector,
      ...(meant && { meant }),
    };
  }
  const where = environmentFor(undefined, scope);
  const places = clustersOf(where, own?.cluster ?? cluster).map(
    (c): Place => ({ environment: where.name, cluster: c, namespace: own?.namespace ?? namespace }),
  );
  return { words, places, looking: [], selector };
}

/** `svc/checkout` among services is `checkout`. */
function withoutKind({ name, aliases }: ListSpec, target: string | undefined): string | undefined {
  const [kind, ...rest] = target?.split('/') ?? [];
  return rest.length > 0 && [name, ...aliases].includes(kind!.toLowerCase()) ? rest.join('/') : target;
}

/** Items of one cluster that are looked at, to find among them those that are meant or come first. */
const LOOKED_AT = 20_000;

/** Asks all clusters at once. @param rows how many are shown: no more is asked for where the order is by name anyway */
export async function lookForItems(
  spec: ListSpec,
  { places, looking, selector }: PodSearch,
  { rows, now, signal }: { readonly rows: number; readonly now: Date; readonly signal: AbortSignal },
): Promise<ListSeen> {
  const limit = spec.byName && looking.length === 0 ? rows : LOOKED_AT;
  const asked = spec.scope === 'cluster' ? withoutNamespaces(places) : places;
  const { answers, away } = await askPlaces(asked, ({ cluster, namespace }) =>
    spec.read(cluster, { namespace, selector, limit, now }, { signal }),
  );
  const all = answers.flatMap(({ place, answer }) => placed(place, answer));
  const readings = looking.map(({ reading }) => reading);
  const items = readings.length > 0 ? meant(spec, all, readings) : all;
  const near = items.length > 0 ? [] : readings.flatMap(({ name }) => nearest(name, namesOf(spec, all)));
  return {
    items,
    near: [...new Set(near)].slice(0, 3),
    more: answers.reduce((n, { answer }) => n + answer.more, 0),
    away,
  };
}

function withoutNamespaces(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map(({ environment, cluster }) => [cluster, { environment, cluster }])).values()];
}

function placed({ environment, cluster }: Place, { items }: ListRead): readonly PlacedItem[] {
  return items.map((item) => ({ environment, cluster: cluster.name, item }));
}

/** Their own; of pods, and of what events are about, those of the workloads that give such names. */
function namesOf({ ofWorkload }: ListSpec, items: readonly PlacedItem[]): ReadonlySet<string> {
  const own = items.map(({ item }) => item.name.slice(item.name.lastIndexOf('/') + 1));
  return new Set(ofWorkload ? own.map((name) => workloadOfPod(name)?.name ?? name) : own);
}

/** Those of that name; when there are none, those with the words anywhere in theirs. */
function meant(spec: ListSpec, items: readonly PlacedItem[], readings: readonly Reading[]): readonly PlacedItem[] {
  const within = ({ environment, cluster, item }: PlacedItem, reading: Reading): boolean =>
    (reading.environment ?? environment) === environment &&
    (reading.cluster ?? cluster) === cluster &&
    (reading.namespace ?? item.namespace) === item.namespace;
  const { fits = (item, { name }) => item.name === name } = spec;
  const exact = items.filter((i) => readings.some((reading) => within(i, reading) && fits(i.item, reading)));
  if (exact.length > 0) return exact;
  return items.filter((i) => readings.some((reading) => within(i, reading) && i.item.name.includes(reading.name)));
}
