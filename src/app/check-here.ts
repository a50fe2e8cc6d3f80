import { rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { makeDataDir } from '../adapters/postgres/embedded/directory.ts';
import type { Config } from '../config/config.ts';
import { UserError } from '../domain/errors.ts';
import type { Finding } from './check.ts';

/** What `serve` needs of this machine: a port to listen on and, embedded, a directory to keep the database in. */

export async function lookAtPort({ env }: Config): Promise<Finding> {
  const what = `port ${env.port}`;
  const code = await listeningFails(env.port, env.host);
  switch (code) {
    case undefined:
      return { what, ok: true, detail: 'free' };
    case 'EADDRINUSE':
      return {
        what,
        ok: 'warning',
        detail: 'is taken, which is right only if Hikeshi is running',
        remedy: 'stop what listens there, or set PORT to another one',
      };
    case 'EACCES':
      return { what, ok: false, detail: 'no right to listen there', remedy: 'set PORT to one above 1023' };
    default:
      return { what, ok: false, detail: code, remedy: 'set HOST to an address of this machine, or unset it' };
  }
}

function listeningFails(port: number, host: string | undefined): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** Leaves nothing behind: what had to be made for trying is removed again. */
export async function lookAtDataDir({ env }: Config): Promise<Finding> {
  try {
    for (const made of await makeDataDir(env.dataDir)) await rmdir(made);
    return { what: 'postgres', ok: true, detail: `embedded, in ${env.dataDir}` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const remedy = 'set HIKESHI_DATA_DIR to a directory that may be written to';
    return {
      what: 'postgres',
      ok: false,
      detail: `embedded, in ${env.dataDir}: ${String(error.params['why'])}`,
      remedy,
    };
  }
}
