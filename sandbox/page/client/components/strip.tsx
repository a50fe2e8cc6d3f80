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

function WorkloadView({ workload }: { readonly workload: Workload }): JSX.Element {
  const { namespace, name, ready, desired } = workload;
  return (
    <li class={ready < desired ? 'bad' : 'good'}>
      {namespace}/{name} {ready}/{desired}
    </li>
  );
}
