import type { ContainerLog, LogLine, LogQuery } from '../../ports/cluster.ts';
import { HttpError, isMissing } from './errors.ts';
import type { Rest } from './rest.ts';
import { listPath } from './workload.ts';

/**
 * The end of a container's log. A kubelet counts `limitBytes` from the first of the `tailLines`, so what does not fit lacks its
 * newest lines: then fewer lines are asked for, and at last one. Source: kubernetes/pkg/kubelet/kuberuntime/logs.
 */
export async function readLog(rest: Rest, query: LogQuery, signal: AbortSignal): Promise<ContainerLog | undefined> {
  try {
    return await newest(rest, query, signal);
  } catch (error) {
    if (isMissing(error, query.pod)) return undefined;
    const unread = whyUnread(error);
    if (unread) return unread;
    throw error;
  }
}

type ReadLog = Extract<ContainerLog, { readonly state: 'read' }>;

/** Which part of the lines that fit is asked for next: the newest may be longer than the oldest, which were those that fit. */
const SHARES: readonly number[] = [1 / 2, 1 / 8];

async function newest(rest: Rest, query: LogQuery, signal: AbortSignal, shares = SHARES): Promise<ReadLog> {
  const { text, cut } = await excerpt(rest, query, signal);
  const lines = linesOf(text);
  if (!cut || query.tail === 1) return { state: 'read', lines, more: cut || lines.length >= query.tail };
  const [share = 0, ...later] = shares;
  const tail = Math.max(1, Math.floor((lines.length - 1) * share));
  return { ...(await newest(rest, { ...query, tail }, signal, later)), more: true };
}

function excerpt(rest: Rest, query: LogQuery, signal: AbortSignal): ReturnType<Rest['text']> {
  const { namespace, pod, container, previous, tail, sinceSeconds, sinceTime, maxBytes } = query;
  const path = `${listPath('api/v1', 'pods', namespace)}/${encodeURIComponent(pod)}/log`;
  const asked = {
    container,
    tailLines: tail,
    limitBytes: maxBytes,
    timestamps: 'true',
    sinceSeconds,
    // What is smaller than a second is lost on the way from the API server to the kubelet.
    sinceTime: sinceTime && `${sinceTime.toISOString().slice(0, 19)}Z`,
    previous: previous ? 'true' : undefined,
  };
  return rest.text(path, asked, maxBytes, signal);
}

/** RFC 3339 in nanoseconds, in UTC or the node's own zone, as container runtimes write it. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?/;

function linesOf(text: string): readonly LogLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => {
    const [all, stamp] = STAMP.exec(line) ?? [''];
    return stamp === undefined ? { text: line } : { at: new Date(stamp), text: line.slice(all.length) };
  });
}

/** The kubelet says it in words, with status 400. Source: `validateContainerLogStatus` in kubernetes/pkg/kubelet/kubelet_pods.go. */
function whyUnread(error: unknown): ContainerLog | undefined {
  if (!(error instanceof HttpError) || error.statusCode !== 400) return undefined;
  const words = error.status?.message?.trim() ?? '';
  if (/^previous terminated container .* not found$/.test(words)) return { state: 'no-previous' };
  const waiting = / is waiting to start(?:: | - )?(.*)$/.exec(words);
  return waiting ? { state: 'waiting', reason: waiting[1] ?? '' } : undefined;
}
