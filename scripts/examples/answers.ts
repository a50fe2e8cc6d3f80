import { TEAM_NAMES } from '../../sandbox/story/teller.ts';
import { linesOf } from '../../sandbox/story/words.ts';
import { renderForm, renderMessage } from '../../src/adapters/slack/render.ts';
import type { Command } from '../../src/core/define.ts';
import type { Language } from '../../src/messages/catalog.ts';
import { answering, type Shown } from './ask.ts';
import { startShop } from './world.ts';

/** What was typed, and what is answered to it: a line of the answer each. */
export interface Example {
  readonly typed: string;
  readonly answered: readonly string[];
}

/**
 * The first of each command's own examples, asked by an operator at three in the morning and answered by the command itself: of the
 * demo's shop with checkout in a crash loop, and of a store that always says the same. Actions answer with the form they open.
 * @throws Error of a command that fails, or answers nothing
 */
export async function answerExamples(
  commands: ReadonlyMap<string, Command>,
  language: Language,
): Promise<ReadonlyMap<string, Example>> {
  const shop = await startShop();
  try {
    const ask = answering({ commands, cluster: shop.cluster, language });
    const answered = new Map<string, Example>();
    for (const { name, examples } of commands.values()) {
      const typed = shop.withPods(examples[0]!);
      const why = (cause: unknown) => new Error(`the example "${typed}" has no answer`, { cause });
      const shown = await ask(typed).catch((error: unknown) => Promise.reject(why(error)));
      answered.set(name, { typed, answered: shown.flatMap(linesShown) });
    }
    return answered;
  } finally {
    await shop.close();
  }
}

/** More of an answer is not printed. */
const LINES = 40;
const EMOJI: Readonly<Record<string, string>> = { warning: '⚠️', raised_hand: '✋' };

/** As a phone shows them, buttons in brackets. */
function linesShown(shown: Shown): readonly string[] {
  const drawn = 'id' in shown ? renderForm(shown) : renderMessage(shown);
  const sent = JSON.parse(JSON.stringify(drawn)) as Readonly<Record<string, unknown>>;
  const lines = linesOf(sent, TEAM_NAMES).map((line) => withEmoji(line).trimEnd());
  return lines.length > LINES ? [...lines.slice(0, LINES), `… (${lines.length - LINES} more lines)`] : lines;
}

/** @throws Error of one that has no glyph here */
function withEmoji(line: string): string {
  return line.replace(/(?<![\w"]):([a-z_]+):/g, (_, name: string) => {
    const glyph = EMOJI[name];
    if (glyph === undefined) throw new Error(`scripts/examples/answers.ts has no glyph for :${name}:`);
    return glyph;
  });
}
