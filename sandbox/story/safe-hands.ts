import { workloads } from '../demo/states.ts';
import type { Message } from '../slack/index.ts';
import { type Both, must, type Stage, type Step } from './teller.ts';

/** Who may, a second pair of eyes, a way back, and the one guardrail that somebody lifts aloud. */

const LIMIT_MS = 20_000;

const replicas = ({ demo }: Stage, name: string): number | undefined =>
  workloads(demo.cluster.world).find((one) => one.name === name)?.ready;

const blocksOf = (shown: object): string => JSON.stringify(shown);

/** The newest post of #ops about this number, as it is now; what is said below one is for who asked. */
function told({ slack }: Stage, number: string): Message | undefined {
  return slack
    .channel('ops')
    .posts()
    .findLast((one) => new RegExp(`${number}\\b`).test(blocksOf(one)));
}

/** Waits for a preview before this person, and confirms it with a reason. */
async function confirms(stage: Stage, name: string, why: Both): Promise<string> {
  const reason = why[stage.lang];
  const { slack, sees, does } = stage;
  const modal = await slack.until(() => {
    const view = slack.as(name).view();
    return view?.['submit'] ? view : undefined;
  }, LIMIT_MS);
  const seen = sees(name, modal);
  const blocks = (modal['blocks'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const input = String(blocks.find((block) => block['type'] === 'input')?.['block_id']);
  const answer = await slack.as(name).submit({ [input]: reason });
  must(answer.ok, `the confirmation was answered ${JSON.stringify(answer)}`);
  does({ en: `${name} writes "${reason}" and confirms`, ja: `${name} が「${reason}」と書いて確定する` });
  return seen;
}

async function types({ slack, does }: Stage, name: string, typed: string): Promise<void> {
  const answer = await slack.as(name).command('ops', typed);
  must(answer.ok, `${typed} was answered ${answer.error}`);
  does({ en: `${name} types ${typed} in #ops`, ja: `${name} が #ops で ${typed} と打つ` });
}

/** Presses a button of a message that waits for a second person: the n-th of Approve, Refuse, Withdraw. */
async function presses(stage: Stage, name: string, number: string, label: RegExp): Promise<void> {
  const { slack, does } = stage;
  const message = await slack.until(() => told(stage, number), LIMIT_MS);
  const found = label.exec(blocksOf(message))?.[1];
  must(found, `${number} has no such button`);
  const answer = await slack.as(name).click(message, found, { confirm: true });
  must(answer.ok, `the press was answered ${answer.error}`);
  does({ en: `${name} presses ${found}`, ja: `${name} が「${found}」を押す` });
}

const APPROVE = /"text":"(Approve|承認する)"/;
const REFUSE = /"text":"(Refuse|却下する)"/;

async function settled(stage: Stage, job: string): Promise<Message> {
  return stage.slack.until(() => {
    const message = told(stage, job);
    return message && blocksOf(message).includes('white_check_mark') ? message : undefined;
  }, LIMIT_MS);
}

export const SAFE_HANDS: readonly Step[] = [
  {
    title: {
      en: 'Mika wants more of cart; scaling takes a second person, and never oneself',
      ja: 'Mika は cart を増やしたい。スケールには自分以外のもう一人が要る',
    },
    async run(stage) {
      const { slack, sees } = stage;
      await types(stage, 'mika', '/ops scale shop/cart 4');
      must(
        (await confirms(stage, 'mika', { en: 'the sale begins', ja: 'セールが始まる' })).includes('2'),
        'the plan does not say from how many',
      );
      const asked = await slack.until(() => told(stage, 'APR-1'), LIMIT_MS);
      must(sees('#ops', asked).includes('@kenji'), 'nobody is asked to approve');
      must(replicas(stage, 'cart') === 2, 'it was scaled before anybody approved');
      const before = slack.user('mika').ephemerals.length;
      await presses(stage, 'mika', 'APR-1', APPROVE);
      const no = await slack.until(() => slack.user('mika').ephemerals[before], LIMIT_MS);
      must(
        /somebody else|ほかの人/.test(sees({ en: 'mika, and nobody else,', ja: 'mika だけ' }, no)),
        'she may approve her own',
      );
      await presses(stage, 'kenji', 'APR-1', APPROVE);
      const done = await settled(stage, 'JOB-2');
      must(
        sees({ en: '#ops, in the end,', ja: '最後に #ops' }, done).includes('@kenji'),
        'the result does not say who approved',
      );
      must(replicas(stage, 'cart') === 4, 'cart is not at four');
    },
  },
  {
    title: {
      en: 'It was not needed: Undo, with the same second pair of eyes',
      ja: '要らなかった。元に戻すにも、同じもう一人の目を通す',
    },
    async run(stage) {
      const { slack, sees, does } = stage;
      const message = told(stage, 'JOB-2');
      must(message, 'the result is gone');
      const answer = await slack.as('mika').click(message, 'action');
      must(answer.ok, `the press was answered ${answer.error}`);
      does({ en: 'mika presses Undo', ja: 'mika が「元に戻す」を押す' });
      must(
        (await confirms(stage, 'mika', { en: 'quiet again', ja: '落ち着いた' })).includes('4'),
        'the plan does not say from how many',
      );
      await presses(stage, 'kenji', 'APR-2', APPROVE);
      sees({ en: '#ops, in the end,', ja: '最後に #ops' }, await settled(stage, 'JOB-3'));
      must(replicas(stage, 'cart') === 2, 'cart is not back at two');
    },
  },
  {
    title: { en: 'To nothing at all: Kenji refuses', ja: 'ゼロにする？ Kenji が却下する' },
    async run(stage) {
      const { slack, sees } = stage;
      await types(stage, 'mika', '/ops scale shop/cart 0');
      await confirms(stage, 'mika', { en: 'saving money', ja: '費用を抑えたい' });
      await presses(stage, 'kenji', 'APR-3', REFUSE);
      await confirms(stage, 'kenji', { en: 'the sale is on', ja: 'セール中のため' });
      const refused = await slack.until(() => {
        const message = told(stage, 'APR-3');
        return message && /Refused|却下しました/.test(blocksOf(message)) ? message : undefined;
      }, LIMIT_MS);
      must(
        sees({ en: '#ops, in the end,', ja: '最後に #ops' }, refused).includes('@kenji'),
        'it does not say who refused',
      );
      must(replicas(stage, 'cart') === 2, 'it was scaled all the same');
    },
  },
  {
    title: {
      en: 'What nobody touches, Sato, the admin, touches once, aloud',
      ja: '誰も触らないものに、管理者の Sato が一度だけ、皆に知らせて触る',
    },
    async run(stage) {
      const { slack, sees, does, phones } = stage;
      await types(stage, 'sato', '/ops restart ds/node-agent -n kube-system');
      const refused = await slack.until(() => {
        const view = slack.as('sato').view();
        return view && blocksOf(view).includes('"action_id":"action"') ? view : undefined;
      }, LIMIT_MS);
      must(sees('sato', refused).includes('kube-system'), 'the refusal does not name what is protected');
      phones();
      await slack.as('sato').click('modal', 'action');
      does({ en: 'sato presses Break glass', ja: 'sato が「緊急解除」を押す' });
      await confirms(stage, 'sato', {
        en: 'the agent leaks file handles on every node',
        ja: 'エージェントが全ノードでファイルハンドルを食い潰している',
      });
      const call = await slack.until(
        () => slack.channel('ops').messages.find((one) => blocksOf(one).includes('protected-namespace')),
        LIMIT_MS,
      );
      must(sees('#ops', call).includes('protected-namespace'), 'the call does not say which guardrail was lifted');
      must(phones() !== '', 'nobody hears of it');
      sees({ en: '#ops, in the end,', ja: '最後に #ops' }, await settled(stage, 'JOB-4'));
    },
  },
];
