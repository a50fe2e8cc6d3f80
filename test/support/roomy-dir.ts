import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Where roomyDir may have pointed at another time. */
export const ROOMY_DIRS: readonly string[] = [MEMORY, tmpdir()];
const ROOM_BYTES = 2 * 1024 ** 3;

/** Where the tests' servers keep their files: in memory when there is room, where a database is copied in 20 ms and not in 300. */
export function roomyDir(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
