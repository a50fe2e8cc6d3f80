import type { Turns } from './turns.ts';

/** What the suite asks the program's process. */
export type Asked =
  | { readonly id: number; readonly ask: 'measure' | 'reload' | 'stop' }
  | { readonly id: number; readonly ask: 'config'; readonly yaml: string };

/** Its answer; the one with id 0 says that it is up. */
export type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly thrown: string };

export interface Measured extends Turns {
  /** After a collection. */
  readonly heapMiB: number;
  readonly rssMiB: number;
}

export interface ConfigLooked {
  readonly problems: readonly string[];
  /** What it cost; on a busy machine it takes longer. */
  readonly cpuMs: number;
}
