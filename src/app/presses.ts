import { SAY_BUTTON, sayClick } from '../core/ask/say.ts';
import type { Command } from '../core/define.ts';
import { followStopClick } from '../core/follow/click.ts';
import { FOLLOW_STOP_BUTTON } from '../core/follow/post.ts';
import type { AskHandler, ClickHandler, SubmitHandler } from '../core/handling.ts';
import type { Pipeline } from '../core/pipeline/index.ts';
import { shareClick } from '../core/share/click.ts';
import { SHARE_BUTTON } from '../core/share/offer.ts';
import { outboxClicks } from '../core/undelivered/clicks.ts';
import { incidentClicks, incidentForms } from '../incidents/clicks.ts';
import type { ClickParts } from '../incidents/press.ts';

/** Everything that can be pressed or handed in, by id. Each of them has a row in `test/app/stale.test.ts`. */
export function pressesOf(
  pipeline: Pick<Pipeline, 'clicks' | 'forms'>,
  parts: ClickParts,
  ask: AskHandler,
  commands: ReadonlyMap<string, Command>,
  home: Readonly<Record<string, ClickHandler>>,
): {
  readonly clicks: Readonly<Record<string, ClickHandler>>;
  readonly forms: Readonly<Record<string, SubmitHandler>>;
} {
  return {
    clicks: {
      ...incidentClicks(parts),
      ...pipeline.clicks,
      ...outboxClicks(parts),
      ...home,
      [SAY_BUTTON]: sayClick(ask),
      [FOLLOW_STOP_BUTTON]: followStopClick(parts.wake),
      [SHARE_BUTTON]: shareClick(commands, parts.wake),
    },
    forms: { ...incidentForms(parts), ...pipeline.forms },
  };
}
