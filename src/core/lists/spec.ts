import type { Catalog } from '../../messages/catalog.ts';
import type { CallOptions, Cluster } from '../../ports/cluster.ts';
import type { ClusterCall } from '../../ports/cluster-rights.ts';
import type { TableResource, TableRow } from '../../ports/cluster-tables.ts';
import { TABLES } from '../../ports/cluster-tables.ts';
import type { Reading } from '../target-words.ts';

/** A reason in one word or two, and what there is to say of it. */
interface Told {
  readonly reason: string;
  readonly message: string;
}

/** One line of a list. */
export interface ListItem {
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cells: Readonly<Record<string, string>>;
  /** The lower, the earlier; below 1 somebody has to look at it. */
  readonly urgency: number;
  /** Why it gets no further, where its numbers do not say so. */
  readonly stuck?: Told;
  /** How many of its pods have the newest template, where some have not. */
  readonly rolling?: { readonly updated: number; readonly desired: number };
  /** Where something else was asked to come first: the lower, the earlier. */
  readonly order?: number;
}

export interface ListRead {
  readonly items: readonly ListItem[];
  /** How many more there are than were read. */
  readonly more: number;
}

export interface ListQuery {
  readonly namespace: string | undefined;
  readonly selector: string | undefined;
  readonly limit: number;
  readonly now: Date;
}

/** Column titles as kubectl has them, each with the cell that it shows. */
export type Columns = Readonly<Record<string, string>>;

/** What makes one kind of list. */
export interface ListSpec {
  /** The word of `/ops`. */
  readonly name: ListName;
  /** kubectl's names for it. */
  readonly aliases: readonly string[];
  readonly scope: 'cluster' | 'namespace';
  readonly calls: readonly ClusterCall[];
  /** After the name. */
  readonly columns: Columns;
  /** Beside these with `-o wide`. */
  readonly wide?: Columns;
  /** Nothing in it comes before its name: then no more is read than is shown. */
  readonly byName?: boolean;
  readonly examples: readonly string[];
  /** What the first column is called; by default NAME. */
  readonly title?: string;
  /** In an incident's thread it is about the incident's workload, and not about all of its namespace: what asks for that. */
  readonly ofWorkload?: string;
  /** Its lines are pods, or of pods: a workload that has none is said as such. */
  readonly ofPods?: true;
  /** The command that tells more of one that somebody has to look at. */
  readonly next?: keyof Catalog['list']['next'];
  /** What that command is asked of, after namespace and `/`; by default its name. `undefined`: it knows nothing of such a one. */
  readonly nextOf?: (item: ListItem) => string | undefined;
  /** Cells that are shortened for a phone, each with the one that has all of it. */
  readonly inFull?: Readonly<Record<string, string>>;
  /** What one that somebody has to look at says, for which a column is too narrow. */
  readonly told?: (item: ListItem, m: Catalog) => Told | undefined;
  /** It may be asked for those of one kind alone: of which an item is. */
  readonly kindOf?: (item: ListItem) => string | undefined;
  /** Whether it is what somebody calls so; by default when it has that name. */
  readonly fits?: (item: ListItem, reading: Reading) => boolean;
  readonly read: (cluster: Cluster, query: ListQuery, options: CallOptions) => Promise<ListRead>;
}

/** Those that there are words for. */
export type ListName = keyof Catalog['list']['things'];

interface TableSpec extends Omit<ListSpec, 'scope' | 'calls' | 'read' | 'byName'> {
  readonly resource: TableResource;
  /** Absent: nothing comes before its name. */
  readonly urgency?: (row: TableRow, now: Date) => number;
  /** Cells beside the API server's. */
  readonly cells?: (row: TableRow) => Readonly<Record<string, string>>;
  /** One object as several lines. */
  readonly lines?: (row: TableRow) => readonly TableRow[];
}

/** A list that is one table of the API server's. */
export function tableSpec<N extends ListName>({
  resource,
  urgency,
  cells,
  lines = (row) => [row],
  ...spec
}: TableSpec & { readonly name: N }): ListSpec & { readonly name: N } {
  return {
    ...spec,
    scope: TABLES[resource].scope,
    calls: [`table ${resource}`, ...(TABLES[resource].scope === 'namespace' ? (['namespaces'] as const) : [])],
    byName: urgency === undefined,
    async read(cluster, { now, ...query }, options) {
      const { rows, more } = await cluster.table({ resource, ...query }, options);
      const items = rows.flatMap(lines).map((row) => ({
        ...row,
        cells: { ...row.cells, ...cells?.(row) },
        urgency: urgency?.(row, now) ?? 1,
      }));
      return { items, more };
    },
  };
}
