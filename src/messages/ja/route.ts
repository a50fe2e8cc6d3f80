import { bold, code, type Inline, joinText, type Text, text } from '../../domain/content.ts';
import type { Call, route as en } from '../en/route.ts';

export const route: typeof en = {
  summary: 'このラベルのアラートがどこに届き、誰を呼び出すか',
  source: 'この Alertmanager から届いたものとして',
  goes: (p) => text`${p.channel} に${bold(p.severity)}として届きます。ルート: ${code(p.route)}`,
  copies: (p) => text`コピー: ${list(p.channels)}`,
  calls: (p) => text`呼び出し: ${callsInWords(p.steps)}`,
  callsNobody: (p) =>
    text`${bold('誰も呼び出しません')}: ${p.critical ? text`ルートの ${code('policy')} も ${code('slack.oncall')} も` : text`ルートに ${code('policy')} が`}ありません。`,
  about: (p) => {
    if (p.target !== undefined) return text`対象: ${code(p.target)}`;
    if (p.environment !== undefined) return text`環境 ${code(p.environment)}、ワークロードなし。`;
    return text`環境もワークロードも、ラベルからはわかりません。`;
  },
  buttons: (p) => text`ボタン: ${p.labels.join('、')}`,
  quarantined: (p) => text`この本文は隔離にも保存されます: ${code(p.reason)}`,
  asked: (p) => text`${list(p.labels.map(code))}、ソース ${code(p.source)} の場合です。何も送信していません。`,
};

/** Each step and whom it calls. */
export function callsInWords(steps: readonly Call[]): Text {
  return joinText(
    steps.map(({ after, who }) => text`${after === undefined ? 'すぐに' : `${after} 後に`} ${list(who)}`),
    '、次に ',
  );
}

function list(parts: readonly Inline[]): Text {
  return joinText(
    parts.map((part) => [part]),
    '、',
  );
}
