import type { KnownBlock } from '@slack/types';
import type { Lang } from './words.ts';

/** What Hikeshi did behind one message, as `GET /demo/behind` tells it from the database. */
export interface Behind {
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  /** In plain words. */
  readonly blocks: readonly KnownBlock[];
  readonly rows: readonly Row[];
}

export interface Row {
  /** The table it stands in. */
  readonly table: string;
  /** One line of words. */
  readonly about: readonly KnownBlock[];
  readonly more: readonly KnownBlock[];
  /** The row as it is, secrets masked. */
  readonly json: string;
}

export interface BehindQuestion {
  readonly channel: string;
  readonly ts: string;
  /** Who looks: what is for one person alone is found by who that is. */
  readonly as: string;
  readonly lang: Lang;
}
