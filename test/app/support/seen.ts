import { expect } from 'vitest';
import { type Message, visibleText } from '../../../sandbox/slack/index.ts';
import type { TestApp } from '../../support/app.ts';

/** What people see and hear, in the words of a test. */

/** The only message that the bot has put into a channel itself. */
export function onlyPost({ slack }: TestApp, channel = 'alerts'): Message {
  const posts = slack.channel(channel).posts();
  expect(posts.map(visibleText)).toHaveLength(1);
  return posts[0]!;
}

export async function firstPost({ slack }: TestApp, channel = 'alerts'): Promise<Message> {
  return slack.until(() => slack.channel(channel).posts()[0]);
}

/** The post's words as they are now. */
export function words(app: TestApp, message: Message): string {
  return visibleText(app.slack.channel(message.channel).message(message.ts)!);
}

export function thread(app: TestApp, message: Message): string[] {
  return app.slack.channel(message.channel).thread(message.ts).map(visibleText);
}

/** Waits until the post's words match. */
export async function untilShows(app: TestApp, message: Message, pattern: RegExp): Promise<string> {
  return app.slack.until(() => pattern.test(words(app, message)) && words(app, message));
}

/** Lines of an incident's story are gathered for 15 s before they are said. */
export async function linesSaid(app: TestApp): Promise<void> {
  app.move(16_000);
  await app.atRest();
}

export async function untilThread(app: TestApp, message: Message, pattern: RegExp): Promise<string> {
  return app.slack.until(() => thread(app, message).find((line) => pattern.test(line)));
}

/** What one person was told alone, in a channel, oldest first. */
export function whispers({ slack }: TestApp, person: string): string[] {
  return slack.user(person).ephemerals.map(visibleText);
}

export async function untilWhispered(app: TestApp, person: string, pattern: RegExp): Promise<string> {
  return app.slack.until(() => whispers(app, person).find((line) => pattern.test(line)));
}

const PEOPLE = ['hana', 'kenji', 'mika', 'sato', 'taro', 'gil', 'fran'] as const;

/** Who was called by name, group or direct message, and where: `{taro: ['alerts', 'dm']}`. */
export function told({ slack }: TestApp): Record<string, string[]> {
  const all = PEOPLE.map((name) => {
    const calls = slack.user(name).notifications.filter((n) => n.why !== 'thread');
    return [name, calls.map((n) => place(slack, n)).sort()] as const;
  });
  return Object.fromEntries(all.filter(([, places]) => places.length > 0));
}

/** `alerts`, `alerts thread`, or `dm`. */
function place(slack: TestApp['slack'], { channel, ts }: { readonly channel: string; readonly ts: string }): string {
  if (channel.startsWith('D')) return 'dm';
  const view = slack.channel(channel);
  const { thread_ts: parent } = view.message(ts)!;
  return parent === undefined || parent === ts ? view.name : `${view.name} thread`;
}

interface Control {
  readonly type: string;
  readonly text: { readonly text: string };
  readonly options?: readonly { readonly text: { readonly text: string } }[];
}

function controls(app: TestApp, message: Message): readonly Control[] {
  const now = app.slack.channel(message.channel).message(message.ts)!;
  return (now.blocks ?? []).flatMap((block) => (block['type'] === 'actions' ? (block['elements'] as Control[]) : []));
}

/** Labels of the buttons that are seen on it. */
export function buttons(app: TestApp, message: Message): string[] {
  return controls(app, message).flatMap(({ type, text }) => (type === 'button' ? [text.text] : []));
}

/** Labels of what stands in its menus. */
export function menu(app: TestApp, message: Message): string[] {
  return controls(app, message).flatMap(({ options = [] }) => options.map(({ text }) => text.text));
}

/** Everything that was written to Slack so far: posts, edits, ephemerals. */
export function changes({ slack }: TestApp): number {
  return slack.log.filter((line) => line.kind === 'change').length;
}
