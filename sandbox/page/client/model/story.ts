import type { Message, Workspace } from './types.ts';
import { botOf, isReply, repliesTo } from './workspace.ts';

/** The steps of the guided story, each waiting for what really happens. */
export const STEPS = ['break', 'acknowledge', 'finding', 'ask', 'restart', 'ready', 'resolved', 'next'] as const;
export type StepName = (typeof STEPS)[number];

/** One walk through it. */
export interface Story {
  /** Posts from this moment on count, in seconds as Slack's `ts` has them. */
  readonly since: number;
  /** The furthest step that was come to, by index. */
  readonly step: number;
}

/** What the steps are judged by. */
export interface Seen {
  readonly space: Pick<Workspace, 'channels' | 'people'>;
  /** Of shop/checkout. */
  readonly checkout: { readonly ready: number; readonly desired: number } | undefined;
  /** The `ts` of the thread in the side pane, or ''. */
  readonly thread: string;
}

/** Of the memory that checkout may have: whatever the language, the finding names it. */
const LIMIT = '512Mi';
const SMALLEST = 0.000_001;

/** Begins now; with the incident that is open, if checkout is broken already. */
export function begun(space: Seen['space']): Story {
  const open = postsOf(space).findLast((one) => !isOver(one));
  const newest = Math.max(0, ...space.channels.flatMap(({ messages }) => messages.map(({ ts }) => Number(ts))));
  return { since: open ? Number(open.ts) : newest + SMALLEST, step: 0 };
}

/** The incident's post that the story is about. */
export function postOf(space: Seen['space'], { since }: Story): Message | undefined {
  return postsOf(space).find((one) => Number(one.ts) >= since);
}

/** Where one is now. What has happened once counts, and what comes later counts for what comes before. */
export function stepNow(story: Story, seen: Seen): number {
  const last = STEPS.findLastIndex((name) => DONE[name](story, seen));
  return Math.max(story.step, last + 1);
}

const DONE: Readonly<Record<StepName, (story: Story, seen: Seen) => boolean>> = {
  break: (story, { space }) => postOf(space, story) !== undefined,
  acknowledge: (story, { space }) => isPost(postOf(space, story), (post) => !hasControl(post, 'ack')),
  finding: (story, { space, thread }) =>
    isPost(postOf(space, story), (post) => thread === post.ts && findings(space, post) > 0),
  ask: (story, { space }) => isPost(postOf(space, story), (post) => findings(space, post) > 1),
  restart: (story, seen) => hasJob(story, seen),
  ready: (story, seen) => hasJob(story, seen) && isReady(seen),
  resolved: (story, { space }) => isPost(postOf(space, story), isOver),
  next: () => false,
};

function isPost(post: Message | undefined, is: (post: Message) => boolean): boolean {
  return post !== undefined && is(post);
}

/** Incidents of checkout, oldest first. */
function postsOf(space: Seen['space']): readonly Message[] {
  const bot = botOf(space)?.id;
  const alerts = space.channels.find((one) => one.name === 'alerts');
  return (alerts?.messages ?? []).filter(
    (one) => one.user === bot && !isReply(one) && content(one).includes('PodCrashLooping'),
  );
}

function isOver(post: Message): boolean {
  return !hasControl(post, 'ack') && !hasControl(post, 'unack');
}

function hasControl(message: Message, id: string): boolean {
  return content(message).includes(`"action_id":"${id}"`);
}

function findings({ channels }: Seen['space'], { channel, ts }: Message): number {
  const here = channels.find((one) => one.id === channel);
  return here ? repliesTo(here, ts).filter((one) => content(one).includes(LIMIT)).length : 0;
}

function hasJob({ since }: Story, { space }: Seen): boolean {
  const all = space.channels.flatMap((one) => one.messages);
  return all.some((one) => Number(one.ts) >= since && /\bJOB-\d/.test(content(one)));
}

function isReady({ checkout }: Seen): boolean {
  return checkout !== undefined && checkout.ready >= checkout.desired;
}

function content({ text, blocks = [], attachments = [] }: Message): string {
  return JSON.stringify([text, blocks, attachments]);
}
