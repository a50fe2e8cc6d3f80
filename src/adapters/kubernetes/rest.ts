import { type Connection, connect } from './connection.ts';
import { withDeadline } from './deadline.ts';
import { HttpError } from './errors.ts';
import { type KubeconfigSource, loadKubeconfig } from './kubeconfig.ts';
import type { List } from './objects.ts';
import { type Printed, type PrintedRow, printedRows } from './printed.ts';
import { type Answer, type Call, type Excerpt, type PatchOperation, type Query, send, sendForText } from './send.ts';

/** Times are milliseconds. */
export interface Limits {
  /** One request, its body included. */
  readonly requestMs: number;
  /** One call of the port, with all its pages. */
  readonly operationMs: number;
  readonly pageSize: number;
  readonly maxResponseBytes: number;
}

/** Raw JSON over REST: the client's typed reads drop the fields they do not know. Throws HttpError and network errors. */
export interface Rest {
  get<T>(path: string, query: Query, signal: AbortSignal): Promise<T>;
  /** An answer that is no JSON; never more than `maxBytes` of it. */
  text(path: string, query: Query, maxBytes: number, signal: AbortSignal): Promise<Excerpt>;
  /** All pages in turn; a caller that has enough stops asking. With `continue` in the query, the pages after that one. */
  pages<T>(
    path: string,
    options: { query: Query; metadataOnly?: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<List<T>>;
  /** The same as rows of kubectl's. */
  tables(path: string, query: Query, signal: AbortSignal): AsyncGenerator<List<PrintedRow>>;
  /** Never repeated: the answer may be lost after the change was made. */
  patch<T>(path: string, query: Query, patch: readonly PatchOperation[], signal: AbortSignal): Promise<Answer<T>>;
  /** The object with this uid. Never repeated. With `dryRun` nothing is deleted. */
  remove(path: string, options: { uid: string; dryRun: boolean }, signal: AbortSignal): Promise<void>;
  /** Asks a question that is posted and stored nowhere (`authorization.k8s.io`). */
  review<T>(path: string, question: object, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

type Sending<A> = (connection: Connection, call: Call, signal: AbortSignal) => Promise<A>;

/** A kept connection that the server had closed: nothing was answered on it. */
const STALE_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Opens nothing before the first call; a kubeconfig that cannot be used is read again by the next. */
export function createRest(
  source: KubeconfigSource | 'in-cluster',
  execPlugins: readonly string[],
  limits: Limits,
): Rest {
  const { open, forget } = connections(async () =>
    connect(await loadKubeconfig(source, execPlugins), limits.maxResponseBytes),
  );
  const repeated = async <A>(call: Call, outer: AbortSignal, work: Sending<A>): Promise<A> => {
    // Loading the client library takes a busy machine seconds: that is not the request's time.
    const once = async (): Promise<A> => {
      const connection = await open();
      return withDeadline(limits.requestMs, outer, (signal) => work(connection, call, signal));
    };
    return once().catch(async (error: unknown) => {
      if (!mayRepeat(error, call)) throw error;
      if (error instanceof HttpError) await forget();
      return once();
    });
  };
  const twice = async <T>(call: Call, signal: AbortSignal): Promise<Answer<T>> =>
    (await repeated(call, signal, send)) as Answer<T>;
  async function* pagesOf<P extends List<unknown>>(call: Call, signal: AbortSignal): AsyncGenerator<P> {
    let query: Query = { limit: limits.pageSize, ...call.query };
    for (;;) {
      const { body } = await twice<P>({ ...call, query }, signal);
      yield body;
      if (!body.metadata?.continue) return;
      query = { ...query, continue: body.metadata.continue };
    }
  }
  return {
    get: async <T>(path: string, query: Query, signal: AbortSignal) => (await twice<T>({ path, query }, signal)).body,
    text: (path, query, maxBytes, signal) =>
      repeated({ path, query }, signal, (connection, call, s) => sendForText(connection, call, maxBytes, s)),
    pages: <T>(path: string, { query, metadataOnly }: { query: Query; metadataOnly?: boolean }, signal: AbortSignal) =>
      pagesOf<List<T>>({ path, query, ...(metadataOnly && { as: 'metadata' }) }, signal),
    async *tables(path, query, signal) {
      for await (const page of pagesOf<Printed>({ path, query, as: 'table' }, signal))
        yield { metadata: page.metadata, items: printedRows(page) };
    },
    patch: (path, query, patch, signal) => twice({ path, query, patch }, signal),
    remove: async (path, { uid, dryRun }, signal) => {
      // Where there is a body, the API server does not look for options in the query: that is for one that a proxy has taken away.
      const remove = { preconditions: { uid }, ...(dryRun && { dryRun: ['All'] }) };
      await twice({ path, query: { ...(dryRun && { dryRun: 'All' }) }, remove }, signal);
    },
    review: async <T>(path: string, question: object, signal: AbortSignal) =>
      (await twice<T>({ path, query: {}, review: question }, signal)).body,
    close: forget,
  };
}

/** A 401 reached nothing, and files may hold newer credentials; a read on a stale connection is asked again. */
function mayRepeat(error: unknown, call: Call): boolean {
  if (error instanceof HttpError) return error.statusCode === 401;
  const reads = !call.patch && !call.remove;
  return reads && error instanceof Error && 'code' in error && STALE_CONNECTION.has(String(error.code));
}

/** One connection at a time, opened when first needed; a failure to open is not kept. */
function connections(make: () => Promise<Connection>): {
  open: () => Promise<Connection>;
  forget: () => Promise<void>;
} {
  let current: Promise<Connection> | undefined;
  return {
    open() {
      const opening = current ?? make();
      current = opening;
      opening.catch(() => {
        if (current === opening) current = undefined;
      });
      return opening;
    },
    async forget() {
      const old = await current?.catch(() => undefined);
      current = undefined;
      void old?.close().catch(() => undefined);
    },
  };
}
