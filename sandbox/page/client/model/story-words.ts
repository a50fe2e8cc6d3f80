import type { Labels, StepName } from './story.ts';
import type { Lang } from './words.ts';

interface Told {
  readonly title: string;
  /** Names buttons of the post as they stand there. */
  readonly text: (labels: Labels) => string;
  /** Instead, where that is so already. */
  readonly already?: string;
}

/** What stands on the buttons of a post in each language, until there is one to read it from. */
export const LABELS: Readonly<Record<Lang, Labels>> = {
  en: { ack: 'Acknowledge', diagnose: 'Diagnose', action: 'Restart checkout' },
  ja: { ack: '対応する', diagnose: '原因を調べる', action: 'checkout を再起動' },
};

/** What the guided story says at each step. */
export const STORY_WORDS: Readonly<Record<Lang, Readonly<Record<StepName, Told>>>> = {
  en: {
    break: {
      title: 'Break checkout',
      text: () =>
        'It is night in the shop. Press “Break checkout” (on a phone under “Demo”): its pods run out of memory, and an alert fires.',
      already:
        'checkout is broken, and its post comes to #alerts. If none comes, its incident was closed by hand or silenced: mend checkout by hand (in “Break something else…”) and break it anew.',
    },
    acknowledge: {
      title: 'Acknowledge',
      text: ({ ack }) =>
        `You are on call: your phone rings, and a post in #alerts waits for you. Press “${ack}” in it, so that nobody else is called.`,
    },
    finding: {
      title: 'Read what it found',
      text: () =>
        'Within ten seconds of its beginning Hikeshi looks at checkout by itself. Open the thread of the post and read why the pods end.',
    },
    ask: {
      title: 'Ask again',
      text: ({ diagnose }) =>
        `Press “${diagnose}” in the post: it looks anew, for everybody in the thread. Or go on to the next step.`,
    },
    restart: {
      title: 'Restart it',
      text: ({ action }) => `Press “${action}”, read what would happen, say why, and press “Do it”.`,
    },
    ready: {
      title: 'Watch the pods',
      text: () =>
        'The job tells in the thread how far it is; under shop/checkout each pod is shown as it becomes ready.',
    },
    resolved: {
      title: 'The alert clears',
      text: () => 'Prometheus sees the pods well, Alertmanager says so, and the post shows it by itself.',
    },
    next: {
      title: 'What now?',
      text: () =>
        'Break it again and wait: “+10 min” rings the others’ phones. Become Mika and type “/ops scale shop/cart 4”; only Kenji can approve. “/ops help” lists the rest.',
    },
  },
  ja: {
    break: {
      title: 'checkout を壊す',
      text: () =>
        '夜の店です。「checkout を壊す」（スマートフォンでは「デモ」の中）を押すと、Pod がメモリー不足になり、アラートが発生します。',
      already:
        'checkout は壊れていて、#alerts に投稿が届きます。届かなければ、インシデントが手動で解決されたかサイレンス中です。「ほかのものを壊す…」で手動で直してから、もう一度壊してください。',
    },
    acknowledge: {
      title: '対応する',
      text: ({ ack }) =>
        `あなたは当番です。電話が鳴り、#alerts の投稿が対応を待っています。投稿の「${ack}」を押すと、ほかの人は呼ばれません。`,
    },
    finding: {
      title: '調査結果を読む',
      text: () =>
        'インシデントが始まると 10 秒以内に Hikeshi が自分で checkout を調べます。投稿のスレッドを開き、Pod が終了する理由を読みます。',
    },
    ask: {
      title: 'もう一度調べる',
      text: ({ diagnose }) =>
        `投稿の「${diagnose}」を押すと、もう一度調べてスレッドの全員に知らせます。次の手順に進んでもかまいません。`,
    },
    restart: {
      title: '再起動する',
      text: ({ action }) => `「${action}」を押し、何が起きるかを読み、理由を書いて「実行する」を押します。`,
    },
    ready: {
      title: 'Pod を見守る',
      text: () => 'ジョブが進み具合をスレッドで知らせ、shop/checkout の下で Pod が一つずつ準備できていきます。',
    },
    resolved: {
      title: 'アラートが消える',
      text: () => 'Prometheus が正常を確認し、Alertmanager が伝え、投稿が自動で切り替わります。',
    },
    next: {
      title: '次は？',
      text: () =>
        'もう一度壊して待つと、「+10 分」でほかの人の電話が鳴ります。Mika になって「/ops scale shop/cart 4」と入力すると、承認できるのは Kenji だけです。「/ops help」に残りがあります。',
    },
  },
};
