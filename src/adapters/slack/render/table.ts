import { cut } from '../../../domain/content.ts';
import { moreMark, oneLine } from './clean.ts';
import { cutToWidth, padEnd, padStart, widthOf } from './width.ts';

/** What a phone held upright shows of monospaced text before it wraps. */
const PHONE_COLUMNS = 44;
const CELL_MAX = 200;
const GAP = '  ';
const NUMBER = /^[-+]?\d[\d,]*(?:\.\d+)?\s?(?:%|[kKMGTP]i?|ms|[smhd]|m)?$/;

type Row = readonly string[];

/**
 * Aligned text of at most `max` characters. Where the columns are too wide for a phone, the first has a line to itself and
 * the others stand below it, indented, on as many lines as they need; only a cell that is wider than a line is cut. `more`
 * rows, and those that did not fit, are counted.
 */
export function tableText(columns: Row, rows: readonly Row[], more: number, max: number): string {
  const shape = [columns, ...rows].map((row) => columns.map((_, i) => oneLine(row[i] ?? '', CELL_MAX)));
  const lines = linesOf(shape).map((line) => line.replace(/ +$/gm, ''));
  const [head, ...body] = lines;
  return withinLimit(head ?? '', body, more, max);
}

/** Aligned, each row on one line, however wide. */
export function plainTable(shape: readonly Row[]): string[] {
  return aligned(shape, widths(shape)).map((line) => line.trimEnd());
}

function linesOf(shape: readonly Row[]): string[] {
  if (total(widths(shape)) <= PHONE_COLUMNS) return aligned(shape, widths(shape));
  const below = folded(shape.map((row) => row.slice(1)));
  return shape.map((row, i) => [row[0] ?? '', ...below.map((lines) => `${GAP}${lines[i] ?? ''}`)].join('\n'));
}

/** Neighbouring columns share a line as long as they fit: for each line, what stands there in each row. */
function folded(shape: readonly Row[]): string[][] {
  const room = PHONE_COLUMNS - GAP.length;
  const all = widths(shape).map((width) => Math.min(width, room));
  const lines: string[][] = [];
  for (let from = 0; from < all.length; ) {
    let to = from + 1;
    while (to < all.length && total(all.slice(from, to + 1)) <= room) to += 1;
    const columns = shape.map((row) => row.slice(from, to));
    lines.push(aligned(columns, all.slice(from, to)));
    from = to;
  }
  return lines;
}

function widths(shape: readonly Row[]): number[] {
  return (shape[0] ?? []).map((_, i) => Math.max(...shape.map((row) => widthOf(row[i] ?? ''))));
}

function total(columns: readonly number[]): number {
  return columns.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, columns.length - 1);
}

function aligned(shape: readonly Row[], columns: readonly number[]): string[] {
  const numeric = columns.map(
    (_, i) => shape.length > 1 && shape.slice(1).every((row) => row[i] === '' || NUMBER.test(row[i] ?? '')),
  );
  return shape.map((row) =>
    row
      .map((cell, i) => (numeric[i] ? padStart : padEnd)(cutToWidth(cell, columns[i] ?? 0), columns[i] ?? 0))
      .join(GAP),
  );
}

function withinLimit(head: string, body: readonly string[], more: number, max: number): string {
  const room = max - moreMark(99_999_999).length - 1;
  let out = cut(head, room);
  let shown = 0;
  for (const line of body) {
    if (out.length + 1 + line.length > room) break;
    out += `\n${line}`;
    shown += 1;
  }
  const left = body.length - shown + Math.max(0, more);
  return left > 0 ? `${out}\n${moreMark(left)}` : out;
}

/** Code of at most `max` characters, cut between lines where it can be; lines left out are counted. */
export function codeText(code: string, max: number): string {
  if (code.length <= max) return code;
  const room = max - moreMark(99_999_999).length - 1;
  const lines = code.split('\n');
  let out = '';
  let shown = 0;
  for (const line of lines) {
    if (out.length + line.length + 1 > room) break;
    out += `${line}\n`;
    shown += 1;
  }
  return shown === 0 ? cutToWidth(code, Math.floor(max / 2)) : `${out}${moreMark(lines.length - shown)}`;
}
