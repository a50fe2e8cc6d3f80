/** What is wrong, on stderr. @returns the exit code: 2 when the program was asked wrongly */
export function wrong(words: string, code = 2): number {
  process.stderr.write(`${words}\n`);
  return code;
}

/** What an error says, whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
