import type { Condition, List, Meta, Quantities } from './objects.ts';

/** What is read of the objects of all tables, beside kubectl's columns. */
export interface Printable {
  readonly metadata?: Meta;
  readonly data?: object;
  readonly binaryData?: object;
  readonly spec?: { readonly policyTypes?: readonly string[] };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly allocatable?: Quantities };
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
  readonly series?: { readonly lastObservedTime?: string } | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** A page of meta.k8s.io/v1 `Table`. */
export interface Printed extends List<never> {
  readonly columnDefinitions?: readonly { readonly name?: string }[];
  readonly rows?:
    | readonly { readonly cells?: readonly (string | number | boolean | null)[]; readonly object?: Printable | null }[]
    | null;
}

/** A row with its cells by column. */
export interface PrintedRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly object: Printable;
}

export function printedRows({ columnDefinitions = [], rows }: Printed): readonly PrintedRow[] {
  const names = columnDefinitions.map(({ name = '' }) => name);
  return (rows ?? []).map(({ cells = [], object }) => ({
    cells: Object.fromEntries(names.map((name, i) => [name, String(cells[i] ?? '')])),
    object: object ?? {},
  }));
}
