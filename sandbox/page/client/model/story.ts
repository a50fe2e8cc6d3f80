import type { Message, Workspace } from './types.ts';
import { botOf, isReply, repliesTo } from './workspace.ts';

/** The steps of the guided story, each waiting for what really happens. */
export const STEPS = ['break', 'acknowledge', 'finding', 'ask', 'restart', 'ready', 'resolved', 'next'] as const;
export type StepName = (typeof STEPS)[number];

/** One walk through it. */
export interface Story {
  /** What is said from this moment on counts, in seconds as Slack's `ts` has them. */
  readonly since: number;
  /** The `ts` of the incident's post that it is about, once there is one: a new one, or an older one that was opened again. */
  readonly post?: string;
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

/** Begins now; what was said before is of another run. */
export function begun(space: Seen['space']): Story {
  const newest = Math.max(0, ...space.channels.flatMap(({ messages }) => messages.map(({ ts }) => Number(ts))));
  return { since: newest + SMALLEST, step: 0 };
}

/** The incident's post that the story is about: the one it has, else one that is open or has come since. */
export function postOf(space: Seen['space'], { since, post }: Story): Message | undefined {
  const all = postsOf(space);
  if (post !== undefined) return all.find((one) => one.ts === post);
  return all.findLast((one) => !isOver(one)) ?? all.find((one) => Number(one.ts) >= since);
}

/**
 * Where one is now. What has happened once counts, and what comes later counts for what comes before; but to have read what was
 * found is not to have taken the incident.
 */
export function walked(story: Story, seen: Seen): Story {
  const post = postOf(seen.space, story);
  const last = post ? STEPS.findLastIndex((name) => DONE[name](post, story, seen)) : -1;
  const step = Math.max(story.step, last + 1);
  if (step === story.step && post?.ts === story.post) return story;
  return { ...story, step, ...(post && { post: post.ts }) };
}

const DONE: Readonly<Record<StepName, (post: Message, story: Story, seen: Seen) => boolean>> = {
  break: () => true,
  acknowledge: isAcknowledged,
  // What is opened again is not looked at anew by itself: what was found at first is there to be read.
  finding: (post, _story, { space, thread }) =>
    isAcknowledged(post) && thread === post.ts && findings(space, post).length > 0,
  ask: (post, { since }, { space }) => {
    const all = findings(space, post);
    return isAcknowledged(post) && all.length > 1 && all.some((one) => Number(one.ts) >= since);
  },
  restart: (_post, story, seen) => hasJob(story, seen),
  ready: (_post, story, seen) => hasJob(story, seen) && isReady(seen),
  resolved: (post) => isOver(post),
  next: () => false,
};

/** Incidents of checkout, oldest first. */
function postsOf(space: Seen['space']): readonly Message[] {
  const bot = botOf(space)?.id;
  const alerts = space.channels.find((one) => one.name === 'alerts');
  return (alerts?.messages ?? []).filter(
    (one) => one.user === bot && !isReply(one) && content(one).includes('PodCrashLooping'),
  );
}

function isAcknowledged(post: Message): boolean {
  return !hasControl(post, 'ack');
}

function isOver(post: Message): boolean {
  return isAcknowledged(post) && !hasControl(post, 'unack');
}

function hasControl(message: Message, id: string): boolean {
  return content(message).includes(`"action_id":"${id}"`);
}

function findings({ channels }: Seen['space'], { channel, ts }: Message): readonly Message[] {
  const here = channels.find((one) => one.id === channel);
  return here ? repliesTo(here, ts).filter((one) => content(one).includes(LIMIT)) : [];
}

/** One that was begun in this walk, or that runs while it begins. */
function hasJob({ since }: Story, { space }: Seen): boolean {
  const all = space.channels.flatMap((one) => one.messages);
  const isNow = (one: Message): boolean => Number(one.ts) >= since || hasControl(one, 'job-cancel');
  return all.some((one) => /\bJOB-\d/.test(content(one)) && content(one).includes('checkout') && isNow(one));
}

function isReady({ checkout }: Seen): boolean {
  return checkout !== undefined && checkout.ready >= checkout.desired;
}

function content({ text, blocks = [], attachments = [] }: Message): string {
  return JSON.stringify([text, blocks, attachments]);
}

/** The words of the post's buttons that the steps name. */
export interface Labels {
  readonly ack: string;
  readonly diagnose: string;
  readonly action: string;
}

/** As they stand in the post; `known` for those that it does not have. */
export function labelsOf(post: Message | undefined, known: Labels): Labels {
  const has: Partial<Record<string, string>> = Object.fromEntries(
    (post?.blocks ?? []).flatMap((block) =>
      block.type === 'actions'
        ? block.elements.flatMap((one) => (one.type === 'button' ? [[one.action_id ?? '', one.text.text]] : []))
        : [],
    ),
  );
  const { ack = known.ack, diagnose = known.diagnose, action = known.action } = has;
  return { ack, diagnose, action };
}
