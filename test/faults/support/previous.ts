import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * The version before this one: the commit whose program has to work beside ours, on our schema. From the first release on it is
 * the last released one; until then, while the first migration is still edited in place, it moves on when that does.
 */
export const PREVIOUS = '295f8b731722e62f0d31e30478a0751fe4d305ea';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hikeshi-ci');
const FIRST = '0001_initial.sql';
const INSTALL_MS = 5 * 60_000;

/** Path of that version's bundle; built from its own sources the first time. `undefined` where git does not have the commit. */
export async function previousBundle(): Promise<string | undefined> {
  const home = join(CACHE, `previous-${PREVIOUS.slice(0, 12)}`);
  const bundle = join(home, 'dist', 'hikeshi.js');
  if (await exists(bundle)) return bundle;
  if (!(await run('git', ['cat-file', '-e', `${PREVIOUS}^{commit}`]))) return undefined;
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, 'previous-'));
  try {
    await must('sh', ['-c', `git archive ${PREVIOUS} | tar -x -C "$0"`, draft]);
    await bringModules(draft);
    await must(process.execPath, [join(draft, 'scripts', 'build.mjs')], draft);
    await rm(join(draft, 'node_modules'), { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
    await rename(draft, home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return bundle;
}

/** Whether the first migration is another one by now: whatever it lacks that the version before needs, that one cannot do. */
export async function firstMigrationDiffers(bundle: string): Promise<boolean> {
  const ours = join(ROOT, 'src', 'adapters', 'postgres', 'migrations', FIRST);
  const [now, then] = await Promise.all(
    [ours, join(dirname(bundle), 'migrations', FIRST)].map((path) => readFile(path)),
  );
  return !now?.equals(then ?? Buffer.alloc(0));
}

/** Ours, where it wants what we have; else its own. */
async function bringModules(draft: string): Promise<void> {
  const [ours, theirs] = await Promise.all([ROOT, draft].map((dir) => wanted(dir)));
  if (ours === theirs) await symlink(join(ROOT, 'node_modules'), join(draft, 'node_modules'));
  else await must('npm', ['ci', '--no-audit', '--no-fund'], draft);
}

async function wanted(dir: string): Promise<string> {
  const text = await readFile(join(dir, 'package.json'), 'utf8');
  return JSON.stringify((JSON.parse(text) as { readonly dependencies: unknown }).dependencies);
}

async function must(program: string, args: readonly string[], cwd = ROOT): Promise<void> {
  await promisify(execFile)(program, args, { cwd, timeout: INSTALL_MS, maxBuffer: 64 * 1024 * 1024 });
}

async function run(program: string, args: readonly string[]): Promise<boolean> {
  return must(program, args).then(
    () => true,
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
