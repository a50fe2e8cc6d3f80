import { bundleClient } from '../page/bundle.ts';
import type { BehindQuestion } from '../page/client/model/behind.ts';
import { type Page, type PageOptions, startPage } from '../page/server.ts';
import type { Arguments } from './arguments.ts';
import { behindOf } from './behind.ts';
import { commandHints } from './command-hints.ts';
import { controlsOf } from './controls.ts';
import type { Demo } from './start.ts';

const DEFAULT_PORT = 4500;

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

/** Makes the page ready; the answer shows a demo on it until that is asked to end, and says the exit code. */
export function showOnPage({ lang, port }: Pick<Arguments, 'lang' | 'port'>) {
  const bundle = bundleClient();
  bundle.catch(() => undefined); // who shows the page hears of it
  return async (demo: Demo, asked: Promise<void>): Promise<number> => {
    const page = await openPage(optionsFor(demo, bundle), port);
    console.log(WELCOME[lang](page.url, demo.logFile).join('\n'));
    await asked;
    await page.close();
    return 0;
  };
}

function optionsFor(demo: Demo, bundle: PageOptions['bundle']): Omit<PageOptions, 'port'> {
  return {
    ...(bundle && { bundle }),
    slackUrl: () => demo.slack.url,
    controls: controlsOf(demo),
    commands: commandHints(),
    behind: (question: BehindQuestion) => behindOf(demo, question),
  };
}

/** @param port absent: 4500, or any free one if that is taken */
async function openPage(options: Omit<PageOptions, 'port'>, port: number | undefined): Promise<Page> {
  const at = (wanted: number): Promise<Page> => startPage({ ...options, port: wanted });
  if (port !== undefined) return at(port);
  try {
    return await at(DEFAULT_PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return at(0);
  }
}
