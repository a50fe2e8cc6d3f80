/** Lines of logs: which of several logs comes first, which says that something failed, and what nobody may see. Pure. */
import { plain } from './clean.ts';
import { maskSecrets } from './secrets.ts';

export interface TimedLine {
  readonly at?: Date;
  readonly text: string;
}

/** One line and the log that it is of, by its number. */
export interface MergedLine extends TimedLine {
  readonly log: number;
}

/**
 * All lines of all logs by time. Within a log the order stays as it was, whatever its clock did; a line without a time
 * belongs to the one before it.
 */
export function mergeByTime(logs: readonly (readonly TimedLine[])[]): readonly MergedLine[] {
  const keyed = logs.flatMap((lines, log) => {
    let latest = Number.NEGATIVE_INFINITY;
    return lines.map((line) => {
      latest = Math.max(latest, line.at?.getTime() ?? latest);
      return { line: { ...line, log }, time: latest };
    });
  });
  return keyed.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time)).map(({ line }) => line);
}

/** Levels by the names that loggers give them. */
const BAD = /^(?:err(?:or)?|fatal|crit(?:ical)?|d?panic|alert|emerg(?:ency)?|severe)$/i;
/** bunyan and pino count up from 10, with 50 for errors; syslog down from 7, with 3. */
const PINO_ERROR = 50;
const SYSLOG_ERROR = 3;
const LEVEL_FIELDS = ['level', 'severity', 'lvl', 'levelname', 'loglevel', 'log.level', '@level', 'severityText'];
const MOST_JSON = 65_536;

/** Of JSON that is cut, or has words before it. */
const JSON_LEVEL = /"(?:level|severity|lvl|levelname|loglevel)"\s?:\s?"([A-Za-z]+)"/;
/** `level=error`, `[ERROR]`, ` INFO `: near the beginning, where loggers write it. */
const LOGFMT = /(?:^|\s)(?:level|lvl|severity)="?([A-Za-z]+)"?/;
const PLAIN_LEVEL =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|FATAL|CRIT(?:ICAL)?|SEVERE|PANIC|EMERG|ALERT)\b/;
const HEAD = 80;
/** klog: `E1120 03:00:00.123456`. */
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d/;

const WORD =
  /\b(?:errors?|fatal|panic(?:ked)?|critical|failed|failure|traceback|uncaught|unhandled|oom-?killed)\b|(?:Error|Exception)\b|^Caused by:/i;
const NO_ERROR =
  /\b(?:no|0|zero|without) (?:errors?|failures?)\b|\berrors?["']?\s?[=:]\s?(?:""|(?:0|null|nil|none|false)\b)/gi;

/** Whether a line says that something failed: by its level where it has one, else by its words. */
export function isErrorLine(text: string): boolean {
  const level = levelOf(text);
  if (typeof level === 'number') return level >= PINO_ERROR || (level >= 0 && level <= SYSLOG_ERROR);
  if (level !== undefined) return BAD.test(level);
  return WORD.test(text.replace(NO_ERROR, ''));
}

function levelOf(text: string): string | number | undefined {
  const structured = jsonLevel(text);
  if (structured !== undefined) return structured;
  const klog = KLOG.exec(text)?.[1];
  if (klog) return klog === 'E' || klog === 'F' ? 'error' : 'info';
  return (JSON_LEVEL.exec(text) ?? LOGFMT.exec(text))?.[1] ?? PLAIN_LEVEL.exec(text.slice(0, HEAD))?.[1];
}

function jsonLevel(text: string): string | number | undefined {
  if (!text.startsWith('{') || text.length > MOST_JSON) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const fields = new Map(Object.entries(parsed ?? {}));
    const log = fields.get('log');
    const nested = typeof log === 'object' && log !== null ? Object.entries(log) : [];
    const all = new Map([...nested, ...fields]);
    const found = LEVEL_FIELDS.map((name) => all.get(name)).find((v) => typeof v === 'string' || typeof v === 'number');
    return typeof found === 'string' || typeof found === 'number' ? found : undefined;
  } catch {
    return undefined;
  }
}

const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
/** More lines than the longest key has. */
const KEY_LINES = 200;
/** A line of a key's body, the short last one too; and what may stand behind a logger's own words. */
const KEY_BODY = /^\s*[A-Za-z0-9+/]+={0,2}\s*$/;
const KEY_PART = /[A-Za-z0-9+/]{16,}={0,2}/g;
const WHOLE_PART = /[A-Za-z0-9+/]{40,}/;

/**
 * Makes the lines of one log fit to be seen, one after the other: plain, and without secrets. A private key goes over many
 * lines, of which any may be the first or the last that is there.
 * @param lines all that will be masked, in order
 */
export function lineMask(lines: readonly string[]): (line: string) => string {
  const headless = headlessKey(lines);
  let at = -1;
  /** The last line that may still belong to the key. */
  let until = -1;
  return (line) => {
    at += 1;
    if (at === headless) until = at + KEY_LINES;
    const text = plain(line);
    const inKey = at <= until;
    if (KEY_ENDS.test(text)) until = -1;
    else if (KEY_BEGINS.test(text)) until = at + KEY_LINES;
    if (!inKey) return maskSecrets(text);
    return KEY_BODY.test(text) ? '***' : maskSecrets(text.replace(KEY_PART, '***'));
  };
}

/** What may be put before the lines of a log to say that they begin within a key. */
export const KEY_BEGIN = '-----BEGIN PRIVATE KEY-----';

/** Whether a private key has begun in these lines, or (`before`) ahead of them, and has not ended. */
export function endsInKey(lines: readonly string[], before: boolean): boolean {
  const begin = lines.findLastIndex((line) => KEY_BEGINS.test(line));
  const end = lines.findLastIndex((line) => KEY_ENDS.test(line));
  if (begin < 0 && end < 0) return before && lines.length < KEY_LINES;
  return begin > end && lines.length - begin <= KEY_LINES;
}

/** Where the rest of a key begins whose beginning is not there; -1 when there is none. */
function headlessKey(lines: readonly string[]): number {
  const end = lines.findIndex((line) => KEY_ENDS.test(line));
  const begin = lines.findIndex((line) => KEY_BEGINS.test(line));
  if (end <= 0 || (begin >= 0 && begin <= end)) return -1;
  let start = end - 1;
  while (start > 0 && end - start < KEY_LINES && WHOLE_PART.test(lines[start - 1]!)) start -= 1;
  return start;
}
