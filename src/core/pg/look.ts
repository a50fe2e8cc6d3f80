import { type Block, messageOf, type Text } from '../../domain/content.ts';
import type { Hidden, MissingGrant } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Postgres } from '../../ports/postgres.ts';
import type { Answered } from '../define.ts';

/** What a look at a database has at hand. */
export interface Looking {
  readonly postgres: Postgres;
  /** `production/orders` */
  readonly where: string;
  readonly signal: AbortSignal;
  readonly m: Catalog;
}

/** What fits a phone; the rest is counted. */
const ROWS = 15;

/** The statement that mends a missing right; an administrator runs it. */
export function grantOf(grant: MissingGrant, grantee: string): string {
  return `GRANT ${grant} TO ${grantee};`;
}

/** Says what could not be seen, and what mends it. */
export function hiddenNote(m: Catalog, { hidden, grantee }: Hidden): readonly Block[] {
  if (hidden === 0) return [];
  return [{ kind: 'context', lines: [m.pg.hidden({ hidden, grant: grantOf('pg_monitor', grantee) })] }];
}

/** The first of the rows as a table, with how many there are besides. */
export function tableOf(columns: readonly string[], rows: readonly (readonly string[])[], beyond = 0): Block {
  const shown = rows.slice(0, ROWS);
  return { kind: 'table', columns, rows: shown, more: rows.length - shown.length + beyond };
}

export function answerOf(words: Text, ...blocks: readonly Block[]): Answered {
  return messageOf(words, ...blocks);
}
