import { bold, code, text, timeOf } from '../../domain/content.ts';
import type { test as en } from '../en/test.ts';
import { callsInWords } from './route.ts';

export const test: typeof en = {
  summary: '目印付きのアラートを投稿まで流して試す。頼まなければ誰も呼び出さず、自動で解決する',
  flags: {
    page: '本物のアラートと同じように呼び出す',
    lasts: '自動で解決するまでの時間、1m から 1h。省略すると 5m',
  },
  title: (p) => `【テスト】${p.title}`,
  alert: (p) =>
    text`これはテストです。異常はありません。${p.sender === undefined ? '送信: コマンドライン' : `送信: ${p.sender}`}`,
  callsNobody: (p) =>
    p.steps.length === 0
      ? text`誰も呼び出しません。本物でも誰も呼び出されません。`
      : text`誰も呼び出しません。本物なら ${callsInWords(p.steps)} を呼び出します。`,
  next: (p) => text`次: ボタンを試せます。${timeOf(p.until)} に自動で解決します。`,
  sent: (p) => text`テストアラート ${bold(`INC-${p.number}`)} を送りました。${timeOf(p.until)} に自動で解決します。`,
  onlyWould: () => text`本物ならそうなりますが、今回は誰も呼び出しません。${code('--page')} を付けると呼び出します。`,
  callsReally: () => text`今回は実際に呼び出します。`,
  show: (p) => `INC-${p.number} を表示`,
};
