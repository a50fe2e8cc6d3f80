import type { Message } from '../../domain/content.ts';
import type { Language } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import type { Json } from '../../ports/schema.ts';

/** What the sender knows of what it sends: a renderer per subject kind, a wording per saying. Registered at start. */

export interface PostToShow {
  readonly id: number;
  readonly subject: string;
  readonly purpose: string;
  readonly channel: string;
  /** First time shown, here or anew: a `page` in it still notifies. */
  readonly first: boolean;
  /** Of the place it goes to, else the installation's. */
  readonly language: Language;
}

/** Renders the present. `undefined`: there is nothing to show (any more), the row is cancelled. */
export type ShowSubject = (db: Db, post: PostToShow, now: Date) => Promise<Message | undefined>;

export interface Saying {
  readonly id: number;
  readonly subject: string;
  readonly channel: string;
  /** For `payloadOf`. */
  readonly payload: Json;
  readonly createdAt: Date;
  readonly v: number;
  /** Of the place it goes to, else the installation's. */
  readonly language: Language;
}

/**
 * What a saying carries, as whoever wrote it gave it. Nothing proves that it is a `T`: who words a saying wrote it as well, this
 * version or the one before it, whose form is read for a release; rows of a newer `v` are never claimed.
 */
export function payloadOf<T extends object>({ payload }: { readonly payload: object }): T {
  return payload as T;
}

/** `cancelled` with a reason: it no longer holds (the fence moved, the incident is resolved...). */
export type Worded =
  | { readonly kind: 'message'; readonly message: Message; readonly broadcast?: boolean }
  | { readonly kind: 'cancelled'; readonly reason: string };

export type WordSaying = (db: Db, saying: Saying, now: Date) => Promise<Worded>;

/** Lines of one thread, oldest first, that leave as one message. */
export type WordLines = (db: Db, lines: readonly Saying[], now: Date) => Promise<Worded>;

/** The sender tries a rejected rendering again; after some tries it posts that there is something it cannot word. */
export interface Subjects {
  /** By the part of `subject` before the colon. */
  readonly show: Readonly<Record<string, ShowSubject>>;
  /** By `payload.say`. */
  readonly say: Readonly<Record<string, WordSaying>>;
  /** What `sayLines` wrote, by the part of `subject` before the colon. */
  readonly lines?: Readonly<Record<string, WordLines>>;
}
