import type { ColumnType } from 'kysely';

export type Json = Readonly<Record<string, unknown>>;

/** Written as JSON text, so that arrays and null inside jsonb are never taken for SQL arrays and NULL. */
export type JsonColumn<T, HasDefault extends boolean = false> = HasDefault extends true
  ? ColumnType<T, string | undefined, string>
  : ColumnType<T, null extends T ? string | null | undefined : string, null extends T ? string | null : string>;
