import { type FakeSlack, type Message, visibleText } from '../../../sandbox/slack/index.ts';

/** What people see, from the workspace alone. */

/** Posts in any channel (not in threads, not direct) that show this alert. */
export function postsOf(slack: FakeSlack, name: string): readonly Message[] {
  return channels(slack).flatMap((id) =>
    slack
      .channel(id)
      .posts()
      .filter((post) => visibleText(post).includes(name)),
  );
}

/** Channels that anything was posted in. */
function channels(slack: FakeSlack): readonly string[] {
  const posted = slack.log.flatMap((line) =>
    line.kind === 'change' && line.what === 'posted' && line.channel?.startsWith('C') ? [line.channel] : [],
  );
  return [...new Set(posted)];
}

/** How often Slack took a first post that shows this alert, those that were deleted again included. */
function takenOf(slack: FakeSlack, name: string): number {
  const calls = slack.calls('chat.postMessage').filter((call) => !call.refused && call.args['thread_ts'] === undefined);
  const inChannels = calls.filter((call) => String(call.args['channel']).startsWith('C'));
  return inChannels.filter((call) => JSON.stringify(call.args).includes(name)).length;
}

export interface Tally {
  readonly sent: number;
  readonly shown: number;
  readonly lost: number;
  readonly doubled: number;
}

/** Of alerts that were answered 2xx: how many are shown, not at all, more than once. */
export function tally(slack: FakeSlack, names: readonly string[]): Tally {
  const shown = names.filter((name) => postsOf(slack, name).length > 0).length;
  const doubled = names.filter((name) => Math.max(takenOf(slack, name), postsOf(slack, name).length) > 1).length;
  return { sent: names.length, shown, lost: names.length - shown, doubled };
}

/** What the only post of an alert says now. */
export function wordsOf(slack: FakeSlack, name: string): string {
  return postsOf(slack, name).map(visibleText).join('\n---\n');
}

export function threadOf(slack: FakeSlack, post: Message): readonly string[] {
  return slack.channel(post.channel).thread(post.ts).map(visibleText);
}

/** How many messages rang for somebody, in channels and alone. Who was mentioned once also hears of what follows in the thread. */
export function toldTo(slack: FakeSlack, person: string): { readonly channel: number; readonly direct: number } {
  const notifications = slack.user(person).notifications.filter(({ why }) => why !== 'thread');
  const direct = notifications.filter(({ channel }) => channel.startsWith('D')).length;
  return { channel: notifications.length - direct, direct };
}
