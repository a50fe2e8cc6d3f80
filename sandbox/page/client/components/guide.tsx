import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { postOf, STEPS, type StepName, type Story, stepNow } from '../model/story.ts';
import { STORY_WORDS } from '../model/story-words.ts';
import { type Page, rememberStory, usePage } from '../state.ts';
import { beginStory } from './begin-story.ts';

/** The guided story: one step at a time, each until it has really happened. It can be left at any time. */
export function Guide(): JSX.Element | null {
  const page = usePage();
  const story = page.story.value;
  return story ? <Step story={story} /> : null;
}

function Step({ story }: { readonly story: Story }): JSX.Element {
  const page = usePage();
  const { words, lang, space, demo, thread } = page;
  const checkout = demo.value.workloads.find((one) => one.namespace === 'shop' && one.name === 'checkout');
  const at = stepNow(story, { space: space.value, checkout, thread: thread.value });
  useEffect(() => {
    const next = { ...story, step: at };
    if (at !== story.step) page.story.value = next;
    rememberStory(next);
  }, [at, story]);
  useEffect(() => point(page, story), [at]);
  const name = STEPS[at] ?? 'next';
  const { title, text } = STORY_WORDS[lang.value][name];
  const leave = (): void => {
    page.story.value = undefined;
    rememberStory(undefined);
  };
  return (
    <section class="guide" aria-label={words.value.story}>
      <p role="status">
        <span class="faint">{`${at + 1}/${STEPS.length}`}</span> <strong>{title}</strong> {text}
      </p>
      <div class="actions">
        {name === 'next' ? (
          <button type="button" class="plain" onClick={() => beginStory(page)}>
            {words.value.again}
          </button>
        ) : (
          <button type="button" class="plain" onClick={() => show(page, story, name)}>
            {words.value.showMe}
          </button>
        )}
        <button type="button" class="plain" onClick={leave}>
          {words.value.leave}
        </button>
      </div>
    </section>
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
