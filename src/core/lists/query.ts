import { z } from 'zod';
import { type Block, cut, type Text } from '../../domain/content.ts';
import type { WorkloadKind } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { userError } from '../../messages/user-error.ts';
import { allButton } from '../all-button.ts';
import { sayButton } from '../ask/say.ts';
import { rowsOf } from '../ask/whole.ts';
import { type Answered, type Asked, defineQuery, type Flag, type Query } from '../define.ts';
import type { Environments } from '../environments.ts';
import { namespaceOf, narrowedTo, nearTo, type PodSearch, searchedIn } from '../pod-search.ts';
import { workloadKind } from '../target-words.ts';
import { missingNamespace, namespaceNamed } from '../targets.ts';
import { withoutPods } from '../without-pods.ts';
import { type ListSeen, lookForItems, type PlacedItem, searchList } from './search.ts';
import type { ListSpec } from './spec.ts';

export const LIST_ARGS = {
  target: z.string().optional(),
  namespace: z.string().min(1).optional(),
  'all-namespaces': z.literal(true).optional(),
  selector: z.string().min(1).optional(),
  'label-columns': z.string().min(1).optional(),
  output: z.enum(['wide']).optional(),
  kind: z.string().optional(),
};
const Args = z.object(LIST_ARGS);
type ListArgs = z.infer<typeof Args>;

const IN_NAMESPACES: readonly Flag[] = [
  { long: 'namespace', short: 'n', value: 'NS', describe: (m) => m.ops.pods.flags.namespace },
  { long: 'all-namespaces', short: 'A', describe: (m) => m.ops.pods.flags.allNamespaces },
];
const FLAGS: readonly Flag[] = [
  { long: 'selector', short: 'l', value: 'LABELS', describe: (m) => m.ops.pods.flags.selector },
  { long: 'label-columns', short: 'L', value: 'LABELS', describe: (m) => m.list.flags.labelColumns },
];
const WIDE: Flag = { long: 'output', short: 'o', value: 'wide', describe: (m) => m.list.flags.output };
const KIND: Flag = { long: 'kind', value: 'KIND', describe: (m) => m.list.flags.kind };
/** All of them, for `LIST_ARGS`. */
export const LIST_FLAGS: readonly Flag[] = [...IN_NAMESPACES, ...FLAGS, WIDE];

/** What fits a phone; the rest is counted. */
const ROWS = 30;
const LABELS_MAX = 3;
const BUTTONS = 3;
/** Of what those in trouble say: how many, and how much of each. */
const TOLD = 3;
const TOLD_MAX = 300;
const TOLD_WIDE = 10;
const TOLD_WIDE_MAX = 1_000;

/** `kubectl get` of one kind, over all clusters of an environment, with that first what somebody has to look at. */
export function listQuery(spec: ListSpec & { readonly name: Summarized }): Query<ListArgs, 'environments'> {
  return defineQuery({
    name: spec.name,
    aliases: spec.aliases,
    positionals: [{ name: 'target', optional: true }],
    flags: [...(spec.scope === 'namespace' ? IN_NAMESPACES : []), ...FLAGS, WIDE, ...(spec.kindOf ? [KIND] : [])],
    args: Args,
    summary: (m) => m.list.summary[spec.name],
    examples: spec.examples,
    role: 'viewer',
    needs: ['environments'],
    calls: spec.calls,

    answer: (args, { environments }, asked, m) => answerList(spec, args, environments, asked, m),
  });
}

/** Those that are commands of their own. */
type Summarized = ListSpec['name'] & keyof Catalog['list']['summary'];

/** @throws UserError when it is not clear where to look, or the namespace is nowhere to be found */
export async function answerList(
  spec: ListSpec,
  args: ListArgs,
  environments: Environments,
  asked: Asked,
  m: Catalog,
): Promise<Answered> {
  const kind = kindMeant(args.kind);
  const search = searchList(spec, args, environments, asked);
  const most = rowsOf(asked, ROWS);
  const whole = asked.whole === true;
  const all = await lookForItems(spec, search, { rows: most, now: asked.now, signal: asked.signal });
  const seen = { ...all, items: all.items.filter(({ item }) => kind === undefined || spec.kindOf?.(item) === kind) };
  const things = (n: number): string => (kind ? m.list.ofKind({ kind, n }) : m.list.things[spec.name](n));
  if (seen.items.length === 0) return nothing(spec, things(0), search, seen, asked, m);
  return shown(spec, { ...args, most, whole, things }, search, seen, m);
}

const KIND_CHOICES = ['deployment', 'statefulset', 'daemonset'];

/** @throws UserError when it is no workload's */
function kindMeant(typed: string | undefined): WorkloadKind | undefined {
  const kind = typed === undefined ? undefined : workloadKind(typed);
  if (typed !== undefined && (kind === undefined || kind === 'Pod'))
    throw userError('not-one-of', { name: '--kind', given: typed, choices: KIND_CHOICES });
  return kind === 'Pod' ? undefined : kind;
}

/** `most`: rows. */
type Drawing = ListArgs & {
  readonly most: number;
  readonly whole: boolean;
  readonly things: (n: number) => string;
};

function shown(spec: ListSpec, args: Drawing, search: PodSearch, seen: ListSeen, m: Catalog): Answered {
  const items = [...seen.items].sort(byUrgency);
  const troubled = items.filter(({ item }) => item.urgency < 1).sort((a, b) => a.item.urgency - b.item.urgency);
  const [first] = troubled;
  const unread = search.looking.length > 0 ? 0 : seen.more;
  const words = m.list.found({
    where: narrowedTo(search, placeOf(spec, search)),
    things: args.things(items.length + unread),
    troubled: troubled.length,
    trouble: m.list.trouble[spec.name],
    fine: m.list.fine[spec.name](items.length + unread),
    ...(first && { first: first.item.name }),
  });
  return {
    text: words,
    blocks: [
      { kind: 'text', text: words },
      tableOf(spec, args, search, items, unread),
      ...toldOf(spec, args, troubled, m),
      ...notes(spec, seen, m),
      ...nextButtons(spec, troubled, m),
      ...allButton(search, spec.ofWorkload, m),
    ],
    more: !args.whole && items.slice(0, args.most).some((placed) => isShortened(spec, placed)),
  };
}

/** Each thing that is said once, by the first that says it; with `-o wide` of more of them, and whole. */
function toldOf({ told }: ListSpec, args: Drawing, troubled: readonly PlacedItem[], m: Catalog): readonly Block[] {
  if (!told) return [];
  const wide = args.output === 'wide' || args.whole;
  const said = troubled.flatMap(({ item }) => {
    const one = told(item, m);
    return one ? [{ object: item.name, ...one }] : [];
  });
  const once = [
    ...new Map(said.toReversed().map((one) => [`${one.reason} ${one.message}`, one])).values(),
  ].toReversed();
  const items = once
    .slice(0, wide ? TOLD_WIDE : TOLD)
    .map(({ object, reason, message }) =>
      m.list.told({ object, reason, message: cut(message, wide ? TOLD_WIDE_MAX : TOLD_MAX) }),
    );
  return items.length > 0 ? [{ kind: 'list', items }] : [];
}

function isShortened({ inFull = {} }: ListSpec, { item: { cells } }: PlacedItem): boolean {
  return Object.entries(inFull).some(([short, full]) => cells[short] !== cells[full]);
}

/** What tells more of the first that somebody has to look at. */
function nextButtons({ next, nextOf }: ListSpec, troubled: readonly PlacedItem[], m: Catalog): readonly Block[] {
  if (next === undefined) return [];
  const all = troubled.flatMap(({ environment, cluster, item }): readonly (readonly [string, string])[] => {
    const of = nextOf ? nextOf(item) : item.name;
    if (of === undefined) return [];
    const target = [environment, cluster, item.namespace, of].filter(Boolean).join('/');
    return [[`${next} ${target}`, of.slice(of.indexOf('/') + 1)]];
  });
  const buttons = [...new Map(all)]
    .slice(0, BUTTONS)
    .map(([words, name]) => sayButton(m.list.next[next]({ name }), words));
  return buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [];
}

function byUrgency(a: PlacedItem, b: PlacedItem): number {
  const keyOf = ({ cluster, item }: PlacedItem): string => `${item.namespace}/${item.name}/${cluster}`;
  const orderOf = ({ item }: PlacedItem): number => item.order ?? item.urgency;
  return orderOf(a) - orderOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1);
}

/** What belongs to the whole cluster is in no namespace, whatever was typed. */
function placeOf({ scope }: ListSpec, search: PodSearch): string {
  if (scope === 'namespace') return searchedIn(search);
  return searchedIn({ ...search, places: search.places.map(({ environment, cluster }) => ({ environment, cluster })) });
}

function tableOf(
  spec: ListSpec,
  args: Drawing,
  search: PodSearch,
  items: readonly PlacedItem[],
  unread: number,
): Block {
  const severalClusters = new Set(items.map(({ cluster }) => cluster)).size > 1;
  // All of one namespace are still of one: what stands above says which only where it was looked for.
  const namespaced = spec.scope === 'namespace' && namespaceOf(search) === undefined;
  const path = ({ cluster, item }: PlacedItem): string =>
    [...(severalClusters ? [cluster] : []), ...(namespaced ? [item.namespace] : []), item.name].join('/');
  const head = [
    ...(severalClusters ? ['CLUSTER'] : []),
    ...(namespaced ? ['NAMESPACE'] : []),
    spec.title ?? 'NAME',
  ].join('/');
  const columns = Object.entries({ ...spec.columns, ...(args.output === 'wide' && spec.wide) });
  const labels = (args['label-columns'] ?? '').split(',').filter(Boolean).slice(0, LABELS_MAX);
  const rows = items
    .slice(0, args.most)
    .map((placed) => [
      path(placed),
      ...columns.map(([, cell]) => placed.item.cells[(args.whole && spec.inFull?.[cell]) || cell] ?? ''),
      ...labels.map((label) => placed.item.labels[label] ?? ''),
    ]);
  return {
    kind: 'table',
    columns: [head, ...columns.map(([title]) => title), ...labels.map(labelTitle)],
    rows,
    more: items.length - rows.length + unread,
  };
}

/** `eks.amazonaws.com/compute-type` is `COMPUTE-TYPE`, as kubectl titles it. */
function labelTitle(label: string): string {
  return label.slice(label.lastIndexOf('/') + 1).toUpperCase();
}

function notes(spec: ListSpec, { more, away }: ListSeen, m: Catalog): readonly Block[] {
  const lines: readonly Text[] = [
    ...(away.length > 0 ? [m.ops.pods.away({ clusters: away })] : []),
    ...(more > 0 && !spec.byName ? [m.list.notLookedAt({ more })] : []),
  ];
  return lines.length > 0 ? [{ kind: 'context', lines }] : [];
}

/** @throws UserError when the namespace is nowhere to be found */
async function nothing(
  spec: ListSpec,
  things: string,
  search: PodSearch,
  seen: ListSeen,
  { signal }: Asked,
  m: Catalog,
): Promise<Answered> {
  if (spec.scope === 'namespace' && seen.away.length === 0) {
    const idle = spec.ofPods ? await withoutPods(search, m, signal) : undefined;
    if (idle) return idle;
    const missing = await missingNamespace(search.places, search.words.target, signal);
    const named = await namespaceNamed(search.words.target, search.places, signal);
    if (missing ?? named) throw missing ?? named;
  }
  const kept: readonly Block[] = spec.name === 'events' ? [{ kind: 'context', lines: [m.list.eventsKept()] }] : [];
  const words = m.list.none({ where: placeOf(spec, search), things, target: search.words.target, near: seen.near });
  const blocks: readonly Block[] = [{ kind: 'text', text: words }, ...notes(spec, seen, m), ...kept];
  return { text: words, blocks, ...nearTo(search, seen.near) };
}
