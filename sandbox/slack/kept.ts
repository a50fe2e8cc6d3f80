import { deserialize, serialize } from 'node:v8';
import type { World } from './world.ts';

/** What outlives the program: what was said, to whom, and where. People, groups and open modals begin anew. */
interface Kept
  extends Pick<World['state'], 'channels' | 'ephemerals' | 'notifications' | 'homes' | 'files' | 'followers'> {
  readonly lastId: number;
  readonly lastTs: number;
}

export function keptOf({ state, clock }: World): Buffer {
  const { channels, ephemerals, notifications, homes, files, followers, ids } = state;
  const kept: Kept = {
    channels,
    ephemerals,
    notifications,
    homes,
    files,
    followers,
    lastId: ids.last,
    lastTs: clock.lastTs,
  };
  return serialize(kept);
}

/** Puts back what `keptOf` told of a workspace of the same kind. */
export function restore({ state, clock }: World, bytes: Buffer): void {
  const kept = deserialize(bytes) as Kept;
  for (const what of ['channels', 'homes', 'files', 'followers'] as const)
    for (const [key, one] of kept[what]) (state[what] as Map<string, unknown>).set(key, one);
  state.ephemerals.push(...kept.ephemerals);
  state.notifications.push(...kept.notifications);
  state.ids.last = kept.lastId;
  clock.lastTs = kept.lastTs;
}
