import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { asWritten, digestOf, WRITTEN_COLUMNS, type WrittenEntry } from './written.ts';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Inclusive. */
  readonly since?: Date;
  /** Exclusive. */
  readonly until?: Date;
  /** Entries read at once; default 1,000. */
  readonly page?: number;
}

/** Objects stay objects in JSON lines; everything else is text or null, ids are numbers. */
const JSON_COLUMNS: ReadonlySet<string> = new Set(['principal', 'origin', 'before', 'after']);
const NUMBERS: ReadonlySet<string> = new Set(['v', 'incident_id', 'job_id', 'approval_id']);

/**
 * Entries by time, as text, a page at a time: memory does not grow with the audit. Each carries its digest, which is what
 * its seal holds. Give a transaction of one snapshot.
 */
export async function* exportAudit(db: Db, options: ExportOptions): AsyncGenerator<string> {
  const line = options.format === 'csv' ? csvLine : jsonLine;
  if (options.format === 'csv') yield csvRow(['id', ...WRITTEN_COLUMNS, 'digest']);
  let after: WrittenEntry | undefined;
  for (;;) {
    const entries = await pageAfter(db, options, after);
    if (entries.length === 0) return;
    yield entries.map(line).join('');
    after = entries.at(-1);
  }
}

async function pageAfter(
  db: Db,
  { since, until, page = 1_000 }: ExportOptions,
  after: WrittenEntry | undefined,
): Promise<readonly WrittenEntry[]> {
  const from = after
    ? sql`(a.at, a.id) > (${after.at}::timestamptz, ${after.id})`
    : sql`a.at >= coalesce(${since ?? null}::timestamptz, '-infinity')`;
  const { rows } = await sql<WrittenEntry>`
    select ${asWritten} from audit a
    where ${from} and a.at < coalesce(${until ?? null}::timestamptz, 'infinity')
    order by a.at, a.id limit ${page}`.execute(db);
  return rows;
}

/** PostgreSQL's own text of jsonb is one line of JSON, and stands here as it is: its digest can be found again. */
function jsonLine(entry: WrittenEntry): string {
  const fields = WRITTEN_COLUMNS.map((column) => {
    const value = entry[column];
    const raw = value !== null && (JSON_COLUMNS.has(column) || NUMBERS.has(column));
    return `${JSON.stringify(column)}:${raw ? value : JSON.stringify(value)}`;
  });
  return `{"id":${entry.id},${fields.join(',')},"digest":"${digestOf(entry).toString('hex')}"}\n`;
}

function csvLine(entry: WrittenEntry): string {
  return csvRow([String(entry.id), ...WRITTEN_COLUMNS.map((c) => entry[c] ?? ''), digestOf(entry).toString('hex')]);
}

/** RFC 4180. */
function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Spreadsheets run what begins like a formula, white space before it or not: an apostrophe makes it text. */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

export function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
