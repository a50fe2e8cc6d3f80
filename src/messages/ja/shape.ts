import type { shape as en } from '../en/shape.ts';

const expected: Readonly<Record<Parameters<(typeof en)['other']>[0]['found'], string>> = {
  text: '文字列',
  number: '数',
  whole: '整数',
  boolean: 'true か false',
  list: 'リスト',
  map: 'マップ',
};

export const shape: typeof en = {
  is: {
    duration: '時間の長さではありません',
    name: '名前として使えません。英数字、点、ハイフン、下線で 63 文字まで、先頭は英数字です',
    variable: '環境変数の名前ではありません',
    channel: 'Slack のチャンネルではありません',
    page: '呼び出す相手ではありません',
    principal: '人でもユーザーグループでもありません',
    url: 'http(s) の URL でないか、認証情報が入っています',
    verb: 'コマンドの語ではありません',
    namespace: 'ネームスペースではありません',
    time: '時刻ではありません',
    label: 'ラベルではありません',
  },
  unknownKey: 'このようなキーはありません',
  absent: 'ありません',
  noValue: '値がありません',
  empty: '空です',
  least: ({ least }) => `${least} 以上にしてください`,
  most: ({ most }) => `${most} 以下にしてください`,
  other: ({ expected: wanted, found }) =>
    `${expected[found]}ではなく、${wanted.map((one) => expected[one]).join('または')}を書きます`,
  oneOf: ({ values }) =>
    values.length === 1 ? `書けるのは ${values[0]} です` : `書けるのは ${values.join('、')} のどれかです`,
  unfit: '形が合いません',

  remedy: {
    meant: ({ near }) => `「${near}」ではありませんか？`,
    deeper: ({ places }) => `正しい場所は ${places.join(' か ')} です`,
    keys: ({ keys }) => `ここで使えるキーは ${keys.join('、')} です`,
    rename: '名前を変えてください',
    matchers: `マッチャーのリストを書いてください: ['severity="critical"']`,
    begin: '始めの例: slack: { channel: alerts }',
    value: '値を書くか、この行を消してください',
    hash: '値を書くか、この行を消してください（# からはコメントになります。省くか、引用符で囲んでください）',
    example: ({ example }) => `例: ${example}`,
    means: () => 'hikeshi.yaml のリファレンス (docs/reference/config.md) を見てください',
    reference: 'hikeshi.yaml のリファレンス (docs/reference/config.md) を見てください',
    that: 'そのとおりに書いてください',
    choose: 'このどれかにしてください',
  },
};
