/**
 * SQLSTATEs that say "not now" rather than "not this statement" (PostgreSQL's appendix "Error Codes"): classes 08 connection,
 * 28 login, 40 rolled back (serialization, deadlock), 53 resources, 58 input and output.
 */
const CLASSES: ReadonlySet<string> = new Set(['08', '28', '40', '53', '58']);

const CODES: ReadonlySet<string> = new Set([
  '25006', // read-only transaction: the old primary, or a standby, during a failover
  '25P03', // ended for sitting idle in a transaction: we were frozen
  '25P04', // transaction_timeout
  '3D000', // no such database: a pooler or server still being set up
  '55P03', // lock not available within lock_timeout
  '57014', // cancelled: statement_timeout
  '57P01', // administrator's shutdown
  '57P02', // crash of another backend
  '57P03', // starting up or shutting down
  '57P05', // ended for sitting idle
]);

/** What the operating system says when nobody, or nobody any more, is at the other end. */
const SYSTEM_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The clients' own errors, which carry no code (pg 8: lib/client.js, pg-pool's index.js; kysely's postgres-driver.js). */
const CLIENT_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed)|Cannot use a pool after calling end|driver has already been destroyed)/;

/**
 * Whether an error says that what was prepared on this connection cannot be used there any more: it is gone, or a migration has
 * changed what it answers (PostgreSQL's plancache.c says only by the function's name that it was this). Nothing was carried out.
 */
export function isStalePrepared(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (codeOf(error) === INVALID_STATEMENT_NAME) return true;
  return codeOf(error) === NOT_SUPPORTED && 'routine' in error && error.routine === 'RevalidateCachedQuery';
}

const INVALID_STATEMENT_NAME = '26000';
const NOT_SUPPORTED = '0A000';

/**
 * Whether an error says that the store is away, overloaded, failing over or asks for a repeat, so that the same work may
 * succeed later unchanged: a webhook answers 503 for it, a loop tries again. Everything else (a refused value, a missing
 * table) is about the work itself, and repeating it would fail the same way. Looks through `cause` and AggregateError.
 */
export function isStorageFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isFaultCode(codeOf(error)) || isStalePrepared(error) || CLIENT_MESSAGES.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isStorageFault)) return true;
  return error.cause !== undefined && isStorageFault(error.cause);
}

function isFaultCode(code: string): boolean {
  return SYSTEM_CODES.has(code) || (code.length === 5 && (CODES.has(code) || CLASSES.has(code.slice(0, 2))));
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
