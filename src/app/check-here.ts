import { rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { makeDataDir } from '../adapters/postgres/embedded/directory.ts';
import type { Config } from '../config/config.ts';
import { UserError } from '../domain/errors.ts';
import type { Around, Finding, Tell, Words } from './check.ts';
import { waitsFor } from './gaps.ts';

/** What `serve` needs of this machine: a port to listen on and, embedded, a directory to keep the database in. */

export async function lookAtPort({ env }: Config, note: Tell, { words, gaps }: Around): Promise<void> {
  if (waitsFor(gaps.at('PORT'), words.what.port({}), note, words)) return;
  note({ what: words.what.port({ port: env.port }), ...portFinding(await listeningFails(env.port, env.host), words) });
}

function portFinding(code: string | undefined, { port }: Words): Omit<Finding, 'what'> {
  switch (code) {
    case undefined:
      return { ok: true, detail: port.free };
    case 'EADDRINUSE':
      return { ok: 'warning', ...port.taken };
    case 'EACCES':
      return { ok: false, ...port.forbidden };
    default:
      return { ok: false, detail: code, ...port.other };
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
export async function lookAtDataDir({ env }: Config, { store }: Words): Promise<Finding> {
  const what = 'postgres';
  const dir = env.dataDir;
  try {
    for (const made of await makeDataDir(dir)) await rmdir(made);
    return { what, ok: true, detail: store.embedded({ dir }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { detail, remedy } = store.unwritable;
    return { what, ok: false, detail: detail({ dir, why: String(error.params['why']) }), remedy };
  }
}
