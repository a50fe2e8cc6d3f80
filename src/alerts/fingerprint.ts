import type { Fingerprint, Labels } from '../domain/alert.ts';

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

/**
 * Alertmanager's own fingerprint of a label set: 64-bit FNV-1a over name, 0xff, value, 0xff in the order of the names
 * (`LabelSet.Fingerprint` of prometheus/common). 16 hex digits. Slow (BigInt): only for alerts that come without one.
 */
export function fingerprintOf(labels: Labels): Fingerprint {
  const names = Object.keys(labels).map((name) => ({ name, bytes: Buffer.from(name) }));
  names.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  let hash = OFFSET;
  const add = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  };
  for (const { name, bytes } of names) {
    for (const byte of bytes) add(byte);
    add(0xff);
    for (const byte of Buffer.from(labels[name] ?? '')) add(byte);
    add(0xff);
  }
  return hash.toString(16).padStart(16, '0');
}
