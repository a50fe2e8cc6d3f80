import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { labelsOf, postOf, STEPS, type StepName, type Story, walked } from '../model/story.ts';
import { LABELS, STORY_WORDS } from '../model/story-words.ts';
import { type Page, rememberStory, usePage } from '../state.ts';
import { beginStory } from './begin-story.ts';
import { focusInstead } from './focus.ts';

/** The guided story: one step at a time, each until it has really happened. It can be left at any time. */
export function Guide(): JSX.Element | null {
  const page = usePage();
  const story = page.story.value;
  return story ? <Step story={story} /> : null;
}

/** What is read or repeated can be left out: nothing that comes later needs it. */
const OPTIONAL: ReadonlySet<StepName> = new Set(['finding', 'ask']);

function Step({ story }: { readonly story: Story }): JSX.Element {
  const page = usePage();
  const { words, space, demo, thread } = page;
  const checkout = demo.value.workloads.find((one) => one.namespace === 'shop' && one.name === 'checkout');
  const now = walked(story, { space: space.value, checkout, thread: thread.value });
  const go = (to: Story | undefined): void => {
    page.story.value = to;
    rememberStory(to);
  };
  useEffect(() => {
    if (now !== story) go(now);
  }, [now, story]);
  useEffect(() => point(page, now), [now.step]);
  const name = STEPS[now.step] ?? 'next';
  const leaveOut = (): void => {
    go({ ...now, step: now.step + 1 });
    focusInstead('.guide button');
  };
  const leave = (): void => {
    go(undefined);
    focusInstead('#tour');
  };
  return (
    <section class="guide" aria-label={words.value.story}>
      <p role="status">
        <span class="faint">{`${now.step + 1}/${STEPS.length}`}</span> <Told story={now} name={name} />
      </p>
      <div class="actions">
        {name === 'next' ? (
          <button type="button" class="plain" onClick={() => beginStory(page)}>
            {words.value.again}
          </button>
        ) : (
          <button type="button" class="plain" onClick={() => show(page, now, name)}>
            {words.value.showMe}
          </button>
        )}
        {OPTIONAL.has(name) && (
          <button type="button" class="plain" onClick={leaveOut}>
            {words.value.nextStep}
          </button>
        )}
        <button type="button" class="plain" onClick={leave}>
          {words.value.leave}
        </button>
      </div>
    </section>
  );
}

function Told({ story, name }: { readonly story: Story; readonly name: StepName }): JSX.Element {
  const { lang, space, demo } = usePage();
  const { title, text, already } = STORY_WORDS[lang.value][name];
  const labels = labelsOf(postOf(space.value, story), LABELS[lang.value]);
  const isBroken = demo.value.breakages.some((one) => one.id === 'out-of-memory' && one.broken);
  return (
    <>
      <strong>{title}</strong> {already !== undefined && isBroken ? already : text(labels)}
    </>
  );
}

/** Marks the post where it is on the screen anyway; nobody is taken away from what they do. */
function point({ space, channel, spot }: Page, story: Story): void {
  const post = postOf(space.peek(), story);
  if (post && channel.peek()?.id === post.channel) spot.value = post.ts;
}

/** What each step is done with, as the focus finds it: in the panel, or in the post. */
const WHERE: Readonly<Partial<Record<StepName, string>>> = {
  break: '#break',
  ready: '#world-shop-checkout',
  finding: '.thread-link',
  acknowledge: '[data-control="ack"]',
  ask: '[data-control="diagnose"]',
  restart: '[data-control="action"]',
};

function show(page: Page, story: Story, name: StepName): void {
  const post = postOf(page.space.value, story);
  if (!post || name === 'break' || name === 'ready') page.pane.value = 'demo';
  else page.open({ where: post.channel, ts: post.ts, thread: page.thread.value === post.ts ? post.ts : '' });
  const within = post && name !== 'break' && name !== 'ready' ? `[id='m-${post.ts}'] ` : '';
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`${within}${WHERE[name] ?? 'button'}`)?.focus());
}
