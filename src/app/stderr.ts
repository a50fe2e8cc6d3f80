import { clean, plain } from '../domain/clean.ts';

/** What is wrong, on stderr, with nothing in it that a terminal acts upon. @returns the exit code: 2 when the program was asked wrongly */
export function wrong(words: string, code = 2): number {
  process.stderr.write(`${plain(words)}\n`);
  return code;
}

/** What an error says, whatever was thrown: without secrets, for libraries put addresses and values into their words. */
export function wordsOf(error: unknown): string {
  return clean(error instanceof Error ? error.message : String(error));
}
