import type { PodRow, WorkloadKind } from '../../domain/workload.ts';
import type { PodList, PodQuery, WorkloadRow } from '../../ports/cluster.ts';
import type { List, Meta, Pod, WorkloadObject } from './objects.ts';
import { podRow } from './pods.ts';
import type { Rest } from './rest.ts';
import type { Query } from './send.ts';
import { listPath, RESOURCES } from './workload.ts';
import { toWorkloadRow } from './workload-row.ts';

/** Rows returned when the query names no limit. */
const ROW_LIMIT = 500;

/** Beyond this many, objects are no longer counted: `more` is then a lower bound. */
const COUNT_LIMIT = 20_000;

/** Answers in the API server's order (by namespace, then name), which is also that of the rows left out. */
export async function listPods(rest: Rest, query: PodQuery, signal: AbortSignal): Promise<PodList> {
  const limit = query.limit ?? ROW_LIMIT;
  const path = listPath('api/v1', 'pods', query.namespace);
  const { items, more } = await firstRows<Pod>(rest, { path, selector: query.selector, limit }, signal);
  const pods: PodRow[] = items.map(podRow);
  return { pods, more };
}

/** At most `limit` rows of all the kinds together, by namespace and name. */
export async function listRows(
  rest: Rest,
  kinds: readonly WorkloadKind[],
  query: PodQuery,
  signal: AbortSignal,
): Promise<readonly WorkloadRow[]> {
  const limit = query.limit ?? ROW_LIMIT;
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const path = listPath('apis/apps/v1', RESOURCES[kind], query.namespace);
      const { items } = await firstRows<WorkloadObject>(
        rest,
        { path, selector: query.selector, limit, count: false },
        signal,
      );
      return items.map((item) => toWorkloadRow(kind, item));
    }),
  );
  return lists.flat().sort(byName).slice(0, limit);
}

export async function namespaceNames(rest: Rest, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for await (const page of rest.pages<Named>(
    listPath('api/v1', 'namespaces'),
    { query: {}, metadataOnly: true },
    signal,
  )) {
    names.push(...(page.items ?? []).map((item) => item.metadata?.name ?? ''));
  }
  return names;
}

interface Named {
  readonly metadata?: Meta;
}

interface Listing {
  readonly path: string;
  readonly selector: string | undefined;
  readonly limit: number;
  readonly count?: boolean;
}

/** The first rows in full; what comes after them is counted by the server, or by us without specs where it does not. */
export async function firstRows<T>(
  rest: Rest,
  listing: Listing,
  signal: AbortSignal,
  pages = (query: Query & { readonly limit: number }): AsyncGenerator<List<T>> =>
    rest.pages<T>(listing.path, { query }, signal),
): Promise<{ items: T[]; more: number }> {
  const base = { labelSelector: listing.selector };
  const items: T[] = [];
  let last: List<T> | undefined;
  const query = { ...base, limit: Math.max(1, Math.min(listing.limit, ROW_LIMIT)) };
  for await (const page of pages(query)) {
    items.push(...(page.items ?? []));
    last = page;
    if (items.length >= listing.limit) break;
  }
  const beyond = items.length - Math.min(items.length, listing.limit);
  const rows = items.slice(0, listing.limit);
  if (listing.count === false || !last?.metadata?.continue) return { items: rows, more: beyond };
  const known = last.metadata.remainingItemCount;
  const uncounted =
    known ?? (await countFrom(rest, listing.path, { ...base, continue: last.metadata.continue }, signal));
  return { items: rows, more: beyond + uncounted };
}

async function countFrom(
  rest: Rest,
  path: string,
  query: { labelSelector: string | undefined; continue: string },
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for await (const page of rest.pages<Named>(path, { query, metadataOnly: true }, signal)) {
    count += page.items?.length ?? 0;
    if (count >= COUNT_LIMIT) break;
  }
  return count;
}

function byName(a: WorkloadRow, b: WorkloadRow): number {
  const left = `${a.ref.namespace}/${a.ref.name}`;
  const right = `${b.ref.namespace}/${b.ref.name}`;
  return left < right ? -1 : Number(left > right);
}
