import type { JSX } from 'preact';
import { control } from '../api.ts';
import { type Page, usePage, type Workload } from '../state.ts';
import { beginStory } from './begin-story.ts';
import { Breakages } from './breakages.tsx';

const BUTTONS = [
  { word: 'fire', what: 'fire' },
  { word: 'resolve', what: 'resolve' },
  { word: 'minute', what: 'advance', body: { minutes: 1 } },
  { word: 'ten', what: 'advance', body: { minutes: 10 } },
] as const;

/** What happens to the world outside of Slack: the cluster, Alertmanager, the clock. */
export function Strip(): JSX.Element {
  const page = usePage();
  const words = page.words.value;
  const { workloads, firing, movedMinutes } = page.demo.value;
  return (
    <section class="strip pane-demo" aria-label={words.demo}>
      <div class="actions">
        {!page.story.value && (
          <button type="button" class="primary" onClick={() => beginStory(page)}>
            {words.tour}
          </button>
        )}
        <button
          id="break"
          type="button"
          class="plain"
          onClick={() => void control('break', { id: 'out-of-memory' }).then(page.tell)}
        >
          {words.break}
        </button>
        <Breakages />
        {BUTTONS.map(({ word, what, ...more }) => (
          <button
            key={word}
            type="button"
            class="plain"
            onClick={() => void control(what, 'body' in more ? more.body : {}).then(page.tell)}
          >
            {words[word]}
          </button>
        ))}
        <button type="button" class="plain" onClick={() => askToRenew(page)}>
          {words.renew}
        </button>
      </div>
      <p class="faint">
        {`${words.firing}: ${firing}${movedMinutes > 0 ? ` · ${words.clock} +${movedMinutes} min` : ''}`}
      </p>
      <ul class="world" aria-label={words.cluster}>
        {workloads.map((one) => (
          <WorkloadView key={`${one.namespace}/${one.name}`} workload={one} />
        ))}
      </ul>
    </section>
  );
}

/** The page is loaded anew as soon as the new world is there. */
function askToRenew({ question, words, tell, notice }: Page): void {
  const { renew, renewTitle, renewText, cancel, waiting } = words.value;
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  question.value = {
    dialog: { title: plain(renewTitle), text: plain(renewText), confirm: plain(renew), deny: plain(cancel) },
    answer(yes) {
      question.value = undefined;
      if (!yes) return;
      notice.value = waiting;
      void control('renew').then(tell);
    },
  };
}

/** How many pods are ready; behind it, each of them as it changes. */
function WorkloadView({ workload }: { readonly workload: Workload }): JSX.Element {
  const { words } = usePage();
  const { namespace, name, ready, desired, pods } = workload;
  return (
    <li class={ready < desired ? 'bad' : 'good'}>
      <details>
        <summary id={`world-${namespace}-${name}`}>
          {namespace}/{name} {ready}/{desired}
        </summary>
        <ul class="pods" aria-label={`${words.value.pods}: ${namespace}/${name}`}>
          {pods.map((pod) => (
            <li key={pod.name} class={pod.ready ? 'good' : 'bad'}>
              {pod.name} <strong>{pod.status}</strong>
              {pod.restarts > 0 && ` ↻ ${pod.restarts}`}
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}
