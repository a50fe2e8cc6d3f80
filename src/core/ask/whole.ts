import type { Block } from '../../domain/content.ts';
import type { Answered, Asked } from '../define.ts';

/** Of an answer in a file. */
const ROWS_OF_A_FILE = 10_000;
/** Characters in cells: about what a message holds of a table. */
const TABLE_OF_A_MESSAGE = 2_000;

/** How many rows to show: `phone` in a message, all there are in a file. */
export function rowsOf({ whole }: Pick<Asked, 'whole'>, phone: number): number {
  return whole ? ROWS_OF_A_FILE : phone;
}

/** Whether a file would hold more than the message. */
export function isCut({ blocks, more }: Answered): boolean {
  return more === true || blocks.some(isCutTable);
}

function isCutTable(block: Block): boolean {
  if (block.kind !== 'table') return false;
  return block.more > 0 || block.rows.flat().reduce((sum, cell) => sum + cell.length + 2, 0) > TABLE_OF_A_MESSAGE;
}
