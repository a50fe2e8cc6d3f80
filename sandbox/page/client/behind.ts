import { signal } from '@preact/signals';
import type { Message } from './model/types.ts';
import { botOf } from './model/workspace.ts';
import type { Page } from './state.ts';

/** The message whose other side is looked at, and the list in which it was opened; undefined: none. */
export const behind = signal<{ readonly channel: string; readonly ts: string; readonly opener: string } | undefined>(
  undefined,
);

/** Whether the app said it: nobody else has anything behind what they say. */
export function isOfApp(message: Message, { space }: Pick<Page, 'space'>): boolean {
  return message.ephemeral === true || message.user === botOf(space.peek())?.id;
}

/** That message, while it is on the screen of whoever looks. */
export function messageBehind({ channel, space, me }: Pick<Page, 'channel' | 'space' | 'me'>): Message | undefined {
  const at = behind.value;
  if (!at || channel.value?.id !== at.channel) return undefined;
  const mine = space.value.ephemerals.filter((one) => one.channel === at.channel && one.user === me.value);
  return [...channel.value.messages, ...mine].find((one) => one.ts === at.ts);
}
