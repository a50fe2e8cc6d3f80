import { visibleText } from '../../../sandbox/slack/index.ts';
import { isFields } from '../../../sandbox/slack/json.ts';
import { tally, wordsOf } from './judge.ts';
import type { Site } from './site.ts';
import { untilNone } from './waits.ts';

/** Somebody who restarts workloads: types the command, and presses the button of the form that it opens. */
export interface Operator {
  /** Types the command and waits for the form. Answers whether there is one that can be submitted. */
  ask(workload: string): Promise<boolean>;
  /** Gives the form that is open a reason, and presses its button. */
  confirm(workload: string): Promise<void>;
  /** Both, if the first one comes to anything. */
  restart(workload: string): Promise<void>;
  /** Each that is otherwise than it looked, or was made twice, or is not told to its end. */
  untrue(): readonly string[];
  readonly count: { readonly pressed: number; readonly done: number };
}

/**
 * What the operator saw. `not begun`: no form to submit, whatever stood there instead. `not recorded`: these words. `perhaps`: an
 * error that does not say so, or no answer. `done`: the form closed.
 */
type Outcome = 'not begun' | 'not recorded' | 'perhaps' | 'done';

const CHANNEL = 'alerts';
const FORM_WITHIN_MS = 5_000;

export function createOperator(site: Site, person: string): Operator {
  const outcomes = new Map<string, Outcome>();
  const actor = () => site.slack.as(person);
  const mayBeSubmitted = (): boolean => isFields(actor().view()?.['submit']);
  const closeAll = async (): Promise<void> => {
    if (actor().view()) await actor().closeView({ all: true });
  };

  async function ask(workload: string): Promise<boolean> {
    site.cluster.world.create({ namespace: 'shop', name: workload, replicas: 1 });
    outcomes.set(workload, 'not begun');
    const { ok } = await actor().command(CHANNEL, `/ops restart shop/${workload}`);
    if (ok) await untilNone(async () => (mayBeSubmitted() ? [] : ['a form']), FORM_WITHIN_MS).catch(closeAll);
    return mayBeSubmitted();
  }

  async function confirm(workload: string): Promise<void> {
    if (!mayBeSubmitted()) return;
    const seen = await actor().submit({ reason: `${workload} leaks` });
    const words = [...Object.values(seen.errors ?? {}), seen.view ? visibleText(seen.view) : ''].join(' ');
    if (seen.ok && !seen.view) outcomes.set(workload, 'done');
    else outcomes.set(workload, /Not recorded/.test(words) ? 'not recorded' : 'perhaps');
    await closeAll();
  }

  const timesMade = (workload: string): number =>
    (site.cluster.world.store.get('deployments', 'shop', workload)?.metadata.generation ?? 1) - 1;

  function wrongOf(workload: string, outcome: Outcome): string | undefined {
    const { shown, doubled } = tally(site.slack, [workload]);
    const words = wordsOf(site.slack, workload);
    const made = timesMade(workload);
    if (doubled > 0) return 'told twice';
    if (made > 1) return `made ${made} times`;
    if (outcome === 'done' && shown === 0) return 'nothing of it is there';
    if ((outcome === 'not begun' || outcome === 'not recorded') && shown > 0) return `there, as: ${words}`;
    if (shown === 0) return made === 0 ? undefined : 'made, and not told';
    return isTrue(words, made) ? undefined : `made ${made} times, told as: ${words}`;
  }

  return {
    ask,
    confirm,
    async restart(workload) {
      if (await ask(workload)) await confirm(workload);
    },
    untrue: () =>
      [...outcomes].flatMap(([workload, outcome]) => {
        const wrong = wrongOf(workload, outcome);
        return wrong === undefined ? [] : [`restart of ${workload}, which looked ${outcome}: ${wrong}`];
      }),
    get count() {
      return { pressed: outcomes.size, done: [...outcomes.values()].filter((one) => one === 'done').length };
    },
  };
}

function isTrue(words: string, made: number): boolean {
  if (/Healthy/.test(words)) return made === 1;
  if (/It did not happen|Nothing was done/.test(words)) return made === 0;
  return /Unknown/.test(words);
}
