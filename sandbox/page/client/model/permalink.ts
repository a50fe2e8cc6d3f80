import type { Channel, Message, Workspace } from './types.ts';
import { channelOf, isReply } from './workspace.ts';

/** A place in the workspace that a client goes to by itself. */
export interface Spot {
  /** A channel's id, or `dm`. */
  readonly where: string;
  readonly thread?: string;
  readonly ts: string;
}

const MESSAGE = /\/archives\/(\w+)\/p(\d{10})(\d{6})/;
const FILE = /\/files\/\w+\/(\w+)\//;

/** Where a permalink of this workspace leads, as far as this person may go; undefined for every other link. */
export function spotOf(url: string, space: Workspace, me: string): Spot | undefined {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.host !== `${space.team.domain}.slack.com`) return undefined;
  const [, file] = FILE.exec(address.pathname) ?? [];
  const [, id = '', seconds, rest] = MESSAGE.exec(address.pathname) ?? [];
  const shows = (one: Message): boolean =>
    file === undefined ? one.ts === `${seconds}.${rest}` : one.files?.some((shared) => shared.id === file) === true;
  for (const channel of space.channels) {
    const here = channel.members.includes(me) && (file !== undefined || channel.id === id);
    const message = here ? channel.messages.find(shows) : undefined;
    if (message) return spotIn(channel, message, space, me);
  }
  return undefined;
}

function spotIn(channel: Channel, message: Message, space: Workspace, me: string): Spot {
  const direct = channelOf(space, 'dm', me)?.id === channel.id;
  const where = direct ? 'dm' : channel.id;
  const { ts, thread_ts: thread } = message;
  return isReply(message) && thread !== undefined ? { where, thread, ts } : { where, ts };
}
