import { bold, code, type Text, text } from '../../domain/content.ts';
import { type ActionTarget, isDatabase } from '../../domain/workload.ts';
import { pg } from './pg.ts';

/** What to do once an action has ended otherwise than it should. */
export const next = {
  /** A button beside it. */
  look: (label: string): Text => text`Next: ${bold(label)}`,
  lookForRun: (p: { target: ActionTarget; run: string }): Text =>
    isDatabase(p.target)
      ? pg.act.whether(p.target)
      : text`Next: look for the annotation ${code(`hikeshi/run: ${p.run}`)} on it or in its pod template.`,
  again: (label: string): Text => text`Next: press ${bold(label)}.`,
  tryAgain: (label: string): Text => text`Next: press ${bold(label)} if it is still needed.`,
};
