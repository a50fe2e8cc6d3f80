import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../../src/adapters/postgres/embedded/lock.ts';
import { addressOf, ended, FOLDER, run, runByShell } from './demo-program.ts';

describe('npm run demo', { timeout: 120_000 }, () => {
  it('tells the whole story in the terminal, in both languages, and leaves nothing behind', async () => {
    const [english, japanese] = await Promise.all([ended(run('--play')), ended(run('--play', '--lang', 'ja'))]);
    expect(english.out.trim().split('\n').at(-1), english.out).toMatch(/^the story holds: \d+ steps$/);
    expect(japanese.out.trim().split('\n').at(-1), japanese.out).toMatch(/^全 \d+ 場面、すべて筋書きどおりです$/);
    expect(japanese.out).not.toMatch(/\b(?:sees|types|presses|phones|Please)\b/);
    const indented = (line: string): boolean => /^(?: {3}|\d+\. |the story holds|$)/.test(line);
    expect(english.out.split('\n').filter((line) => !indented(line))).toEqual([]);
    for (const { code, err } of [english, japanese]) expect([code, err]).toEqual([0, '']);
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('hikeshi-demo-'))).toEqual([]);
  });

  it('prints one address and two lines, and ends with its input', async () => {
    const child = run('--port', '0');
    const done = ended(child);
    child.stdout!.once('data', () => child.stdin!.end());
    const { code, out } = await done;
    expect(out.trim().split('\n')).toHaveLength(3);
    expect(out).toMatch(/^Hikeshi demo: http:\/\/127\.0\.0\.1:\d+$/m);
    expect(code).toBe(0);
  });

  it('leaves nothing behind when a signal comes twice, as to a whole process group', async () => {
    const child = run('--port', '0');
    const exit = once(child, 'exit');
    const visitor = connect(Number(new URL(await addressOf(child)).port), '127.0.0.1').on('error', () => undefined);
    await once(visitor, 'connect');
    child.kill('SIGINT');
    // The page is the first that ends, everything behind it still stops.
    await once(visitor, 'close');
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('hikeshi-demo-'))).toEqual([]);
  });

  it('ends when npm is ended, whose shell passes nothing on', async () => {
    const child = runByShell('demo', '--port', '0');
    await addressOf(child);
    const silent = once(child.stdout!, 'close'); // nobody is left who could print
    child.kill('SIGKILL');
    await silent;
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('hikeshi-demo-'))).toEqual([]);
  });

  it('killed outright, leaves what the next start ends and removes', async () => {
    const folders = (): string[] => readdirSync(FOLDER).filter((name) => name.startsWith('hikeshi-demo-'));
    const killed = run('--port', '0');
    await addressOf(killed);
    const gone = once(killed, 'exit');
    killed.kill('SIGKILL');
    await gone;
    const left = folders();
    const pidFile = left
      .map((name) => join(FOLDER, name, 'data-1', 'pg', 'postmaster.pid'))
      .find((one) => existsSync(one))!;
    const server = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    expect([left.length, isRunning(server)]).toEqual([2, true]);

    const next = run('--port', '0');
    const page = await addressOf(next);
    expect(isRunning(server)).toBe(false);
    expect(folders()).toHaveLength(2);
    for (const name of left) expect(folders()).not.toContain(name);
    expect((await fetch(page)).status).toBe(200);
    const exit = once(next, 'exit');
    next.kill('SIGTERM');
    await exit;
    expect(folders()).toEqual([]);
  });

  it('says in a sentence that a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await ended(run('--port', String(port)));
    taken.close();
    expect([code, err]).toEqual([1, `Port ${port} is taken: say another one with --port, or leave it out.\n`]);
  });
});
