import { bold, code, type Inline, joinText, type Text, text, timeOf } from '../../../src/domain/content.ts';
import { japaneseName } from './names.ts';

/** What is said of rows, beside what Hikeshi has words for itself. */

interface Step {
  readonly step: number;
  readonly steps: number;
}

const en = {
  sections: {
    message: 'This message',
    answer: 'This answer',
    changes: 'What changed it',
    work: 'Actions, approvals, jobs',
    audit: 'Audit',
    incident: (number: number) => `Incident INC-${number}`,
  },
  /** Of a state, an outcome, an event. */
  name: (name: string): string => name,
  labels: {
    state: 'State',
    who: 'Who has it',
    alerts: 'Alerts',
    policy: 'Policy',
    next: 'Next due',
    kind: 'Kind',
    why: 'Why',
    asked: 'Asked for',
    due: 'Due',
    claimed: 'Claimed',
    sent: 'Sent',
    attempts: 'Attempts',
    edits: 'Edits',
    trouble: 'Trouble',
  },
  states: { open: 'open', acknowledged: 'acknowledged', snoozed: 'snoozed', resolved: 'resolved' },
  since: (p: { state: string; at: Date }): Text => text`${bold(p.state)} since ${timeOf(p.at)}`,
  nobody: (): Text => ['nobody'],
  alerts: (p: { firing: number; resolved: number; held: number }): Text => [
    `${p.firing} firing, ${p.resolved} resolved${p.held > 0 ? `, ${p.held} held` : ''}`,
  ],
  noPolicy: (): Text => ['none: nobody is called'],
  running: (p: Step & { policy: string }): Text => text`${bold(p.policy)}, next is step ${p.step} of ${p.steps}`,
  through: (p: { policy: string }): Text => text`${bold(p.policy)}, gone through`,
  stopped: (p: { policy: string; at: Date; why: string }): Text =>
    text`${bold(p.policy)}, stopped at ${timeOf(p.at)} (${p.why})`,
  next: (p: { at: Date; who: string }): Text => text`${timeOf(p.at)}: ${p.who}`,
  nothingDue: (): Text => ['nothing'],
  kinds: {
    show: 'show: draws what is so now, however often that changes',
    say: 'say: says one thing once',
  },
  classes: [
    'new critical incident',
    'call',
    'a press',
    'new incident',
    'resolved',
    'update',
    'line in the thread',
    'progress',
  ],
  why: (p: { because: string; urgency: number; event: string }): Text =>
    text`${p.because} (urgency ${p.urgency} of 8), ${code(p.event)}`,
  claimed: {
    not: (): Text => ['not yet'],
    working: (): Text => ['right now: a worker holds its lease'],
    version: (p: { version: number }): Text => [`as version ${p.version}; the lease was given back when it was sent`],
    done: (): Text => ['once; the lease was given back when it was sent'],
  },
  attempts: (p: { attempts: number; isSent: boolean }): Text => [
    p.isSent && p.attempts === 0 ? 'went through, so it counts from 0 again' : String(p.attempts),
  ],
  edits: (p: { edits: number; wanted: number; shown: number }): Text => [
    p.edits === 0 ? 'none' : `${p.edits}: shown in version ${p.shown}, ${p.wanted} is the newest`,
  ],
  behind: (p: { rows: number }): Text => [
    p.rows === 1
      ? 'One row of the outbox made it. It was written in the transaction of what it tells, and sent afterwards.'
      : `${p.rows} rows of the outbox left together as this one message.`,
  ],
  changes: (): Text => [
    'Webhooks and people. Each of these was committed first, and asked for the post to be drawn anew; some of them in one go.',
  ],
  webhook: (p: { outcome: string; alerts: number; at: Date }): Text =>
    text`${timeOf(p.at)} webhook: ${bold(p.outcome)}, ${p.alerts} ${p.alerts === 1 ? 'alert' : 'alerts'}`,
  answer: (): Text => [
    'An answer to one person goes straight to Slack: it has no row in the outbox, is not sent again, and Slack keeps no copy of it. What is known is what this person asked last before it.',
  ],
  unknown: (): Text => [
    'No row of the database names this message: it was made anew elsewhere, or what it told of is older than the rows that are kept.',
  ],
  noWork: (): Text => ['Nothing was done to a cluster or a database for it.'],
  noAudit: (): Text => ['No entry: nobody has done or asked anything about it.'],
};

const ja: typeof en = {
  sections: {
    message: 'このメッセージ',
    answer: 'この回答',
    changes: '変更のきっかけ',
    work: '操作・承認・ジョブ',
    audit: '監査',
    incident: (number) => `インシデント INC-${number}`,
  },
  name: japaneseName,
  labels: {
    state: '状態',
    who: '対応者',
    alerts: 'アラート',
    policy: 'ポリシー',
    next: '次の予定',
    kind: '種類',
    why: '理由',
    asked: '依頼',
    due: '予定',
    claimed: '取得',
    sent: '送信',
    attempts: '試行',
    edits: '編集',
    trouble: '問題',
  },
  states: { open: '未対応', acknowledged: '対応中', snoozed: 'スヌーズ中', resolved: '解決済み' },
  since: (p) => text`${bold(p.state)}（${timeOf(p.at)} から）`,
  nobody: () => ['なし'],
  alerts: (p) => [`発生中 ${p.firing}、解決 ${p.resolved}${p.held > 0 ? `、保留 ${p.held}` : ''}`],
  noPolicy: () => ['なし（誰も呼び出しません）'],
  running: (p) => text`${bold(p.policy)}、次は ${p.steps} 段階中の ${p.step} 段階目`,
  through: (p) => text`${bold(p.policy)}、最後まで実行済み`,
  stopped: (p) => text`${bold(p.policy)}、${timeOf(p.at)} に停止（${p.why}）`,
  next: (p) => text`${timeOf(p.at)}: ${p.who}`,
  nothingDue: () => ['なし'],
  kinds: {
    show: 'show: 何度変わっても、今の状態を描きます',
    say: 'say: 一つのことを一度だけ伝えます',
  },
  classes: [
    '新しい緊急インシデント',
    '呼び出し',
    'ボタン操作',
    '新しいインシデント',
    '解決',
    '更新',
    'スレッドの行',
    '進捗',
  ],
  why: (p) => text`${p.because}（優先度 8 段階中 ${p.urgency}）、${code(p.event)}`,
  claimed: {
    not: () => ['まだです'],
    working: () => ['今、ワーカーがリースを持っています'],
    version: (p) => [`版 ${p.version} として。送信後にリースを返しました`],
    done: () => ['一度。送信後にリースを返しました'],
  },
  attempts: (p) => [p.isSent && p.attempts === 0 ? '成功したため 0 に戻りました' : String(p.attempts)],
  edits: (p) => [p.edits === 0 ? 'なし' : `${p.edits} 回: 表示は版 ${p.shown}、最新は版 ${p.wanted}`],
  behind: (p) => [
    p.rows === 1
      ? '送信待ち行列の 1 行から作られました。伝える内容と同じトランザクションで書かれ、その後に送信されました。'
      : `送信待ち行列の ${p.rows} 行が、この 1 件のメッセージとしてまとめて送信されました。`,
  ],
  changes: () => [
    'Webhook と人の操作です。それぞれ先にコミットされてから、投稿の描き直しを依頼しました（まとめて描くこともあります）。',
  ],
  webhook: (p) => text`${timeOf(p.at)} Webhook: ${bold(p.outcome)}、アラート ${p.alerts} 件`,
  answer: () => [
    '一人への回答は直接 Slack に送られます。送信待ち行列に行はなく、再送もされず、Slack にも残りません。分かるのは、その直前にこの人が尋ねたことです。',
  ],
  unknown: () => [
    'このメッセージを指す行はデータベースにありません。別の場所に投稿し直されたか、保存期間を過ぎています。',
  ],
  noWork: () => ['このためにクラスターやデータベースへの操作は行われていません。'],
  noAudit: () => ['記録なし。これについてまだ誰も操作や質問をしていません。'],
};

export type Words = typeof en;

export const WORDS: Readonly<Record<'en' | 'ja', Words>> = { en, ja };

/** `10:02 restart: JOB-3 · @mika`; what is missing is left out. */
export function lineOf(at: Date, parts: readonly (Inline | undefined)[]): Text {
  const shown = parts.filter((part): part is Inline => part !== undefined && part !== '');
  return [
    timeOf(at),
    ' ',
    ...joinText(
      shown.map((part) => [part]),
      ' · ',
    ),
  ];
}
