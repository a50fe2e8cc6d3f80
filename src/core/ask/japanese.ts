import { plainWord, type Word } from './tokenize.ts';

/** The commonest verbs as they are typed in Japanese, each with our word for it; the help of a command lists its own. */
export const JAPANESE: ReadonlyMap<string, string> = new Map([
  ['なぜ', 'why'],
  ['原因', 'why'],
  ['ポッド', 'pods'],
  ['ログ', 'logs'],
  ['イベント', 'events'],
  ['詳細', 'describe'],
  ['ノード', 'nodes'],
  ['履歴', 'history'],
  ['再起動', 'restart'],
  ['スケール', 'scale'],
  ['ロールバック', 'rollback'],
  ['戻す', 'rollback'],
  ['インシデント', 'incidents'],
  ['サイレンス', 'silences'],
  ['承認', 'approvals'],
  ['ジョブ', 'jobs'],
  ['対応', 'ack'],
  ['対応する', 'ack'],
  ['解決', 'resolve'],
  ['スヌーズ', 'snooze'],
]);

/** The first word by our own. */
export function inOurWords(words: readonly Word[]): readonly Word[] {
  const ours = JAPANESE.get(words[0]?.value ?? '');
  return ours === undefined ? words : words.with(0, plainWord(ours));
}

/** What may be typed for this verb. */
export function japaneseFor(verb: string): readonly string[] {
  return [...JAPANESE].flatMap(([word, ours]) => (ours === verb ? [word] : []));
}
