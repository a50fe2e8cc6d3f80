/** `npm run demo`: everything that Hikeshi needs, on this machine, and a page or a story to see it with. */
import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Arguments, readArguments, USAGE } from './demo/arguments.ts';
import { behindOf } from './demo/behind.ts';
import { commandHints } from './demo/command-hints.ts';
import { controlsOf } from './demo/controls.ts';
import { type Demo, startDemo } from './demo/start.ts';
import { troubleOf } from './demo/trouble.ts';
import { type Bundle, bundleClient } from './page/bundle.ts';
import type { BehindQuestion } from './page/client/model/behind.ts';
import { type Page, startPage } from './page/server.ts';
import { play } from './story/play.ts';

const DEFAULT_PORT = 4500;
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
  if (!options.play && options.port !== undefined) await portIsFree(options.port);
  const bundle = options.play ? undefined : bundleClient();
  bundle?.catch(() => undefined); // who shows the page hears of it
  const demo = await startDemo({ ...options, ...(options.play && { stepMs: 250 }) });
  try {
    return bundle
      ? await show(demo, { ...options, bundle }, asked)
      : await Promise.race([play(demo), asked.then(() => 1)]);
  } finally {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await demo.stop();
  }
}

const STARTING: Readonly<Record<Arguments['lang'], string>> = {
  en: 'Starting a PostgreSQL, a cluster, a workspace and Hikeshi…',
  ja: 'PostgreSQL、クラスタ、ワークスペース、Hikeshi を起動しています…',
};

const WELCOME: Readonly<Record<Arguments['lang'], (url: string, log: string) => readonly string[]>> = {
  en: (url, log) => [
    `Hikeshi demo: ${url}`,
    'Press "Show me around" there, or "Break checkout" and do what the post in #alerts says; the menu on top makes you somebody else.',
    `Ctrl-C ends it. Hikeshi's own log: ${log}`,
  ],
  ja: (url, log) => [
    `Hikeshi のデモ: ${url}`,
    '「ひと回り案内」を押すか、「checkout を壊す」を押して #alerts の投稿に従ってください。上のメニューで別の人になれます。',
    `終了は Ctrl-C。Hikeshi 自身のログ: ${log}`,
  ],
};

interface Shown extends Arguments {
  readonly bundle: Promise<Bundle>;
}

async function show(demo: Demo, options: Shown, asked: Promise<void>): Promise<number> {
  const page = await openPage(demo, options);
  console.log(WELCOME[options.lang](page.url, demo.logFile).join('\n'));
  await asked;
  await page.close();
  return 0;
}

async function openPage(demo: Demo, { port, bundle }: Shown): Promise<Page> {
  const options = {
    bundle,
    slackUrl: () => demo.slack.url,
    controls: controlsOf(demo),
    commands: commandHints(),
    behind: (question: BehindQuestion) => behindOf(demo, question),
  };
  const at = (wanted: number): Promise<Page> => startPage({ ...options, port: wanted });
  if (port !== undefined) return at(port);
  try {
    return await at(DEFAULT_PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return at(0);
  }
}

/** Known before anything else is started. @throws what listening on it throws */
async function portIsFree(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

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
