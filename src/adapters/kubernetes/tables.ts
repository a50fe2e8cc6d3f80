import { type ResourceKind, TABLES, type Table, type TableQuery, type TableRow } from '../../ports/cluster-tables.ts';
import { HttpError, Refusal } from './errors.ts';
import { firstRows } from './lists.ts';
import type { Condition } from './objects.ts';
import type { Printable, PrintedRow } from './printed.ts';
import type { Rest } from './rest.ts';

type Extra = (object: Printable) => Readonly<Record<string, string>>;

const AWS_ROLE = 'eks.amazonaws.com/role-arn';

/** The columns that kubectl lacks; for these the whole objects are asked for. Of a config map's values nothing is kept. */
const EXTRAS: Readonly<Partial<Record<TableQuery['resource'], Extra>>> = {
  configmaps: ({ data, binaryData }) => ({
    Keys: Object.keys({ ...data, ...binaryData })
      .sort()
      .join(', '),
  }),
  nodes: ({ status }) => ({
    Pressure: pressures(status?.conditions ?? []).join(','),
    CPU: status?.allocatable?.['cpu'] ?? '',
    Memory: status?.allocatable?.['memory'] ?? '',
    Pods: status?.allocatable?.['pods'] ?? '',
  }),
  endpointslices: ({ endpoints }) => {
    const all = endpoints ?? [];
    return { Ready: `${all.filter(isReady).length}/${all.length}` };
  },
  networkpolicies: ({ spec }) => ({ 'Policy Types': (spec?.policyTypes ?? []).join(',') }),
  serviceaccounts: ({ metadata }) => ({ 'AWS Role': metadata?.annotations?.[AWS_ROLE] ?? '' }),
  events: () => ({}),
};

/** Objects in one answer, where each may be a megabyte (the API server's limit) and an answer is read up to 64. */
const PAGES: Readonly<Partial<Record<TableQuery['resource'], number>>> = { configmaps: 50 };

/** As the API server prints it for kubectl. @throws Refusal `invalid` where the cluster does not serve such a list */
export async function readTable(rest: Rest, query: TableQuery, signal: AbortSignal): Promise<Table> {
  const { resource, namespace, selector, limit } = query;
  const kind: ResourceKind = TABLES[resource];
  const extra = EXTRAS[resource];
  const listing = { path: pathOf(kind, resource, namespace), selector, limit };
  const includeObject = extra ? 'Object' : 'Metadata';
  try {
    const { items, more } = await firstRows<PrintedRow>(rest, listing, signal, (page) =>
      rest.tables(
        listing.path,
        { ...page, limit: Math.min(page.limit, PAGES[resource] ?? page.limit), includeObject },
        signal,
      ),
    );
    return { rows: items.map((item) => rowOf(item, extra)), more };
  } catch (error) {
    if (!(error instanceof HttpError) || error.statusCode !== 404) throw error;
    throw new Refusal('invalid', `it serves no ${resource} of ${[kind.group, kind.version].filter(Boolean).join('/')}`);
  }
}

function pathOf({ group, version, scope }: ResourceKind, resource: string, namespace: string | undefined): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === undefined || scope === 'cluster' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${place}/${resource}`;
}

function rowOf({ cells, object }: PrintedRow, extra: Extra | undefined): TableRow {
  const { namespace = '', name = '', labels = {}, creationTimestamp } = object.metadata ?? {};
  // The scheduler's events have only eventTime, the kubelet's only lastTimestamp.
  const at = object.series?.lastObservedTime ?? object.lastTimestamp ?? object.eventTime ?? creationTimestamp;
  return { namespace, name, labels, at: new Date(at ?? 0), cells: { ...cells, ...extra?.(object) } };
}

function pressures(conditions: readonly Condition[]): readonly string[] {
  const bad = conditions.filter(({ type, status }) => type !== 'Ready' && status === 'True');
  return bad.map(({ type = '' }) => type);
}

/** An endpoint that does not say is ready (discovery/v1). */
function isReady({ conditions }: { readonly conditions?: { readonly ready?: boolean } }): boolean {
  return conditions?.ready !== false;
}
