import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';

const OPTIONS = { port: { type: 'string' }, play: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };

/** A sentence if the port that these ask for is not to be had, before anything is installed or bundled. What cannot be read is the demo's to refuse. */
export async function portProblem(args) {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: false });
  const { port, play, help } = values;
  if (play || help || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) return undefined;
  try {
    await portIsFree(Number(port));
    return undefined;
  } catch (error) {
    return portTrouble(error) ?? error.message;
  }
}

/** @throws what listening on it throws */
export async function portIsFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** The sentence for an error of listening; undefined for any other error. */
export function portTrouble({ code, path, port }) {
  if (code === 'EADDRINUSE') return `Port ${port} is taken: say another one with --port, or leave it out.`;
  if (path === undefined && (code === 'EACCES' || code === 'EPERM'))
    return `No right to listen on port ${port}: say one above 1023 with --port, or leave it out.`;
  return undefined;
}
