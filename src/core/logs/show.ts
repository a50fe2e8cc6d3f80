import { cut } from '../../domain/content.ts';
import { type MergedLine, mergeByTime } from '../../domain/log-lines.ts';
import type { LogRead } from './read.ts';

/** What fits a phone, and one message. */
const LINES = 40;
const CHARACTERS = 2_800;
const LINE_MAX = 300;

export interface ShownLines {
  /** The newest, oldest first, each as it stands in the answer. */
  readonly lines: readonly string[];
  /** How many older ones there are that were read. */
  readonly more: number;
  /** Of all that were read, the newest that satisfies `telling`. */
  readonly last?: string;
}

/** The lines of all logs by time, with the time and, of several logs, whose each is: `03:12:45 x7k2p it failed`. */
export function showLines(logs: readonly LogRead[], whole: boolean, telling: (text: string) => boolean): ShownLines {
  const read = logs.map((log) => (log.state === 'read' ? log.lines : []));
  const merged = mergeByTime(read);
  const labels = logs.length > 1 ? logs.map(({ source }) => source.label) : [];
  const lineOf = ({ at, log, text }: MergedLine): string =>
    cut([at?.toISOString().slice(11, 19), labels[log], text].filter((part) => part !== undefined).join(' '), LINE_MAX);
  const lines = whole ? merged.map(lineOf) : newestFitting(merged.slice(-LINES).map(lineOf));
  const last = merged.findLast(({ text }) => telling(text));
  return { lines, more: merged.length - lines.length, ...(last && { last: lineOf(last) }) };
}

/** The last of these, as many as a phone shows. */
export function newestFitting(lines: readonly string[]): readonly string[] {
  const newest = lines.slice(-LINES);
  let size = 0;
  const from = newest.findLastIndex((line) => {
    size += line.length + 1;
    return size > CHARACTERS;
  });
  return newest.slice(from + 1);
}
