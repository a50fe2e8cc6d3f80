import type { timed as en } from '../en/timed.ts';

const takes = (timed: readonly string[]): string => `timetable に書けるのは ${timed.join('、')} です`;
const example = (verb: string): string => `例: '${verb} shop/checkout'、shop/sts/db`;

export const timed: typeof en = {
  asTyped: "/ops に続けて入力するとおりに書いてください（例: 'scale shop/checkout 0'）",
  nothing: { detail: '何も書かれていません', remedy: "例: 'scale shop/checkout 0'" },
  looks: ({ name, timed: can }) => ({
    detail: `「${name}」は見るだけなので、見る人がいません`,
    remedy: takes(can),
  }),
  attended: ({ name, timed: can }) => ({
    detail: `「${name}」は無人では実行されません。何が起きるかを人が見る必要があります`,
    remedy: takes(can),
  }),
  otherFlag: ({ given, is }) => ({
    detail: `-e ${given} は、この項目の環境ではありません`,
    remedy: `省いてください。環境は ${is} です`,
  }),
  otherEnvironment: ({ given, is }) => ({
    detail: `環境「${given}」は、この項目の環境ではありません`,
    remedy: `省いてください。環境は ${is} です`,
  }),
  lasts: {
    detail: '--for は人が入力するときのものです',
    remedy: '戻す操作は、時刻を決めて別の項目にしてください',
  },
  breakGlass: {
    detail: 'ガードレールを解除できる人がその場にいません',
    remedy: '--break-glass を消してください',
  },
  noTarget: ({ verb }) => ({ detail: '対象がありません', remedy: example(verb) }),
  noNamespace: ({ verb, text }) => ({
    detail: `「${text}」にはネームスペースがなく、どれかを答える人もいません`,
    remedy: example(verb),
  }),
  badTarget: ({ verb, text }) => ({ detail: `「${text}」は対象の書き方ではありません`, remedy: example(verb) }),
  otherNamespace: ({ namespace, environment, namespaces }) => ({
    detail: `ネームスペース「${namespace}」は ${environment} のものではありません`,
    remedy: `あるのは ${namespaces.join('、')} です`,
  }),
  whichCluster: ({ environment, clusters }) => ({
    detail: 'クラスタが書かれていません',
    remedy: `--cluster を付けてください。${environment} にあるのは ${clusters.join('、') || 'なし'} です`,
  }),
  otherCluster: ({ environment, cluster, clusters }) => ({
    detail: `環境「${environment}」にクラスタ「${cluster}」はありません`,
    remedy: `あるのは ${clusters.join('、')} です`,
  }),
};
