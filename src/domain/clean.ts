import { maskSecrets } from './secrets.ts';

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
/** Terminal colours, cursor moves and window titles, as they stand in logs. */
const ANSI = new RegExp(`${ESC}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?)`, 'g');
/** Everything that draws nothing but tabs and line feeds; and the marks that turn the direction of what follows. */
const CONTROLS = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** More than any place shows; what lies behind is never looked at. */
const READ_MAX = 65_536;

/** A text without control characters, marks that turn the direction and half characters; line feeds only. */
export function plain(value: string): string {
  return value
    .replace(ANSI, '')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(CONTROLS, '')
    .replace(LONE_SURROGATE, '\ufffd');
}

/** A text of somebody else's fit to be shown: plain, and without secrets. Controls go first, so that none can hide one. */
export function clean(value: string, max = READ_MAX): string {
  return maskSecrets(plain(value.slice(0, max)));
}

/** What a terminal or an editor would act upon, and JSON leaves as it is; only strings can hold it. */
const UNSEEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The same JSON with escapes for what would move a cursor or turn a line around. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
