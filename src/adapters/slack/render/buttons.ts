import type {
  ActionsBlock,
  ConfirmationDialog,
  KnownBlock,
  PlainTextElement,
  Button as SlackButton,
} from '@slack/types';
import type { Button } from '../../../domain/content.ts';
import { moreMark, oneLine } from './clean.ts';

const PER_ROW = 25;
const ROWS = 4;
const LABEL_MAX = 75;
const VALUE_MAX = 2_000;
const ID_MAX = 255;
/** Separates a handler's name from the count that makes it unique in its row. */
const COPY = '#';

/** Slack wants at least one character. */
export function plainText(value: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: oneLine(value, max) || '…', emoji: false };
}

/** Which handler an action_id names: the count that made it unique in its row is taken off. */
export function handlerOf(actionId: string): string {
  return actionId.replace(/#\d+$/, '');
}

/** A name not used yet; `taken` is added to. */
export function unique(id: string, taken: Set<string>): string {
  const base = id.slice(0, ID_MAX - 8) || 'x';
  let name = base;
  for (let n = 2; taken.has(name); n += 1) name = `${base}${COPY}${n}`;
  taken.add(name);
  return name;
}

/** A button whose value is too long to be carried is left out and counted: half of one would be another order. */
export function buttonRows(buttons: readonly Button[]): KnownBlock[] {
  const usable = buttons
    .filter((button) => JSON.stringify(button.carries).length <= VALUE_MAX)
    .slice(0, PER_ROW * ROWS);
  const rows: KnownBlock[] = [];
  for (let from = 0; from < usable.length; from += PER_ROW) rows.push(row(usable.slice(from, from + PER_ROW)));
  const missing = buttons.length - usable.length;
  if (missing > 0) rows.push({ type: 'context', elements: [plainText(moreMark(missing), LABEL_MAX)] });
  return rows;
}

function row(buttons: readonly Button[]): ActionsBlock {
  const taken = new Set<string>();
  return { type: 'actions', elements: buttons.map((button) => element(button, unique(button.id, taken))) };
}

function element(button: Button, actionId: string): SlackButton {
  return {
    type: 'button',
    action_id: actionId,
    text: plainText(button.label, LABEL_MAX),
    value: JSON.stringify(button.carries),
    ...(button.style ? { style: button.style } : {}),
    ...(button.confirm ? { confirm: dialog(button.confirm, button.style) } : {}),
  };
}

function dialog(ask: NonNullable<Button['confirm']>, style: Button['style']): ConfirmationDialog {
  return {
    title: plainText(ask.title, 100),
    text: plainText(ask.text, 300),
    confirm: plainText(ask.yes, 30),
    deny: plainText(ask.no, 30),
    ...(style ? { style } : {}),
  };
}
