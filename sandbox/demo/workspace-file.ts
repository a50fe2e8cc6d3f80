import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { FakeSlack } from '../slack/index.ts';

/** Often enough for who ends the program by force. */
const EACH_MS = 1_000;

/** What was said before; undefined where nothing was. */
export async function readWorkspace(file: string | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Writes down what is said, each second that something was; the answer writes the rest, and ends it. */
export function keepWorkspace(slack: FakeSlack, file: string): () => void {
  let written = 0;
  const write = (): void => {
    if (slack.log.length === written) return;
    written = slack.log.length;
    // Never half of it in its place.
    writeFileSync(`${file}.new`, slack.kept(), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const timer = setInterval(write, EACH_MS).unref();
  return () => {
    clearInterval(timer);
    write();
  };
}
