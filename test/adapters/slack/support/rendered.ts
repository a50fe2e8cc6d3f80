import { expect } from 'vitest';
import { checkView } from '../../../../sandbox/slack/blocks/view.ts';
import { checkBlocks } from '../../../../sandbox/slack/blocks.ts';
import { type Mentions, mentionsIn } from '../../../../sandbox/slack/mentions.ts';
import { DEFAULT_SWITCHES } from '../../../../sandbox/slack/options.ts';
import { type RenderedMessage, renderForm, renderMessage } from '../../../../src/adapters/slack/render.ts';
import type { Form, Message } from '../../../../src/domain/content.ts';

/** Rendered, and taken by the fake's block checks. */
export function checkRendered(message: Message): RenderedMessage {
  const rendered = renderMessage(message);
  expect(checkBlocks(JSON.parse(JSON.stringify(rendered.blocks)), 'message')).toEqual([]);
  expect(rendered.text.length).toBeGreaterThan(0);
  expect(rendered.text.length).toBeLessThanOrEqual(3_900);
  return rendered;
}

export function checkRenderedForm(form: Form): ReturnType<typeof renderForm> {
  const view = renderForm(form);
  expect(checkView(JSON.parse(JSON.stringify(view)), 'modal')).toEqual([]);
  return view;
}

/** Whom Slack would call on, with every doubtful rule read as "yes". */
export function parsedMentions(rendered: RenderedMessage): Mentions {
  const blocks = JSON.parse(JSON.stringify(rendered.blocks)) as Record<string, unknown>[];
  return mentionsIn(
    { text: rendered.text, blocks },
    { ...DEFAULT_SWITCHES, mentionsBesideBlocks: true, mentionsInCode: true },
  );
}

/** Every text that a block shows, in order. */
export function shownText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const text = 'text' in value && typeof value.text === 'string' ? value.text : '';
  return text + Object.values(value).map(shownText).join('');
}

/** What a person reads of a message with blocks. */
export function read(message: object): string {
  return shownText('blocks' in message ? message.blocks : undefined);
}
