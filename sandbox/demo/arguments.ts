import { parseArgs } from 'node:util';
import { nearest } from '../../src/core/nearest.ts';
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
  --keep DIR    keep config, database, log and what was said in the workspace in DIR; the cluster begins well each time
                (default: a temporary folder, removed at the end)
  --help        this text

Everything runs on this machine: a workspace that behaves like Slack, a simulated cluster, a sender of alerts, a PostgreSQL of
its own and the real Hikeshi. Nothing of your shell's credentials or clusters is used.`;

/** What an option wants after it; those of the switches are nothing. */
const WANTS = { lang: 'en or ja', port: 'a number from 0 to 65535', keep: 'a folder' } as const;
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  play: { type: 'boolean' },
  lang: { type: 'string' },
  port: { type: 'string' },
  keep: { type: 'string' },
} as const;
type Name = keyof typeof OPTIONS;

/** @throws Error with one sentence for what cannot be understood */
export function readArguments(argv: readonly string[]): Arguments {
  // Not strict: the parser's own sentences are about its insides.
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const given = new Map<Name, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') throw unknown(token.kind === 'positional' ? token.value : '--');
    if (!isOption(token.name)) throw unknown(token.rawName);
    given.set(token.name, givenTo(token.name, token));
  }
  const [lang, port, keep] = [given.get('lang') ?? 'en', given.get('port'), given.get('keep')];
  if (lang !== 'en' && lang !== 'ja') throw new Error(`--lang knows en and ja, not "${lang}".`);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw new Error(`--port wants ${WANTS.port}, not "${port}".`);
  return {
    help: given.has('help'),
    play: given.has('play'),
    lang,
    ...(port !== undefined && { port: Number(port) }),
    ...(keep !== undefined && { keep }),
  };
}

function isOption(name: string): name is Name {
  return Object.hasOwn(OPTIONS, name);
}

function givenTo(
  name: Name,
  { value, inlineValue }: { readonly value?: string; readonly inlineValue?: boolean },
): string {
  if (!(name in WANTS)) {
    if (value === undefined) return '';
    throw new Error(`--${name} takes no value: leave "=${value}" out.`);
  }
  // The next option is no folder, unless it is said to be one by `=`.
  if (value === undefined || value === '' || (!inlineValue && value.startsWith('-')))
    throw new Error(`--${name} wants ${WANTS[name as keyof typeof WANTS]} after it.`);
  return value;
}

function unknown(word: string): Error {
  const known = Object.keys(OPTIONS).map((name) => `--${name}`);
  const [near] = word.startsWith('-') ? nearest(word, known, 1) : [];
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return new Error(`"${word}" is no option of the demo.${meant} See npm run demo -- --help.`);
}
