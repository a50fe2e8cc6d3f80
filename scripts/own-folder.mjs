import { readlinkSync } from 'node:fs';

/**
 * What temporary folders of this kind (`hikeshi-demo`) begin with in this process: whose they are is in their names, for the next start to
 * clear what was left by one that was killed.
 */
export function folderPrefix(kind) {
  return `${kind}-${process.pid}-${namespace()}-`;
}

/** The number of the process that made the folder of this name; undefined for what is of another kind, or of processes that cannot be seen from here. */
export function makerOf(kind, name) {
  const [, pid, made] = /^-(\d+)-(\d+)-\w+$/.exec(name.startsWith(kind) ? name.slice(kind.length) : '') ?? [];
  return Number(pid) > 0 && made === namespace() ? Number(pid) : undefined;
}

/** A container may share the folder but not the numbers: what runs here under one of its numbers is somebody else. 0 where there is one namespace only. */
function namespace() {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
