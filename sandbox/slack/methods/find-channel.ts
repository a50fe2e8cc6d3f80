import { refuse } from '../refusal.ts';
import { BOT_USER_ID } from '../seed.ts';
import type { Channel } from '../types.ts';
import type { World } from '../world.ts';
import type { Call } from './spec.ts';

export const READ_SCOPES = {
  public: 'channels:read',
  private: 'groups:read',
  im: 'im:read',
  mpim: 'mpim:read',
} as const;
export const HISTORY_SCOPES = {
  public: 'channels:history',
  private: 'groups:history',
  im: 'im:history',
  mpim: 'mpim:history',
} as const;

/** A channel the bot can see: public ones, and what it is a member of. Others do not exist for it; names are no ids. */
export function visibleChannel(world: World, id: string): Channel {
  const channel = world.state.channels.get(id);
  if (!channel || (channel.kind !== 'public' && !isIn(channel))) refuse('channel_not_found');
  return channel;
}

export function isIn(channel: Channel): boolean {
  return channel.members.has(BOT_USER_ID);
}

/** A visible channel for which the token has the scope of its kind. */
export function scopedChannel({ world, args, token }: Call, scopes: Record<Channel['kind'], string>): Channel {
  const channel = visibleChannel(world, args.need('channel'));
  world.tokens.demand(token, { all: [scopes[channel.kind]] });
  return channel;
}
