import { cut } from '../../../domain/content.ts';

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
/** Terminal colours, cursor moves and window titles, as they stand in logs. */
const ANSI = new RegExp(`${ESC}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?)`, 'g');
/** Everything that draws nothing but tabs and line feeds; and the marks that turn the direction of what follows. */
const CONTROLS = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A string fit to be sent: no control characters, no half characters, line feeds only. */
export function clean(value: string): string {
  return value.replace(ANSI, '').replace(/\r\n?/g, '\n').replace(CONTROLS, '').replace(LONE_SURROGATE, '\ufffd');
}

/** Cleaned, on one line, cut to `max` UTF-16 units. Empty when there is nothing to see. */
export function oneLine(value: string, max: number): string {
  return cut(clean(value).replace(/\s+/g, ' ').trim(), max);
}

/** The mark for what was left out; the same in every language. */
export function moreMark(count: number): string {
  return `… +${count}`;
}
