import type { Args } from './args.ts';
import type { Fields } from './json.ts';
import { refuse } from './refusal.ts';

export interface Page<T> {
  readonly items: T[];
  readonly next: string;
}

/** A slice and the cursor after it. Cursors are opaque: base64 of a position. */
export function pageOf<T>(all: readonly T[], args: Args, limit: number): Page<T> {
  const cursor = args.text('cursor') ?? '';
  const position =
    cursor === '' ? 0 : Number(/^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? Number.NaN);
  if (Number.isNaN(position)) refuse('invalid_cursor');
  const end = position + limit;
  return {
    items: all.slice(position, end),
    next: end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}

export function metadataOf(page: Page<unknown>): Fields {
  return { response_metadata: { next_cursor: page.next } };
}
