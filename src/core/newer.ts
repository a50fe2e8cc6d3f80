/**
 * What a newer replica wrote in a form that this program does not read. It stays as it is: workers leave it to a newer one, and
 * people are asked to press again.
 */
export class NewerVersion extends Error {
  override readonly name = 'NewerVersion';
}

/**
 * @param v as written
 * @param known the newest that is read here
 * @throws NewerVersion
 */
export function assertKnown(what: string, v: number, known: number): void {
  if (v > known) throw new NewerVersion(`${what} is of version ${v}, this program knows ${known}`);
}

/** The `v` of a value from outside the process; `undefined` when it has none. */
export function versionOf(value: unknown): number | undefined {
  const v: unknown = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  return typeof v === 'number' && Number.isInteger(v) && v > 0 ? v : undefined;
}
