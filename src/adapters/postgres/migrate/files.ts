import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One numbered .sql file. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** sha256 of the text with Unix line ends, in hex. */
  readonly checksum: string;
  /** Runs statement by statement outside of a transaction, and so must bear being repeated from its beginning. */
  readonly concurrent: boolean;
  /** The oldest program, by its own newest migration, that still reads this schema. */
  readonly minReader: number | undefined;
}

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;
const MIN_READER = /^-- min_reader: (\d+)$/;

/**
 * Reads a folder of `0001_name.sql` files, in order of number.
 * @throws Error for a .sql file that is named otherwise, for a number used twice, and for a missing folder: a file left out in
 * silence would be found out in production.
 */
export async function loadMigrations(folder: string | URL): Promise<readonly Migration[]> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (name) => parse(name, await readFile(join(path, name), 'utf8'))),
  );
  for (const [i, { version, name }] of migrations.entries()) {
    if (migrations[i + 1]?.version === version) throw new Error(`Two migrations have the number of ${name}.`);
  }
  return migrations;
}

function parse(name: string, text: string): Migration {
  const version = Number(FILE_NAME.exec(name)?.[1]);
  if (!(version > 0)) throw new Error(`The migration ${name} must be named like 0001_what_it_does.sql.`);
  const sql = text.replaceAll('\r\n', '\n');
  const header = headerOf(sql);
  const minReader = header.map((line) => MIN_READER.exec(line)?.[1]).find((found) => found !== undefined);
  return {
    version,
    name,
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
    concurrent: header[0] === '-- concurrent',
    minReader: minReader === undefined ? undefined : Number(minReader),
  };
}

/** The comment lines before the first other line. */
function headerOf(sql: string): readonly string[] {
  const lines = sql.split('\n').map((line) => line.trimEnd());
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return end === -1 ? lines : lines.slice(0, end);
}
