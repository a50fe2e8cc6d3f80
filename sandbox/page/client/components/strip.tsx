import type { JSX } from 'preact';
import { control } from '../api.ts';
import { usePage, type Workload } from '../state.ts';

const BUTTONS = [
  { word: 'break', what: 'break' },
  { word: 'mend', what: 'mend' },
  { word: 'fire', what: 'fire' },
  { word: 'resolve', what: 'resolve' },
  { word: 'many', what: 'many' },
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
      </div>
      <ul class="world" aria-label={words.cluster}>
        {workloads.map((one) => (
          <WorkloadView key={`${one.namespace}/${one.name}`} workload={one} />
        ))}
      </ul>
      <p class="faint">
        {`${words.firing}: ${firing}${movedMinutes > 0 ? ` · ${words.clock} +${movedMinutes} min` : ''}`}
      </p>
    </section>
  );
}

/** How many pods are ready; behind it, each of them as it changes. */
function WorkloadView({ workload }: { readonly workload: Workload }): JSX.Element {
  const { words } = usePage();
  const { namespace, name, ready, desired, pods } = workload;
  return (
    <li class={ready < desired ? 'bad' : 'good'}>
      <details>
        <summary>
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
