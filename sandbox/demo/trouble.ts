import { portTrouble } from '../../scripts/demo-port.mjs';
import { UserError } from '../../src/domain/errors.ts';

/** Why the demo did not start, in one sentence with the remedy where one is known. */
export function troubleOf(error: unknown): string {
  if (error instanceof UserError) return wordsOf(error);
  if (!(error instanceof Error)) return String(error);
  const { code, path }: NodeJS.ErrnoException = error;
  const ofPort = portTrouble(error);
  if (ofPort !== undefined) return ofPort;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `No right to write ${path}: say a folder of yours with --keep, or set TMPDIR.`;
    case 'ENOSPC':
      return 'The disk is full: the demo needs about 100 MB for its PostgreSQL.';
    default:
      return error.message;
  }
}

function wordsOf({ code, params }: UserError): string {
  if (code === 'data-dir-in-use')
    return `${String(params['dataDir'])} is in use by process ${String(params['pid'])}: end that, or say another folder with --keep.`;
  if (code === 'data-dir-unusable')
    return `${String(params['dataDir'])} cannot be used: ${String(params['why'])}. Say another folder with --keep.`;
  return typeof params['remedy'] === 'string' ? `${code}: ${params['remedy']}` : code;
}
