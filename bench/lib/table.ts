import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { mib, ms, type Row } from './result.ts';
import type { Spread } from './stats.ts';

const BEGIN = '<!-- bench:begin (written by npm run bench -- --write) -->';
const END = '<!-- bench:end -->';

export interface About {
  readonly commit: Spread;
  readonly postgres: string;
  readonly inMemory: boolean;
  readonly loadBefore: number;
  readonly seconds: number;
}

/** What a reader must know to compare: when, which source, which machine, how busy, what a commit costs. */
export async function machineWords(about: About): Promise<string> {
  const cores = cpus();
  const load = about.loadBefore.toFixed(1);
  const busy =
    about.loadBefore > cores.length / 2
      ? ' **Others were using the machine: read the ratios, not the milliseconds.**'
      : '';
  const disk = about.inMemory ? ' **The data was in memory: commits cost less than on a disk.**' : '';
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, source ${await source()}, in ${about.seconds} s.`,
    `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown CPU'}, ${mib(totalmem())}, ${process.platform} ${release()},`,
    `Node ${process.versions.node}, PostgreSQL ${about.postgres} with fsync and synchronous_commit on.`,
    `Load before the run ${load} on ${cores.length} cores.${busy}`,
    `**One commit of one row: p50 ${ms(about.commit.p50)}, p99 ${ms(about.commit.p99)}** (n=${about.commit.count}).${disk}`,
  ].join('\n');
}

export function tableOf(rows: readonly Row[]): string {
  const head = ['what', 'target', 'Hikeshi', 'cold: its first 3 s', 'peer in the same run', ''];
  const lines = rows.map((row) => [
    row.what,
    row.target ?? '',
    row.ours,
    row.cold ?? '',
    row.peer ?? '',
    row.met === undefined ? '' : row.met ? 'met' : '**missed**',
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts the text between the two marks of the page. @throws Error when the page has none */
export async function writeBetweenMarks(path: string, text: string): Promise<void> {
  const page = await readFile(path, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no "${BEGIN}" ... "${END}" to write between`);
  await writeFile(path, `${page.slice(0, begin + BEGIN.length)}\n${text}\n${page.slice(end)}`);
}

async function source(): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { timeout: 5_000 })).stdout.trim();
  try {
    const changed = await git('status', '--porcelain', '--', 'src');
    return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}
