import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** Passwords of the embedded server's roles, and the port it last listened on, so that a restart keeps its address. */
export interface Secrets {
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
  readonly port?: number;
}

/** Reads the file, or makes passwords for a new one, which `writeSecrets` is to keep. */
export async function readSecrets(path: string): Promise<Secrets> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { admin: password(), owner: password(), app: password() };
  const { admin, owner, app, port } = JSON.parse(text) as Secrets;
  return { admin, owner, app, port };
}

/** Writes aside and renames, so that a crash leaves the old file or the new one, readable by its owner alone. */
export async function writeSecrets(path: string, secrets: Secrets): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(secrets), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function password(): string {
  return randomBytes(24).toString('base64url');
}
