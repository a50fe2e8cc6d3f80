import type { ClickHandler, SubmitHandler } from '../core/handling.ts';
import type { Pipeline } from '../core/pipeline/index.ts';
import { outboxClicks } from '../core/undelivered/clicks.ts';
import { type ClickParts, incidentClicks, incidentForms } from '../incidents/clicks.ts';

/** Everything that can be pressed or handed in, by id. Each of them has a row in `test/app/stale.test.ts`. */
export function pressesOf(
  pipeline: Pick<Pipeline, 'clicks' | 'forms'>,
  parts: ClickParts,
): {
  readonly clicks: Readonly<Record<string, ClickHandler>>;
  readonly forms: Readonly<Record<string, SubmitHandler>>;
} {
  return {
    clicks: { ...incidentClicks(parts), ...pipeline.clicks, ...outboxClicks(parts) },
    forms: { ...incidentForms(parts), ...pipeline.forms },
  };
}
