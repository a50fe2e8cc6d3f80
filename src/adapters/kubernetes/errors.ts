import { maskSecrets } from '../../domain/secrets.ts';
import { ClusterError, type ClusterErrorKind } from '../../ports/cluster.ts';

const MESSAGE_LIMIT = 400;

/** The error body of an API server (`kind: Status`), as far as we use it. */
export interface Status {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
}

/** An answer that is not a success. Stays inside the adapter. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly statusCode: number;
  readonly status: Status | undefined;

  constructor(statusCode: number, status: Status | undefined) {
    super(`HTTP ${statusCode}`);
    this.statusCode = statusCode;
    this.status = status;
  }
}

/** A refusal of our own, before or instead of the API server's. Stays inside the adapter. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: ClusterErrorKind;

  constructor(kind: ClusterErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What the configuration gets wrong, in words that name the remedy. Stays inside the adapter. */
export class ConfigProblem extends Refusal {
  constructor(message: string) {
    super('misconfigured', message);
  }
}

/** True if the object itself is missing, and not the path (a wrong URL or a proxy's own 404 page). */
export function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof HttpError &&
    error.statusCode === 404 &&
    error.status?.reason === 'NotFound' &&
    error.status.details?.name === name
  );
}

/**
 * True if the change was refused because the object had moved: a failed JSON patch `test` is a 422 whose details are
 * empty (a validation error has a kind and causes there); 409 Conflict is the API server giving up its own retries.
 */
export function hasMoved(error: unknown): boolean {
  if (!(error instanceof HttpError) || isAdmission(error)) return false;
  if (error.statusCode === 409) return error.status?.reason === 'Conflict';
  const details = error.status?.details;
  return error.statusCode === 422 && !details?.kind && !details?.causes?.length;
}

/**
 * The admission webhook that takes no dry run (its `sideEffects` are `Some` or `Unknown`, which servers from 1.22 on keep but no longer
 * accept), where that is why the API server could not try a change. The patch's `test` operations had held by then.
 */
export function takesNoDryRun(error: unknown): string | undefined {
  if (!(error instanceof HttpError) || error.statusCode !== 400) return undefined;
  const name = /^admission webhook "([^"]+)" does not support dry run$/.exec(error.status?.message ?? '')?.[1];
  return name && short(name);
}

/** The only way out of the adapter: a bounded message, without secrets, and a kind to act upon. */
export function toClusterError(error: unknown, cluster: string): ClusterError {
  if (error instanceof Refusal) return new ClusterError(error.kind, cluster, short(error.message));
  if (!(error instanceof HttpError)) {
    const code = errorCode(error);
    return new ClusterError('away', cluster, `cannot reach the API server of ${cluster} (${code})`, { cause: code });
  }
  return new ClusterError(kindOf(error), cluster, messageOf(error));
}

function kindOf(error: HttpError): ClusterErrorKind {
  const code = error.statusCode;
  if (code === 401) return 'unauthorized';
  if (isAdmission(error)) return 'invalid';
  if (code === 403) return 'forbidden';
  if (code === 404) return 'not-found';
  if (hasMoved(error)) return 'changed';
  return code === 410 || code === 429 || code >= 500 ? 'away' : 'invalid';
}

/**
 * A webhook said no (403 unless it chooses another code), or was asked and did not answer (500): nothing was changed, and it is neither
 * a right that is missing nor the API server that is away.
 */
function isAdmission({ status }: HttpError): boolean {
  return /^admission webhook "[^"]*" denied the request|\bfailed calling webhook "/.test(status?.message ?? '');
}

function messageOf(error: HttpError): string {
  if (error.statusCode === 401) return 'the API server does not accept our credentials (401)';
  const words = error.status?.message;
  return words ? short(words) : `the API server answered ${error.statusCode} without saying why`;
}

/** One line of at most 400 characters, cut between characters; admission webhooks quote what they refuse, secrets included. */
function short(text: string): string {
  const line = maskSecrets(text).replace(/\s+/g, ' ').trim();
  const points = Array.from(line.slice(0, MESSAGE_LIMIT * 2));
  return points.length > MESSAGE_LIMIT ? `${points.slice(0, MESSAGE_LIMIT - 1).join('')}…` : line;
}

/** `ECONNREFUSED`, `UND_ERR_HEADERS_TIMEOUT`, `TimeoutError`...: codes and names hold no secrets, messages may. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.name;
}
