import { parseArgs } from 'node:util';
import type { Lang } from './scenario.ts';

export interface Arguments {
  readonly help: boolean;
  readonly play: boolean;
  readonly lang: Lang;
  /** Of the page; absent: 4500, or any free one if that is taken. */
  readonly port?: number;
  readonly keep?: string;
}

export const USAGE = `npm run demo -- [options]

  --play        tell the whole story in the terminal, without a browser; exit code 0 or 1
  --lang ja     Hikeshi and the page speak Japanese (default: en)
  --port N      the page's port (default: 4500, or a free one)
  --keep DIR    keep config, database and log in DIR (default: a temporary folder, removed at the end)
  --help        this text

Everything runs on this machine: a workspace that behaves like Slack, a simulated cluster, a sender of alerts, a PostgreSQL of
its own and the real Hikeshi. Nothing of your shell's credentials or clusters is used.`;

/** @throws Error with one sentence for what cannot be understood */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      play: { type: 'boolean', default: false },
      lang: { type: 'string', default: 'en' },
      port: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const { help, play, lang, keep } = values;
  if (lang !== 'en' && lang !== 'ja') throw new Error(`--lang knows en and ja, not "${lang}".`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new Error(`--port wants a number from 0 to 65535, not "${values.port}".`);
  return { help, play, lang, ...(port !== undefined && { port }), ...(keep !== undefined && { keep }) };
}
