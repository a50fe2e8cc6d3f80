import { refuse } from './refusal.ts';
import type { World } from './world.ts';

/** Stores what was sent to an upload URL; the URL is the file's id. */
export function takeUpload(world: World, id: string, bytes: Buffer): void {
  const file = world.state.files.get(id);
  if (!file || file.completed) refuse('file_not_found');
  file.bytes = bytes;
  world.journal.append({ kind: 'change', what: 'file', detail: { id, length: bytes.length } });
}
