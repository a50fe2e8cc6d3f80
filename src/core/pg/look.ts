import { type Block, type Button, messageOf, type Text } from '../../domain/content.ts';
import type { Hidden, MissingGrant, Session } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Postgres } from '../../ports/postgres.ts';
import { sayButton } from '../ask/say.ts';
import { rowsOf } from '../ask/whole.ts';
import type { Answered } from '../define.ts';

/** What a look at a database has at hand. */
export interface Looking {
  readonly postgres: Postgres;
  /** `production/orders` */
  readonly where: string;
  /** As it is typed after a command: `orders -e production`. */
  readonly words: string;
  readonly signal: AbortSignal;
  readonly m: Catalog;
  /** Nothing is left out for the sake of a phone. */
  readonly whole: boolean;
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
export function tableOf(
  whole: boolean,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  beyond = 0,
  most = ROWS,
): Block {
  const shown = rows.slice(0, rowsOf({ whole }, most));
  return { kind: 'table', columns, rows: shown, more: rows.length - shown.length + beyond };
}

export function answerOf(words: Text, ...blocks: readonly Block[]): Answered {
  return messageOf(words, ...blocks);
}

/** Of a share from 0 to 1: `93 %`; `-`: nothing to share. */
export function percentText(share: number | undefined): string {
  return share === undefined ? '-' : `${Math.round(share * 1_000) / 10} %`;
}

/** Ends what a session does: its statement while one runs, else the session. */
export function endButton({ pid, state }: Pick<Session, 'pid' | 'state'>, words: string, m: Catalog): Button {
  const [label, verb] =
    state === 'active' ? [m.pg.act.cancelOne({ pid }), 'pg-cancel'] : [m.pg.act.terminateOne({ pid }), 'pg-terminate'];
  return sayButton(label, `${verb} ${pid} ${words}`);
}
