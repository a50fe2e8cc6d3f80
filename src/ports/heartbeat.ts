/**
 * Calls whoever watches from outside. Never rejects; answers what went wrong in a word (`timeout`, `ECONNREFUSED`, `http-503`),
 * without a part of the URL, for that is a secret.
 */
export type SendHeartbeat = (signal: AbortSignal) => Promise<'ok' | { readonly failed: string }>;
