/** `npm run demo`: everything that Hikeshi needs, on this machine, and a page or a story to see it with. */
import { fstatSync } from 'node:fs';
import { portIsFree } from '../scripts/demo-port.mjs';
import { prepareEmbedded } from '../src/adapters/postgres/embedded.ts';
import { type Arguments, readArguments, USAGE } from './demo/arguments.ts';
import { dataDirOf, openFolder } from './demo/folder.ts';
import { troubleOf } from './demo/trouble.ts';

/** A part that does not stop must not keep the terminal. */
const STOP_WITHIN_MS = 10_000;

async function run(argv: readonly string[]): Promise<number> {
  const options = readArguments(argv);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (process.stderr.isTTY) console.error(STARTING[options.lang]);
  // Whoever reads our lines may stop reading: `| head -1`.
  process.stdout.on('error', () => undefined);
  const asked = untilAsked({ input: !options.play });
  // Our runner has asked already, but it may have had to install since.
  if (!options.play && options.port !== undefined) await portIsFree(options.port);
  const folder = await openFolder(options.keep);
  // It takes longest, and another process does it while we load the rest. Where it fails, starting says why.
  const prepared = prepareEmbedded(dataDirOf(folder, options.keep !== undefined, 1)).catch(() => undefined);
  const { play, showOnPage, startDemo } = await import('./program.ts');
  const show = options.play ? undefined : showOnPage(options);
  await prepared;
  const demo = await startDemo({ ...options, folder, ...(options.play && { stepMs: 250 }) });
  try {
    return show ? await show(demo, asked) : await Promise.race([play(demo), asked.then(() => 1)]);
  } finally {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await demo.stop();
  }
}

const STARTING: Readonly<Record<Arguments['lang'], string>> = {
  en: 'Starting a PostgreSQL, a cluster, a workspace and Hikeshi…',
  ja: 'PostgreSQL、クラスタ、ワークスペース、Hikeshi を起動しています…',
};

/** A signal; or the end of standard input, where that is a pipe that somebody holds open. */
function untilAsked({ input }: { readonly input: boolean }): Promise<void> {
  return new Promise((resolve) => {
    // Not `once`: what is signalled to the whole group comes from our runner again, and must not cut the stopping short.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (!input || !isPipe()) return;
    process.stdin.once('end', resolve).once('error', () => resolve());
    process.stdin.resume();
  });
}

function isPipe(): boolean {
  try {
    const about = fstatSync(0);
    return about.isFIFO() || about.isSocket();
  } catch {
    return false;
  }
}

/** Answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    console.error(troubleOf(error));
    return 1;
  }
}
