import type { JSX } from 'preact';
import { control } from '../api.ts';
import { isWell } from '../model/health.ts';
import { type Page, usePage, type Workload } from '../state.ts';
import { beginStory } from './begin-story.ts';
import { Breakages } from './breakages.tsx';
import { useDropdown } from './dropdown.ts';

/** What happens to the world outside of Slack: the cluster, Alertmanager, the clock. */
export function Strip(): JSX.Element {
  const page = usePage();
  const words = page.words.value;
  const { workloads, firing, movedMinutes, breakages, critical } = page.demo.value;
  const isBroken = breakages.some((one) => one.id === 'out-of-memory' && one.broken);
  return (
    <section class="strip pane-demo" aria-label={words.demo}>
      <div class="actions">
        {!page.story.value && (
          <button id="tour" type="button" class="primary" onClick={() => beginStory(page)}>
            {words.tour}
          </button>
        )}
        <Deed
          id="break"
          what="break"
          body={{ id: 'out-of-memory' }}
          word={words.break}
          off={isBroken && words.brokenAlready}
        />
        <Breakages />
        <Deed what="fire" word={words.fire} off={critical.firing && words.firesAlready(critical.name)} />
        <Deed
          what="resolve"
          word={words.resolve(critical.name)}
          off={!critical.firing && words.firesNot(critical.name)}
        />
        <Deed what="advance" body={{ minutes: 1 }} word={words.minute} />
        <Deed what="advance" body={{ minutes: 10 }} word={words.ten} />
        <button type="button" class="plain" onClick={() => askToRenew(page)}>
          {words.renew}
        </button>
      </div>
      <p class="faint">{`${words.firing}: ${firing}${movedMinutes > 0 ? ` · ${words.moved(movedMinutes)}` : ''}`}</p>
      <ul class="world" aria-label={words.cluster}>
        {workloads.map((one) => (
          <WorkloadView key={`${one.namespace}/${one.name}`} workload={one} />
        ))}
      </ul>
    </section>
  );
}

interface DeedProps {
  readonly id?: string;
  readonly what: string;
  readonly body?: object;
  readonly word: string;
  /** Why it would do nothing now; false where it would. */
  readonly off?: string | false;
}

/** One that would do nothing stays where it is, and says why when it is pointed at or pressed. */
function Deed({ id, what, body, word, off = false }: DeedProps): JSX.Element {
  const { tell } = usePage();
  return (
    <button
      id={id}
      type="button"
      class="plain"
      aria-disabled={off !== false}
      title={off || undefined}
      onClick={() => {
        if (off === false) void control(what, body).then(tell);
        else tell({ ok: false, error: off });
      }}
    >
      {word}
    </button>
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
  const { box } = useDropdown();
  return (
    <li class={isWell(workload) ? 'good' : 'bad'}>
      <details ref={box}>
        <summary id={`world-${namespace}-${name}`}>
          {namespace}/{name} {ready}/{desired}
        </summary>
        <ul class="pods" aria-label={`${words.value.pods}: ${namespace}/${name}`}>
          {pods.length === 0 && <li class="faint">{words.value.noPods}</li>}
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
