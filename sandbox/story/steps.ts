import { crashCheckout } from '../demo/scenario.ts';
import { workloads } from '../demo/states.ts';
import type { Message } from '../slack/index.ts';
import { SAFE_HANDS } from './safe-hands.ts';
import { must, type Stage, type Step } from './teller.ts';

const MINUTE_MS = 60_000;
const LIMIT_MS = 10_000;
const ALERT = { alertname: 'PodCrashLooping', severity: 'critical', namespace: 'shop', deployment: 'checkout' };
const REASON = 'out of memory after the 14:00 traffic';

/** The incident's post, as it is now. */
function post({ slack }: Stage): Message {
  const [first, ...more] = slack.channel('alerts').posts();
  must(first, 'there is no post in #alerts');
  must(more.length === 0, `#alerts should hold one post, not ${more.length + 1}`);
  return first;
}

function hasButton(message: { readonly blocks?: readonly Readonly<Record<string, unknown>>[] }, id: string): boolean {
  return JSON.stringify(message.blocks ?? []).includes(`"action_id":"${id}"`);
}

const thread = (stage: Stage): Message[] => stage.slack.channel('alerts').thread(post(stage).ts);
const checkout = ({ demo }: Stage) => workloads(demo.cluster.world).find((one) => one.name === 'checkout');
const podNames = ({ demo }: Stage): string[] =>
  demo.cluster.world.store
    .list('pods', 'shop')
    .filter((pod) => pod.metadata.labels?.['app'] === 'checkout' && pod.metadata.deletionTimestamp === undefined)
    .map((pod) => pod.metadata.name)
    .sort();

export const STEPS: readonly Step[] = [
  {
    title: 'At night the pods of checkout begin to crash',
    async run(stage) {
      const { slack, does, sees, phones, demo } = stage;
      crashCheckout(demo.cluster.world);
      await slack.until(
        () => slack.user('taro').notifications.length >= 2 && slack.channel('alerts').posts()[0],
        LIMIT_MS,
      );
      does(`cluster: shop/checkout ${checkout(stage)?.ready}/3 ready; Alertmanager sends PodCrashLooping`);
      const seen = sees('#alerts', post(stage));
      must(
        seen.includes('PodCrashLooping') && seen.includes('(critical)'),
        'the post does not say what fires and how badly',
      );
      must(seen.includes('@on-call'), 'the post does not call who is on call');
      must(
        phones() === 'taro: #alerts, taro: direct',
        'the one on call, and nobody else, is called in the channel and directly',
      );
      must(slack.user('taro').directMessages.length === 1, 'there is no direct message to the one on call');
    },
  },
  {
    title: 'The other one of the Alertmanager pair sends the same',
    async run(stage) {
      const { demo, slack, does } = stage;
      const before = slack.log.length;
      const status = await demo.alertmanager.duplicate(ALERT);
      must(status === 200, `a repeat was answered ${status}`);
      must(
        slack.log.slice(before).every((line) => line.kind !== 'change'),
        'a repeat changed something in Slack',
      );
      does(`the same body again: ${status}, and nothing changes`);
    },
  },
  {
    title: 'The cause comes by itself, to who has been called',
    async run(stage) {
      const { demo, slack, does, sees, phones } = stage;
      await demo.advance(10_000);
      does('the clock moves by 10 seconds');
      const finding = await slack.until(() => thread(stage)[0], LIMIT_MS);
      must(sees('the thread', finding).includes('512Mi'), 'the thread does not say that the memory did not suffice');
      must(phones() === 'taro: #alerts', 'it is heard by who follows the thread, and by nobody else');
    },
  },
  {
    title: 'Nobody reacts for ten minutes',
    async run(stage) {
      const { demo, slack, does, sees, phones } = stage;
      await demo.advance(10 * MINUTE_MS);
      does('the clock moves by 10 minutes');
      const ping = await slack.until(() => thread(stage)[1], LIMIT_MS);
      await slack.until(() => ['kenji', 'mika'].every((name) => slack.user(name).notifications.length >= 2), LIMIT_MS);
      must(sees('the thread', ping).includes('@sre'), 'the second step does not call the group');
      must(
        phones() === 'kenji: #alerts, kenji: direct, mika: #alerts, mika: direct, taro: #alerts',
        'the second step calls the SRE group, in the thread',
      );
    },
  },
  {
    title: 'Taro, on call, wakes up and acknowledges',
    async run(stage) {
      const { slack, does, sees } = stage;
      const answer = await slack.as('taro').click(post(stage), 'ack');
      must(answer.ok, `the press was answered ${answer.error}`);
      does('taro presses Acknowledge on his phone');
      await slack.until(() => hasButton(post(stage), 'unack'), LIMIT_MS);
      must(sees('#alerts', post(stage)).includes('@taro'), 'the post does not say who has it');
      const told = await slack.until(() => slack.user('taro').ephemerals[0], LIMIT_MS);
      must(sees('taro, and nobody else,', told).includes('INC-1'), 'taro is not told that it counts');
    },
  },
  {
    title: 'He looks at the pods',
    async run(stage) {
      const { slack, does, sees } = stage;
      const typed = '/ops pods -n shop';
      const answer = await slack.as('taro').command('ops', typed);
      must(answer.ok, `${typed} was answered ${answer.error}`);
      does(`taro types ${typed} in #ops`);
      const shown = await slack.until(
        () => slack.user('taro').ephemerals.find((one) => one.channel === slack.channel('ops').id),
        LIMIT_MS,
      );
      must(
        sees('taro, and nobody else,', shown).includes('CrashLoopBackOff'),
        'the answer does not show the crash loop',
      );
      must(slack.channel('ops').messages.length === 0, 'the answer is in the channel');
    },
  },
  {
    title: 'And at what they said last',
    async run(stage) {
      const { slack, does, sees } = stage;
      const typed = '/ops logs checkout --errors';
      const before = slack.user('taro').ephemerals.length;
      const answer = await slack.as('taro').command('ops', typed);
      must(answer.ok, `${typed} was answered ${answer.error}`);
      does(`taro types ${typed} in #ops`);
      const shown = await slack.until(() => slack.user('taro').ephemerals[before], LIMIT_MS);
      must(sees('taro, and nobody else,', shown).includes('cannot allocate'), 'the answer does not show the error');
      must(slack.channel('ops').messages.length === 0, 'the answer is in the channel');
    },
  },
  {
    title: 'Hana, who may only look, presses Restart',
    async run(stage) {
      const { slack, does, sees } = stage;
      const before = podNames(stage);
      await slack.as('hana').click(post(stage), 'action');
      does('hana presses Restart checkout');
      const shown = await slack.until(
        () => slack.user('hana').ephemerals[0] ?? settled(slack.user('hana').views.at(-1)),
        LIMIT_MS,
      );
      must(/operator|オペレーター/.test(sees('hana', shown)), 'she is not told which role is needed');
      must(slack.as('hana').view()?.['submit'] == null, 'she is offered to confirm');
      must(podNames(stage).join() === before.join(), 'pods were replaced');
      if (slack.as('hana').view()) await slack.as('hana').closeView();
    },
  },
  {
    title: 'Taro presses Restart and reads the plan',
    async run(stage) {
      const { slack, does, sees } = stage;
      await slack.as('taro').click(post(stage), 'action');
      does('taro presses Restart checkout');
      const modal = await slack.until(() => slack.user('taro').views.find((view) => view['submit'] !== null), LIMIT_MS);
      const seen = sees('taro', modal);
      must(seen.includes('production/tokyo/shop/deployment/checkout'), 'the plan does not name the whole target');
      const refused = await slack.as('taro').submit();
      must(!refused.ok && refused.errors, 'a restart without a reason went through');
      does(`without a reason: "${Object.values(refused.errors).join(' ')}"`);
    },
  },
  {
    title: 'With a reason it is done, and watched',
    async run(stage) {
      const { slack, does, sees } = stage;
      const before = podNames(stage);
      const reason = inputOf(slack.user('taro').views.at(-1));
      const answer = await slack.as('taro').submit({ [reason]: REASON });
      must(answer.ok, `the submission was answered ${JSON.stringify(answer)}`);
      does(`taro writes "${REASON}" and confirms`);
      const job = await slack.until(
        () => thread(stage).find((one) => JSON.stringify(one.blocks).includes('JOB-1')),
        LIMIT_MS,
      );
      const now = (): Message => slack.channel('alerts').message(job.ts) ?? job;
      await slack.until(() => JSON.stringify(now().blocks).includes('white_check_mark'), 2 * LIMIT_MS);
      must(sees('the thread, in the end,', now()).includes(REASON), 'the job does not show its reason');
      must(
        podNames(stage).every((name) => !before.includes(name)),
        'not every pod is a new one',
      );
      must(checkout(stage)?.ready === 3, 'checkout is not ready');
    },
  },
  {
    title: 'The alert clears',
    async run(stage) {
      const { slack, sees, phones } = stage;
      await slack.until(() => JSON.stringify(post(stage).blocks).includes('white_check_mark'), LIMIT_MS);
      sees('#alerts', post(stage));
      must(!hasButton(post(stage), 'ack') && !hasButton(post(stage), 'unack'), 'the post still has its buttons');
      must(!/(kenji|mika): direct/.test(phones()), 'somebody was called although Taro had it');
    },
  },
  ...SAFE_HANDS,
  {
    title: 'And Slack had nothing to refuse',
    run({ slack, does }) {
      const calls = slack.calls();
      const refused = calls.filter((call) => call.refused && call.error !== 'ratelimited');
      must(refused.length === 0, `refused: ${refused.map((call) => `${call.method} ${call.error}`).join(', ')}`);
      const waits = calls.filter((call) => call.error === 'ratelimited').length;
      does(
        `${calls.length} calls of Slack's API, none refused, ${waits} asked to wait a second (nobody is this quick)`,
      );
    },
  },
];

/** A modal that is no longer loading. */
function settled<T extends Readonly<Record<string, unknown>>>(view: T | undefined): T | undefined {
  return view && JSON.stringify(view['blocks']).includes('…') ? undefined : view;
}

/** The block of the modal's only input. */
function inputOf(view: Readonly<Record<string, unknown>> | undefined): string {
  const blocks = (view?.['blocks'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return String(blocks.find((block) => block['type'] === 'input')?.['block_id']);
}
