import { readFile } from 'node:fs/promises';
import { childrenOf } from '../lib/cpu.ts';
import { mib } from '../lib/result.ts';
import type { Hikeshi } from '../parts/hikeshi.ts';

export interface Memory {
  /** Resident bytes of the program's one process; absent where `/proc` is. */
  readonly node?: number;
  /** Proportional bytes of the database server's processes: what they share counts once. */
  readonly postgres?: number;
}

export async function measureMemory(hikeshi: Hikeshi): Promise<Memory> {
  const node = await kilobytes(`/proc/${hikeshi.pid}/status`, /^VmRSS:\s+(\d+) kB/m);
  const server = await hikeshi.postgresPid();
  const shares = await Promise.all(
    [server, ...(await childrenOf(server))].map((pid) => kilobytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m)),
  );
  const known = shares.filter((share) => share !== undefined);
  return {
    ...(node !== undefined && { node }),
    ...(known.length > 0 && { postgres: known.reduce((sum, share) => sum + share, 0) }),
  };
}

export function memoryWords({ node, postgres }: Memory): string {
  if (node === undefined) return 'not known on this system';
  return postgres === undefined ? mib(node) : `${mib(node)}, and its PostgreSQL ${mib(postgres)}`;
}

async function kilobytes(path: string, line: RegExp): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const found = line.exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}
