import type {
  ActionsBlock,
  ConfirmationDialog,
  KnownBlock,
  Overflow,
  PlainTextElement,
  Button as SlackButton,
} from '@slack/types';
import type { Button, MenuItem } from '../../../domain/content.ts';
import { moreMark, oneLine } from './clean.ts';

const PER_ROW = 25;
const ROWS = 4;
const LABEL_MAX = 75;
const VALUE_MAX = 2_000;
const ID_MAX = 255;
const PER_MENU = 5;
/** Slack's pages say 150, its types 75. */
const OPTION_VALUE_MAX = 75;
/** The action_id of a menu; which button a choice of it is, its value says. */
export const MENU = 'menu';
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

/** What cannot be carried whole is left out and counted: half of it would be another order. */
export function buttonRows(buttons: readonly Button[], menu: readonly MenuItem[] = []): KnownBlock[] {
  const usable = buttons.filter((button) => JSON.stringify(button.carries).length <= VALUE_MAX);
  const items = menu.filter((item) => optionValue(item).length <= OPTION_VALUE_MAX);
  const menus = chunks(items, PER_MENU);
  const room = PER_ROW * ROWS - menus.length;
  const taken = new Set<string>();
  const elements = [...usable.slice(0, room).map((button) => ({ button })), ...menus.map((one) => ({ menu: one }))];
  const rows: KnownBlock[] = chunks(elements, PER_ROW).map((part) => row(part, taken));
  const missing = buttons.length - Math.min(usable.length, room) + menu.length - items.length;
  if (missing > 0) rows.push({ type: 'context', elements: [plainText(moreMark(missing), LABEL_MAX)] });
  return rows;
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let from = 0; from < all.length; from += size) out.push(all.slice(from, from + size));
  return out;
}

type Element = { readonly button: Button } | { readonly menu: readonly MenuItem[] };

function row(elements: readonly Element[], taken: Set<string>): ActionsBlock {
  return {
    type: 'actions',
    elements: elements.map((one) =>
      'menu' in one ? overflow(one.menu, unique(MENU, taken)) : element(one.button, unique(one.button.id, taken)),
    ),
  };
}

function overflow(items: readonly MenuItem[], actionId: string): Overflow {
  return {
    type: 'overflow',
    action_id: actionId,
    options: items.map((item) => ({ text: plainText(item.label, LABEL_MAX), value: optionValue(item) })),
  };
}

function optionValue({ id, carries }: MenuItem): string {
  return JSON.stringify({ b: id, ...carries });
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
