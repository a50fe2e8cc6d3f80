import type { Pod } from './objects.ts';
import { type Answer, badRequest, notFound, type Place } from './status.ts';
import type { Store } from './store.ts';

/** Of a pod template: lines that each of its containers writes whenever it starts. */
export const PRINTS = 'sandbox.hikeshi/prints';

interface Line {
  /** RFC 3339 in nanoseconds. */
  readonly at: string;
  readonly text: string;
}

/** What containers have written, run by run, until their pod is gone. */
export class Logs {
  readonly #runs = new Map<string, Line[][]>();

  /** A container starts: what it writes from here on is a new run's. */
  start(pod: Pod, container: string, time: string): void {
    const prints = pod.metadata.annotations?.[PRINTS]?.split('\n') ?? [];
    const key = keyOf(pod, container);
    this.#runs.set(key, [...(this.#runs.get(key) ?? []), []]);
    for (const text of prints) this.add(pod, container, time, text);
  }

  /** To the newest run. @param time RFC 3339 in seconds */
  add(pod: Pod, container: string, time: string, text: string): void {
    const run = this.#runs.get(keyOf(pod, container))?.at(-1);
    run?.push({ at: time.replace('Z', `.${String(run.length).padStart(9, '0')}Z`), text });
  }

  run(pod: Pod, container: string, back: 0 | 1): readonly Line[] | undefined {
    return this.#runs.get(keyOf(pod, container))?.at(-1 - back);
  }

  drop(uid: string): void {
    for (const key of this.#runs.keys()) if (key.startsWith(uid)) this.#runs.delete(key);
  }
}

function keyOf(pod: Pod, container: string): string {
  return `${pod.metadata.uid}/${container}`;
}

/** `GET .../pods/NAME/log`, as API server and kubelet answer it together. */
export function readLog(store: Store, place: Place, query: URLSearchParams): Answer {
  const pod = store.get('pods', place.namespace, place.name ?? '');
  if (!pod) return notFound(place);
  const { name } = pod.metadata;
  const names = pod.spec.containers.map((c) => c.name);
  const container = query.get('container') ?? (names.length === 1 ? names[0]! : undefined);
  if (container === undefined)
    return badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
  if (!names.includes(container)) return badRequest(`container ${container} is not valid for pod ${name}`);
  const state = pod.status.containerStatuses?.find((c) => c.name === container);
  const previous = query.get('previous') === 'true';
  // In its back-off the newest run is the one that ended.
  const back = previous && state?.state.running ? 1 : 0;
  const ended = state?.lastState.terminated !== undefined;
  const run = previous && !ended ? undefined : store.logs.run(pod, container, back);
  if (run) return { code: 200, text: textOf(run, query, store.time()), type: 'text/plain' };
  if (previous) return badRequest(`previous terminated container "${container}" in pod "${name}" not found\n`);
  const reason = state?.state.waiting?.reason ?? 'ContainerCreating';
  const why = /ImagePull/.test(reason) ? 'trying and failing to pull image' : reason;
  return badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}\n`);
}

/** The end by lines, of this the beginning by bytes: in this order, as kubelets do it. */
function textOf(run: readonly Line[], query: URLSearchParams, now: string): string {
  const [since, sinceTime] = [query.get('sinceSeconds'), query.get('sinceTime')];
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(now) - Number(since) * 1_000;
  const begin = sinceTime === null ? Number.NEGATIVE_INFINITY : Date.parse(sinceTime);
  const tail = Number(query.get('tailLines') ?? run.length);
  const lines = run
    .slice(Math.max(0, run.length - tail))
    .filter(({ at }) => Date.parse(at) > from && Date.parse(at) >= begin);
  const stamped = query.get('timestamps') === 'true';
  const text = lines.map((line) => `${stamped ? `${line.at} ` : ''}${line.text}\n`).join('');
  const limit = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  return Buffer.from(text).subarray(0, limit).toString();
}
