import { maskSecrets } from './secrets.ts';

/**
 * What a message says, without saying how Slack shows it. Strings are data: the renderer escapes them, so nothing in an alert
 * can mention, link or format. Only the typed forms below mention or link.
 */

export type Inline =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  | { readonly strike: string }
  | { readonly emoji: string }
  /** Only http, https and mailto become links; anything else is shown as text. */
  | { readonly link: string; readonly label: string }
  | { readonly mention: Mention }
  | { readonly channel: string }
  /** Shown in the reader's own zone. `ago` is a clock time with the date when it is not today. */
  | { readonly time: Date; readonly style: 'time' | 'date-time' };

export type Mention =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'everyone'; readonly scope: 'channel' | 'here' };

export type Text = readonly Inline[];

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  /** Small grey lines. */
  | { readonly kind: 'context'; readonly lines: readonly Text[] }
  /** Monospaced, nothing in it is interpreted. */
  | { readonly kind: 'code'; readonly code: string }
  /** Monospaced and aligned; `more` rows were left out and the message says so. */
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly more: number;
    }
  /** `menu`: what stands behind a `⋯` after the buttons, so that few of them are seen at once on a phone. */
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[]; readonly menu?: readonly MenuItem[] }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | { readonly kind: 'divider' };

export interface Field {
  readonly label: string;
  readonly value: Text;
}

/** What a button or a form carries: ids and `v`, never rights or text. */
export type Carried = Readonly<Record<string, string | number | boolean>> & { readonly v: number };

export interface Button {
  /** Which handler: `ack`, `resolve`, `action`... */
  readonly id: string;
  readonly label: string;
  readonly carries: Carried;
  readonly style?: 'primary' | 'danger';
  /** Asked before the press counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
}

/**
 * A choice of a menu: pressed as a button of this id, which is never asked for confirmation. With its id, what it carries has at
 * most some 70 characters.
 */
export type MenuItem = Pick<Button, 'id' | 'label' | 'carries'>;

export interface Message {
  /** What a lock screen and a screen reader give: who, what, since when, next step. */
  readonly text: Text;
  readonly blocks: readonly Block[];
}

/** A message that says one thing, with what goes under it. */
export function messageOf(words: Text, ...more: readonly Block[]): Message {
  return { text: words, blocks: [{ kind: 'text', text: words }, ...more] };
}

export type Input =
  | {
      readonly kind: 'text-input';
      readonly id: string;
      readonly label: string;
      readonly hint?: string;
      readonly placeholder?: string;
      readonly initial?: string;
      readonly multiline?: boolean;
      readonly optional?: boolean;
      /** Characters; at most 3000. */
      readonly maxLength?: number;
    }
  | {
      readonly kind: 'choice';
      readonly id: string;
      readonly label: string;
      /** Up to 100; a value has at most 75 characters. What is beyond is counted, not shown. */
      readonly options: readonly { readonly value: string; readonly label: string; readonly description?: string }[];
      readonly initial?: string;
      readonly optional?: boolean;
    }
  /** Several of a list; gives their values, one a line. */
  | {
      readonly kind: 'choices';
      readonly id: string;
      readonly label: string;
      /** As of a choice. */
      readonly options: readonly { readonly value: string; readonly label: string; readonly description?: string }[];
      /** At most so many of them. */
      readonly most: number;
      readonly optional?: boolean;
    }
  /** Somebody of the workspace; gives the person's id. */
  | {
      readonly kind: 'person-input';
      readonly id: string;
      readonly label: string;
      readonly hint?: string;
      readonly initial?: string;
      readonly optional?: boolean;
    };

/** A modal. Without `submit` it only shows. */
export interface Form {
  /** Which handler takes the submission. */
  readonly id: string;
  readonly title: string;
  readonly submit?: string;
  readonly close: string;
  readonly carries: Carried;
  readonly blocks: readonly (Block | Input)[];
}

/** `text\`Acknowledged by ${mention}\``: literals and typed inlines in one line. Empty strings vanish. */
export function text(strings: TemplateStringsArray, ...values: readonly (Inline | Text | number)[]): Text {
  const out: Inline[] = [];
  const push = (part: Inline): void => {
    const last = out.at(-1);
    if (part === '') return;
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else out.push(part);
  };
  strings.forEach((literal, i) => {
    push(literal);
    const value = values[i];
    if (value === undefined) return;
    if (Array.isArray(value)) for (const part of value as Text) push(part);
    else push(typeof value === 'number' ? String(value) : (value as Inline));
  });
  return out;
}

/** Joins texts with a separator; empty ones are left out. */
export function joinText(parts: readonly Text[], separator: string): Text {
  return parts.filter((p) => p.length > 0).flatMap((p, i) => (i === 0 ? p : [separator, ...p]));
}

export const person = (id: string): Inline => ({ mention: { kind: 'person', id } });
export const bold = (value: string): Inline => ({ bold: value });
export const code = (value: string): Inline => ({ code: value });
export const timeOf = (time: Date): Inline => ({ time, style: 'time' });
export const dateTimeOf = (time: Date): Inline => ({ time, style: 'date-time' });

/** `02:10 UTC` */
export function timeInUtc(time: Date): string {
  return `${time.toISOString().slice(11, 16)} UTC`;
}

/** `2026-11-23 02:10 UTC`: where a time cannot be in the reader's own zone, as in a menu, or stands beside one that cannot. */
export function dateTimeInUtc(time: Date): string {
  return `${time.toISOString().slice(0, 10)} ${timeInUtc(time)}`;
}

/** How far behind a cut a secret is looked for that begins before it. */
const SECRET_MOST = 10_000;

/**
 * Cuts at a character boundary and marks the cut. `max` counts UTF-16 units, the mark included. Secrets are masked before: of
 * half of one nobody could tell what it is.
 */
export function cut(value: string, max: number): string {
  if (value.length <= max) return value;
  const masked = maskSecrets(value.slice(0, max + SECRET_MOST));
  if (masked.length <= max && value.length <= max + SECRET_MOST) return masked;
  const end = max - 1;
  const code = masked.charCodeAt(end - 1);
  return `${masked.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end)}…`;
}
