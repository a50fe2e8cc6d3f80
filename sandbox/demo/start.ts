import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataDirOf, openFolder } from './folder.ts';
import { type Parts, startParts } from './parts.ts';
import type { Lang } from './scenario.ts';

export interface DemoOptions {
  readonly lang: Lang;
  /** Keeps config, database, log and what was said in the workspace here; else they are in a temporary folder that goes at the end. */
  readonly keep?: string;
  /** That one opened; absent: it is opened. */
  readonly folder?: string;
  /** Real milliseconds between two looks of the cluster's controllers. */
  readonly stepMs?: number;
}

/** Everything the demo consists of, running. After `renew` each of these is another one: none is to be kept. */
export interface Demo extends Parts {
  readonly lang: Lang;
  /** When this world began, in milliseconds: another one has another. */
  readonly startedAt: number;
  /** Calls the listener when the cluster, an alert, the clock or the whole world has changed; the answer ends it. */
  listen(listener: () => void): () => void;
  /** Everything as it was at first, at any moment: a world of the same kind takes the place of this one. Asked twice at once, it is done once. */
  renew(): Promise<void>;
}

/** Starts the first world, in a folder of its own where none is to be kept. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const folder = options.folder ?? (await openFolder(options.keep));
  const worlds = new Worlds(options, folder);
  try {
    return renewable(worlds, await worlds.begin(), options.lang);
  } catch (error) {
    await worlds.close();
    throw error;
  }
}

/** One after the other, in the same folder; all that listen hear of each. */
class Worlds {
  readonly listeners = new Set<() => void>();
  readonly #options: DemoOptions;
  readonly #folder: string;
  #begun = 0;
  #leaving: Promise<void> = Promise.resolve();

  constructor(options: DemoOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  begin(): Promise<Parts> {
    this.#begun += 1;
    const { keep, lang, stepMs } = this.#options;
    const folder = this.#folder;
    const dataDir = dataDirOf(folder, keep !== undefined, this.#begun);
    return startParts({
      lang,
      folder,
      dataDir,
      changed: () => this.changed(),
      ...(keep !== undefined && { workspaceFile: join(dataDir, 'workspace') }),
      ...(stepMs !== undefined && { stepMs }),
    });
  }

  /** The old one serves until the new one does, but where both want the same data. */
  async replace(old: Parts): Promise<Parts> {
    await this.#leaving;
    const kept = this.#options.keep !== undefined;
    if (kept) await end(old);
    const next = await this.begin();
    if (!kept) this.#leaving = end(old).catch((error: unknown) => console.error(error));
    return next;
  }

  async close(): Promise<void> {
    await this.#leaving;
    if (this.#options.keep === undefined) await clear(this.#folder);
  }
}

async function end(parts: Parts): Promise<void> {
  await parts.stop();
  await clear(parts.dataDir);
}

function clear(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

function renewable(worlds: Worlds, first: Parts, lang: Lang): Demo {
  let parts = first;
  let startedAt = Date.now();
  let renewing: Promise<void> | undefined;
  const replace = async (): Promise<void> => {
    parts = await worlds.replace(parts);
    startedAt = Date.now();
    worlds.changed();
  };
  return {
    get slack() {
      return parts.slack;
    },
    get cluster() {
      return parts.cluster;
    },
    get alertmanager() {
      return parts.alertmanager;
    },
    get watcher() {
      return parts.watcher;
    },
    get orders() {
      return parts.orders;
    },
    get app() {
      return parts.app;
    },
    get dataDir() {
      return parts.dataDir;
    },
    get logFile() {
      return parts.logFile;
    },
    get settled() {
      return parts.settled;
    },
    get startedAt() {
      return startedAt;
    },
    lang,
    movedMs: () => parts.movedMs(),
    advance: (ms) => parts.advance(ms),
    listen(listener) {
      worlds.listeners.add(listener);
      return () => worlds.listeners.delete(listener);
    },
    renew() {
      renewing ??= replace().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    async stop() {
      await renewing?.catch(() => undefined);
      await parts.stop();
      await worlds.close();
    },
  };
}
