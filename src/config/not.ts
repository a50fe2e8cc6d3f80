import type { Catalog } from '../messages/catalog.ts';

/** By its name what a text of the file should have been: the schema gives names, the catalogues have the sentences. */
export type Not = keyof Catalog['shape']['is'];

export function not(name: Not): Not {
  return name;
}
