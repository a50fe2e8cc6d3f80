import { cut } from '../../../domain/content.ts';

/** Terminal colours and cursor moves, as they stand in logs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for.
// oxlint-disable-next-line no-control-regex -- the same
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;
/** Everything that draws nothing but tabs and line feeds; and the marks that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
// oxlint-disable-next-line no-control-regex -- the same
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
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
