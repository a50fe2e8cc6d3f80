import { readdir, readFile } from 'node:fs/promises';

/** `/proc` counts in hundredths of a second everywhere Linux runs Node. */
const TICK_MS = 10;

/** CPU that a process has used so far, ms; absent where there is no `/proc`. */
export async function cpuOf(pid: number): Promise<number | undefined> {
  const [user, system] = (await statOf(pid)) ?? [];
  return user === undefined || system === undefined ? undefined : (user + system) * TICK_MS;
}

/** The same of a process with its children, those that have ended included. */
export async function cpuOfFamily(pid: number): Promise<number | undefined> {
  const own = await statOf(pid);
  if (!own) return undefined;
  const children = await Promise.all((await childrenOf(pid)).map((child) => cpuOf(child)));
  return children.reduce((sum: number, ms) => sum + (ms ?? 0), own.reduce((a, b) => a + b, 0) * TICK_MS);
}

export async function childrenOf(parent: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(async (pid) => (await fieldsOf(pid))?.[1]));
  return pids.filter((_, i) => Number(parents[i]) === parent);
}

/** User and system time, then those of children that have ended: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function statOf(pid: number): Promise<readonly number[] | undefined> {
  return (await fieldsOf(pid))?.slice(11, 15).map(Number);
}

/** From the third field, the state, on: the second is a name that may hold anything. */
async function fieldsOf(pid: number): Promise<readonly string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const end = text.lastIndexOf(') ');
  return end < 0 ? undefined : text.slice(end + 2).split(' ');
}

/** Runs `work` and answers what each of these processes used meanwhile, ms. */
export async function cpuDuring<T>(
  read: readonly (() => Promise<number | undefined>)[],
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly used: readonly (number | undefined)[] }> {
  const before = await Promise.all(read.map((one) => one()));
  const done = await work();
  const after = await Promise.all(read.map((one) => one()));
  const used = after.map((ms, i) => {
    const from = before[i];
    return ms === undefined || from === undefined ? undefined : ms - from;
  });
  return { done, used };
}
