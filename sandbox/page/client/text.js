// @ts-check
/**
 * Slack's mrkdwn, read into the elements of rich_text, so that one renderer serves both.
 *
 * @typedef {{ type: string, [field: string]: any }} Piece
 * @typedef {{ person(id: string): string, group(id: string): string, channel(id: string): string }} Names
 */

const FORMS =
  /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|:([\p{L}\p{N}_+'-]+):|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]+?)(?<=\S)\5(?![\p{L}\p{N}])/gu;
const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' };
const DATE = /^!date\^(\d+)\^([^|^]*)(?:\^[^|]*)?(?:\|(.*))?$/s;

/** @param {string} text @param {Record<string, boolean>} [style] @returns {Piece[]} */
export function parseMrkdwn(text, style) {
  /** @type {Piece[]} */
  const out = [];
  let from = 0;
  const plain = (/** @type {string} */ value, more = {}) => {
    if (value) out.push({ type: 'text', text: unescaped(value), style: { ...style, ...more } });
  };
  for (const match of text.matchAll(FORMS)) {
    const [whole, block, code, form, emoji, mark, inner] = match;
    plain(text.slice(from, match.index));
    from = match.index + whole.length;
    if (block !== undefined || code !== undefined) plain(block ?? code ?? '', { code: true });
    else if (form !== undefined) out.push(pieceOf(form));
    else if (emoji !== undefined) out.push({ type: 'emoji', name: emoji });
    else out.push(...parseMrkdwn(inner ?? '', { ...style, [STYLES[/** @type {'*'} */ (mark)]]: true }));
  }
  plain(text.slice(from));
  return out;
}

/** What stands between < and >. @param {string} form @returns {Piece} */
function pieceOf(form) {
  const [target = '', label] = split(form);
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!subteam^')) return { type: 'usergroup', usergroup_id: target.slice(9) };
  const date = DATE.exec(form);
  if (date) return { type: 'date', timestamp: Number(date[1]), format: date[2], fallback: date[3] ?? '' };
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1) };
  return { type: 'link', url: unescaped(target), text: unescaped(label ?? target) };
}

/** @param {string} form */
function split(form) {
  const bar = form.indexOf('|');
  return bar < 0 ? [form] : [form.slice(0, bar), form.slice(bar + 1)];
}

/** @param {string} text */
function unescaped(text) {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** Only what a click may safely open. @param {unknown} url */
export function safeLink(url) {
  return typeof url === 'string' && /^(https?:|mailto:)/i.test(url) ? url : undefined;
}

/** As a lock screen shows it: words only. @param {string} text @param {Names} names @param {string} lang */
export function plainWords(text, names, lang) {
  return parseMrkdwn(text)
    .map((piece) => wordOf(piece, names, lang))
    .join('');
}

/** @param {Piece} piece @param {Names} names @param {string} lang @returns {string} */
export function wordOf(piece, names, lang) {
  switch (piece.type) {
    case 'user':
      return `@${names.person(piece['user_id'])}`;
    case 'usergroup':
      return `@${names.group(piece['usergroup_id'])}`;
    case 'channel':
      return `#${names.channel(piece['channel_id'])}`;
    case 'broadcast':
      return `@${piece['range']}`;
    case 'emoji':
      return EMOJI[piece['name']] ?? `:${piece['name']}:`;
    case 'date':
      return showDate(piece['timestamp'], piece['format'], lang);
    default:
      return piece['text'] ?? piece['url'] ?? '';
  }
}

/**
 * Signs that every font has, coloured by the style sheet: what matters must be seen where no emoji font is.
 * @type {Record<string, string>}
 */
const EMOJI = {
  red_circle: '●',
  large_orange_circle: '●',
  large_yellow_circle: '●',
  large_blue_circle: '●',
  white_check_mark: '✔',
  hourglass_flowing_sand: '⌛',
  x: '✖',
  grey_question: '?',
  no_entry_sign: '⊘',
  warning: '⚠',
  rotating_light: '⚠',
  alarm_clock: '⌚',
  raised_hand: '☝',
};

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const DATE_PARTS = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_short: { month: 'short', day: 'numeric', year: 'numeric' },
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  date_long: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
};

/** Slack's `{date_short_pretty} {time}` and the like, in the zone of whoever looks. @param {number} seconds @param {string} format @param {string} lang */
export function showDate(seconds, format, lang, now = new Date()) {
  const at = new Date(seconds * 1000);
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (whole, /** @type {string} */ name, pretty) => {
    const parts = DATE_PARTS[name];
    const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000);
    if (pretty && Math.abs(days) <= 1)
      return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day');
    return parts ? new Intl.DateTimeFormat(lang, parts).format(at) : whole;
  });
}

/** A message's `ts` as a clock time. @param {string} ts @param {string} lang */
export function clockOf(ts, lang) {
  return showDate(Number(ts), '{time}', lang);
}
