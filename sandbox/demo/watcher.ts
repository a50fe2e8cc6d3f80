import type { Labels, Sample } from './alertmanager.ts';

const LOOK_MS = 500;

/** Where alerts go. */
export interface Alerts {
  fire(labels: Labels, annotations?: Labels): void;
  resolve(labels: Labels): void;
}

/** Something that is looked at. */
export interface Watch {
  /** What is wrong with it now, as alerts. */
  readonly alerts: () => readonly Sample[];
  /** Nothing of it is missing either: alerts are over only then, all together. */
  readonly isWell: () => boolean;
}

export interface Watcher {
  /** Whether this one's alerts fire. */
  isFiring(id: string): boolean;
  /** Looks now; it also does each half second. */
  look(): void;
  stop(): void;
}

/** Prometheus' part: looks at all of them, by id, and tells Alertmanager what begins and what is over. */
export function startWatcher(watches: ReadonlyMap<string, Watch>, to: Alerts): Watcher {
  const firing = new Map<string, Map<string, Labels>>();
  const look = (): void => {
    for (const [id, watch] of watches) {
      const known = firing.get(id) ?? new Map<string, Labels>();
      firing.set(id, known);
      lookAt(watch, known, to);
    }
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return { look, isFiring: (id) => (firing.get(id)?.size ?? 0) > 0, stop: () => clearInterval(timer) };
}

function lookAt(watch: Watch, firing: Map<string, Labels>, to: Alerts): void {
  const now = watch.alerts();
  for (const { labels, annotations } of now) {
    const key = JSON.stringify(labels);
    if (firing.has(key)) continue;
    firing.set(key, labels);
    to.fire(labels, annotations);
  }
  if (firing.size === 0 || now.length > 0 || !watch.isWell()) return;
  // Forgotten first: who hears of the end, and asks, must not be told that it fires.
  const over = [...firing.values()];
  firing.clear();
  for (const labels of over) to.resolve(labels);
}
