import { bold, code, type Inline, type Text, text } from '../../domain/content.ts';
import { type ActionTarget, isDatabase } from '../../domain/workload.ts';
import { pg } from './pg.ts';

/** `/ops pods shop/checkout -e production`: where to look when something is not as it should be. */
function lookAt(t: ActionTarget): Inline {
  if (isDatabase(t)) return pg.act.look(t);
  return code(`/ops pods ${t.namespace}/${t.name} -e ${t.environment}`);
}

/** What to do once an action has ended otherwise than it should. */
export const next = {
  look: (t: ActionTarget): Text => text`Next: ${lookAt(t)}`,
  lookForRun: (p: { target: ActionTarget; run: string }): Text =>
    isDatabase(p.target)
      ? pg.act.whether(p.target)
      : text`Next: look for the annotation ${code(`hikeshi/run: ${p.run}`)} on it or in its pod template, and ${lookAt(p.target)}`,
  again: (label: string): Text => text`Next: press ${bold(label)}.`,
  tryAgain: (label: string): Text => text`Next: press ${bold(label)} if it is still needed.`,
};
