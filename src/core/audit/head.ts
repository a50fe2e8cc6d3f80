import { createHash } from 'node:crypto';

/** What a seal's head is made of. */
export interface SealBody {
  readonly id: number;
  /** UTC with microseconds, as `instantText` gives it. */
  readonly sealedAt: string;
  readonly complete: boolean;
  readonly lastId: number;
  readonly entryIds: readonly number[];
  /** 32 bytes for each entry, in their order. */
  readonly digests: Buffer;
  /** The head of the seal before; `GENESIS` for the first. */
  readonly previous: Buffer;
}

export const GENESIS: Buffer = Buffer.alloc(32);

export const DIGEST_BYTES = 32;

/** sha256 over one JSON array: whoever knows a head knows that everything before it was as it is. */
export function headOf({ id, sealedAt, complete, lastId, entryIds, digests, previous }: SealBody): Buffer {
  const body = [1, id, sealedAt, complete, lastId, entryIds, digests.toString('hex'), previous.toString('hex')];
  return createHash('sha256').update(JSON.stringify(body)).digest();
}

/** `412:9f3c...`: a head as it is published, and given to `hikeshi audit verify --anchor`. */
export interface Anchor {
  readonly seal: number;
  /** Hex, 64 digits. */
  readonly head: string;
}

const ANCHOR = /^([1-9][0-9]{0,15}):([0-9a-f]{64})$/i;

/** `undefined` for what is no anchor. */
export function parseAnchor(text: string): Anchor | undefined {
  const found = ANCHOR.exec(text.trim());
  return found ? { seal: Number(found[1]), head: found[2]!.toLowerCase() } : undefined;
}

export function formatAnchor({ seal, head }: Anchor): string {
  return `${seal}:${head}`;
}

/** Everything in a text that is an anchor: log lines, messages copied from a channel, or one anchor a line. */
export function anchorsIn(text: string): readonly Anchor[] {
  return [...text.matchAll(/\b[1-9][0-9]{0,15}:[0-9a-f]{64}\b/gi)].flatMap(([found]) => parseAnchor(found) ?? []);
}
