import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RealBench } from './bench.ts';
import { whyNot } from './guard.ts';

const run = promisify(execFile);

/** Why kubectl's own output cannot be compared with ours; `undefined`: it can. */
export async function whyNotKubectl(): Promise<string | undefined> {
  const absent = whyNot(process.env);
  if (absent) return absent;
  try {
    await run('kubectl', ['version', '--client']);
    return undefined;
  } catch {
    return 'there is no kubectl on the PATH';
  }
}

/** What kubectl prints, asked in the bench's namespace. */
export async function kubectl(bench: RealBench, ...words: readonly string[]): Promise<string> {
  const context = process.env['HIKESHI_TEST_CONTEXT'];
  const where = ['--kubeconfig', bench.kubeconfigPath, ...(context ? ['--context', context] : [])];
  return (await run('kubectl', [...where, '-n', bench.namespace, ...words])).stdout;
}

/** The rows of a table of kubectl's, cells by title: its columns stand where their titles begin. */
export function rowsOf(printed: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = printed.split('\n').filter((line) => line.trim() !== '');
  const starts = [...head.matchAll(/(?:^|\s{2,})(\S+(?: \S+)*)/g)].map((m) => ({
    title: m[1]!,
    at: m.index + m[0].length - m[1]!.length,
  }));
  return lines.map((line) =>
    Object.fromEntries(starts.map(({ title, at }, i) => [title, line.slice(at, starts[i + 1]?.at).trim()])),
  );
}
