import { crashCheckout } from '../demo/scenario.ts';
import { workloads } from '../demo/states.ts';
import { errorWords, WORDS } from '../page/client/model/words.ts';
import type { Message } from '../slack/index.ts';
import { SAFE_HANDS } from './safe-hands.ts';
import { type Both, must, type Stage, type Step } from './teller.ts';

const MINUTE_MS = 60_000;
const LIMIT_MS = 10_000;
const ALERT = { alertname: 'PodCrashLooping', severity: 'critical', namespace: 'shop', deployment: 'checkout' };
const REASON: Both = { en: 'out of memory since the nightly import', ja: '夜間の取り込みのあとメモリ不足' };

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
    title: { en: 'At night the pods of checkout begin to crash', ja: '夜中、checkout の Pod がクラッシュし始める' },
    async run(stage) {
      const { slack, does, sees, phones, demo } = stage;
      crashCheckout(demo.cluster.world);
      await slack.until(
        () => slack.user('taro').notifications.length >= 2 && slack.channel('alerts').posts()[0],
        LIMIT_MS,
      );
      does({
        en: `cluster: shop/checkout ${checkout(stage)?.ready}/3 ready; Alertmanager sends PodCrashLooping`,
        ja: `クラスタ: shop/checkout は ${checkout(stage)?.ready}/3 が準備完了。Alertmanager が PodCrashLooping を送る`,
      });
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
    title: {
      en: 'The other one of the Alertmanager pair sends the same',
      ja: 'Alertmanager の片割れも同じものを送ってくる',
    },
    async run(stage) {
      const { demo, slack, does } = stage;
      const before = slack.log.length;
      const status = await demo.alertmanager.duplicate(ALERT);
      must(status === 200, `a repeat was answered ${status}`);
      must(
        slack.log.slice(before).every((line) => line.kind !== 'change'),
        'a repeat changed something in Slack',
      );
      does({
        en: `the same body again: ${status}, and nothing changes`,
        ja: `同じ内容がもう一度: ${status}、何も変わらない`,
      });
    },
  },
  {
    title: { en: 'The cause comes by itself, to who has been called', ja: '原因は、呼ばれた人のもとへひとりでに届く' },
    async run(stage) {
      const { demo, slack, does, sees, phones } = stage;
      await demo.advance(10_000);
      does({ en: 'the clock moves by 10 seconds', ja: '時計が 10 秒進む' });
      const finding = await slack.until(() => thread(stage)[0], LIMIT_MS);
      must(
        sees({ en: 'the thread', ja: 'スレッド' }, finding).includes('512Mi'),
        'the thread does not say that the memory did not suffice',
      );
      must(phones() === 'taro: #alerts', 'it is heard by who follows the thread, and by nobody else');
    },
  },
  {
    title: { en: 'Nobody reacts for ten minutes', ja: '10 分間、誰も応答しない' },
    async run(stage) {
      const { demo, slack, does, sees, phones } = stage;
      await demo.advance(10 * MINUTE_MS);
      does({ en: 'the clock moves by 10 minutes', ja: '時計が 10 分進む' });
      const ping = await slack.until(() => thread(stage)[1], LIMIT_MS);
      await slack.until(() => ['kenji', 'mika'].every((name) => slack.user(name).notifications.length >= 2), LIMIT_MS);
      must(
        sees({ en: 'the thread', ja: 'スレッド' }, ping).includes('@sre'),
        'the second step does not call the group',
      );
      must(
        phones() === 'kenji: #alerts, kenji: direct, mika: #alerts, mika: direct, taro: #alerts',
        'the second step calls the SRE group, in the thread',
      );
    },
  },
  {
    title: { en: 'Taro, on call, wakes up and acknowledges', ja: 'オンコールの Taro が起きて、対応を引き受ける' },
    async run(stage) {
      const { slack, does, sees } = stage;
      const answer = await slack.as('taro').click(post(stage), 'ack');
      must(answer.ok, `the press was answered ${answer.error}`);
      does({ en: 'taro presses Acknowledge on his phone', ja: 'taro がスマートフォンで「対応する」を押す' });
      await slack.until(() => hasButton(post(stage), 'unack'), LIMIT_MS);
      must(sees('#alerts', post(stage)).includes('@taro'), 'the post does not say who has it');
      const told = await slack.until(() => slack.user('taro').ephemerals[0], LIMIT_MS);
      must(
        sees({ en: 'taro, and nobody else,', ja: 'taro だけ' }, told).includes('INC-1'),
        'taro is not told that it counts',
      );
    },
  },
  {
    title: { en: 'He looks at the pods', ja: 'Pod を見る' },
    async run(stage) {
      const { slack, does, sees } = stage;
      const typed = '/ops pods -n shop';
      const answer = await slack.as('taro').command('ops', typed);
      must(answer.ok, `${typed} was answered ${answer.error}`);
      does({ en: `taro types ${typed} in #ops`, ja: `taro が #ops で ${typed} と打つ` });
      const shown = await slack.until(
        () => slack.user('taro').ephemerals.find((one) => one.channel === slack.channel('ops').id),
        LIMIT_MS,
      );
      must(
        sees({ en: 'taro, and nobody else,', ja: 'taro だけ' }, shown).includes('CrashLoopBackOff'),
        'the answer does not show the crash loop',
      );
      must(slack.channel('ops').messages.length === 0, 'the answer is in the channel');
    },
  },
  {
    title: { en: 'And at what they said last', ja: '最後に何を言っていたかも見る' },
    async run(stage) {
      const { slack, does, sees } = stage;
      const typed = '/ops logs checkout --errors';
      const before = slack.user('taro').ephemerals.length;
      const answer = await slack.as('taro').command('ops', typed);
      must(answer.ok, `${typed} was answered ${answer.error}`);
      does({ en: `taro types ${typed} in #ops`, ja: `taro が #ops で ${typed} と打つ` });
      const shown = await slack.until(() => slack.user('taro').ephemerals[before], LIMIT_MS);
      must(
        sees({ en: 'taro, and nobody else,', ja: 'taro だけ' }, shown).includes('cannot allocate'),
        'the answer does not show the error',
      );
      must(slack.channel('ops').messages.length === 0, 'the answer is in the channel');
    },
  },
  {
    title: { en: 'Hana, who may only look, presses Restart', ja: '閲覧しかできない Hana が再起動を押す' },
    async run(stage) {
      const { slack, does, sees } = stage;
      const before = podNames(stage);
      await slack.as('hana').click(post(stage), 'action');
      does({ en: 'hana presses Restart checkout', ja: 'hana が checkout の再起動を押す' });
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
    title: { en: 'Taro presses Restart and reads the plan', ja: 'Taro が再起動を押し、計画を読む' },
    async run(stage) {
      const { slack, does, sees } = stage;
      await slack.as('taro').click(post(stage), 'action');
      does({ en: 'taro presses Restart checkout', ja: 'taro が checkout の再起動を押す' });
      const modal = await slack.until(() => slack.user('taro').views.find((view) => view['submit'] !== null), LIMIT_MS);
      const seen = sees('taro', modal);
      must(seen.includes('production/tokyo/shop/deployment/checkout'), 'the plan does not name the whole target');
      const refused = await slack.as('taro').submit();
      must(!refused.ok && refused.errors, 'a restart without a reason went through');
      does({
        en: `without a reason: "${Object.values(refused.errors).join(' ')}"`,
        ja: `理由なしでは: 「${Object.values(refused.errors)
          .map((error) => errorWords({ error }, WORDS.ja))
          .join(' ')}」`,
      });
    },
  },
  {
    title: { en: 'With a reason it is done, and watched', ja: '理由を書くと実行され、最後まで見届けられる' },
    async run(stage) {
      const { slack, does, sees } = stage;
      const before = podNames(stage);
      const [input, reason] = [inputOf(slack.user('taro').views.at(-1)), REASON[stage.lang]];
      const answer = await slack.as('taro').submit({ [input]: reason });
      must(answer.ok, `the submission was answered ${JSON.stringify(answer)}`);
      does({ en: `taro writes "${reason}" and confirms`, ja: `taro が「${reason}」と書いて確定する` });
      const job = await slack.until(
        () => thread(stage).find((one) => JSON.stringify(one.blocks).includes('JOB-1')),
        LIMIT_MS,
      );
      const now = (): Message => slack.channel('alerts').message(job.ts) ?? job;
      await slack.until(() => JSON.stringify(now().blocks).includes('white_check_mark'), 2 * LIMIT_MS);
      must(
        sees({ en: 'the thread, in the end,', ja: '最後にスレッド' }, now()).includes(reason),
        'the job does not show its reason',
      );
      must(
        podNames(stage).every((name) => !before.includes(name)),
        'not every pod is a new one',
      );
      must(checkout(stage)?.ready === 3, 'checkout is not ready');
    },
  },
  {
    title: { en: 'The alert clears', ja: 'アラートが解消する' },
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
    title: { en: 'And Slack had nothing to refuse', ja: 'そして Slack は何ひとつ拒まなかった' },
    run({ slack, does }) {
      const calls = slack.calls();
      const refused = calls.filter((call) => call.refused && call.error !== 'ratelimited');
      must(refused.length === 0, `refused: ${refused.map((call) => `${call.method} ${call.error}`).join(', ')}`);
      const waits = calls.filter((call) => call.error === 'ratelimited').length;
      does({
        en: `${calls.length} calls of Slack's API, none refused, ${waits} asked to wait a second (nobody is this quick)`,
        ja: `Slack API の呼び出し ${calls.length} 回、拒否は 0 回、1 秒待つよう言われたのは ${waits} 回（人はこれほど速くない）`,
      });
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
