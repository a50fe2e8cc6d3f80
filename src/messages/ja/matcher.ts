import type { matcher as en } from '../en/matcher.ts';

type Wanted = Parameters<(typeof en)['expected']>[0]['wanted'];

const wanted: Readonly<Record<Wanted, readonly [what: string, remedy: string]>> = {
  name: ['ラベル名', 'name="value" と書いてください'],
  op: ['演算子', '名前の後に =、!=、=~、!~ のどれかを書いてください'],
  value: ['値', '値を二重引用符で囲んでください。ラベルがないことを表すには "" と書きます'],
  comma: ['コンマか終わり', '空白や {}!=~,\\"\'` を含む値は引用符で囲んでください'],
  end: ['終わり', 'この後を消してください'],
};

export const matcher: typeof en = {
  expected: (p) => {
    const [what, remedy] = wanted[p.wanted];
    return {
      detail: `${what}があるはずの所${p.found === '' ? 'で終わっています' : `に ${p.found} があります`}`,
      remedy,
    };
  },
  unopened: { detail: '{ のない } があります', remedy: '前に { を付けるか、} を消してください' },
  unclosed: { detail: '} がありません', remedy: '最後に } を付けるか、{ を消してください' },
  doubled: { detail: '= が 2 つ続いています', remedy: '= を 1 つだけ書いてください: name="value"' },
  unnamed: { detail: 'ラベル名が空です', remedy: 'name="value" と書いてください' },
  escape: {
    detail: '引用符の中に使えないエスケープがあります',
    remedy: 'バックスラッシュは \\\\、引用符は \\" と書いてください',
  },
  none: {
    detail: 'マッチャーではありません',
    remedy: 'name="value" の形で、間に =、!=、=~、!~ のどれかを書いてください',
  },
  misquoted: {
    detail: '二重引用符が閉じていないか、エスケープされていません',
    remedy: '値全体を引用符で囲み、中の引用符は \\" と書いてください',
  },
  long: ({ length, most }) => ({
    detail: `正規表現が ${length} 文字あります`,
    remedy: `${most} 文字までです。分けてください`,
  }),
  regex: ({ why }) => ({
    detail: `正規表現として読めません（${why}）`,
    remedy: 'Alertmanager と同じ RE2 の書き方です。先読みや後方参照は使えません',
  }),
};
