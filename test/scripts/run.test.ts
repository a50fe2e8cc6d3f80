import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

type Access = (folder: string) => void;

/** The scripts are plain JavaScript, without types of their own. */
const script = async <T>(name: string): Promise<T> => (await import(join(ROOT, 'scripts', name))) as T;
const { sandboxed } = await script<{ sandboxed: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv }>('sandboxed-env.mjs');
const { nodeProblem } = await script<{ nodeProblem: (version: string, root: string) => string | undefined }>(
  'node-version.mjs',
);
const { checkoutProblem, temporaryProblem } = await script<{
  checkoutProblem: (root: string, access?: Access) => string | undefined;
  temporaryProblem: (access?: Access) => string | undefined;
}>('rights.mjs');
const { portProblem } = await script<{ portProblem: (args: readonly string[]) => Promise<string | undefined> }>(
  'demo-port.mjs',
);
const { isStale } = await script<{ isStale: (root: string) => boolean }>('stale.mjs');

/** A port that is taken. */
async function listening(): Promise<{ port: number; close: () => unknown }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('what tests, demo and benchmarks see of the shell', () => {
  it('is nothing of real systems', () => {
    const names = [
      'DATABASE_URL',
      'DATABASE_URL_FILE',
      'DATABASE_MIGRATE_URL',
      'REDIS_URL',
      'KUBECONFIG',
      'PGPASSWORD',
    ];
    const more = ['KUBERNETES_SERVICE_HOST', 'AWS_PROFILE', 'AZURE_CLIENT_ID', 'SLACK_BOT_TOKEN', 'SLACK_API_URL'];
    const ours = ['ALERTMANAGER_WEBHOOK_TOKEN', 'HIKESHI_CONFIG', 'HIKESHI_DATA_DIR', 'NODE_ENV'];
    expect(sandboxed(Object.fromEntries([...names, ...more, ...ours].map((name) => [name, 'x'])))).toEqual({});
  });

  it('is all that makes programs run, and what is meant for tests', () => {
    const env = { PATH: '/bin', HOME: '/root', CI: 'true', LANG: 'C', HIKESHI_TEST_KUBECONFIG: '/k', PORT: '1' };
    expect(sandboxed(env)).toEqual(env);
  });
});

describe('an old Node', () => {
  it.each(['18.20.4', '20.18.3'])('%s is refused in a sentence', (version) => {
    expect(nodeProblem(version, ROOT)).toMatch(/^Hikeshi needs Node 20\.19 or newer, and this is Node .*\.$/);
  });

  it.each(['20.19.0', '22.0.0', '24.1.0'])('%s is not old', (version) => {
    expect(nodeProblem(version, ROOT)).toBeUndefined();
  });
});

describe('no right to write', () => {
  const closed = (): void => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
  };

  it('is told in a sentence that names the folder and what to do', () => {
    expect(temporaryProblem(closed)).toBe(
      `Nothing can be written to ${tmpdir()} (EACCES): set TMPDIR to a folder of yours and run this again.`,
    );
    expect(checkoutProblem('/srv/hikeshi', closed)).toMatch(/^Nothing can be written to \/srv\/hikeshi \(EACCES\): /);
    expect(checkoutProblem(join(tmpdir(), 'hikeshi-is-not-there'))).toContain('(ENOENT)');
  });

  it('is not told where there is one', () => {
    expect([temporaryProblem(), checkoutProblem(ROOT)]).toEqual([undefined, undefined]);
  });
});

describe('installing', () => {
  let root = '';
  const lock = (version: string): string => {
    const a = { version, resolved: `http://127.0.0.1:9/a/-/a-${version}.tgz`, integrity: 'sha512-eA==' };
    const b = { version: '1.0.0', optional: true };
    const packages = { '': { dependencies: { a: version } }, 'node_modules/a': a, 'node_modules/b': b };
    return JSON.stringify({ name: 'x', lockfileVersion: 3, requires: true, packages });
  };
  const installed = (): string => join(root, 'node_modules', '.package-lock.json');
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hikeshi-install-'));
    await mkdir(dirname(installed()), { recursive: true });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const NO_REGISTRY = {
    PATH: process.env['PATH'],
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
  };

  /** In a process of its own, with a registry that nobody answers for. */
  const install = (): Promise<{ answer: string | undefined; told: string }> =>
    new Promise((resolve, reject) => {
      const module = JSON.stringify(join(ROOT, 'scripts', 'install.mjs'));
      const code = `const { install } = await import(${module}); console.log(JSON.stringify(install(${JSON.stringify(root)}) ?? null));`;
      const options = { env: NO_REGISTRY, timeout: 25_000 };
      execFile(process.execPath, ['--input-type=module', '-e', code], options, (error, out, told) =>
        error ? reject(error) : resolve({ answer: (JSON.parse(out) as string | null) ?? undefined, told }),
      );
    });

  it('is left out while what is installed is newer than the lock', async () => {
    await writeFile(join(root, 'package-lock.json'), lock('1.0.0'));
    await writeFile(installed(), '{}');
    expect(await install()).toEqual({ answer: undefined, told: '' });
  });

  it('is left out when a checkout has only touched the lock, optional packages of other platforms aside', async () => {
    await writeFile(installed(), JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
    await utimes(installed(), 0, 0);
    expect(await install()).toEqual({ answer: undefined, told: '' });
    expect((await stat(installed())).mtimeMs).toBeGreaterThan(0);
  });

  it('is done when the lock has changed, and fails in one sentence without a network', async () => {
    await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'x', dependencies: { a: '2.0.0' } }));
    await writeFile(join(root, 'package-lock.json'), lock('2.0.0'));
    await utimes(installed(), 0, 0);
    const { answer, told } = await install();
    expect(told).toContain('npm ci');
    expect(answer).toMatch(/^npm ci failed because the npm registry could not be reached: .*\.$/);
  });

  /** What is told on stderr by an npm script of a clone in which nothing was installed yet. */
  const toldInClone = async (...args: readonly string[]): Promise<string> => {
    const clone = await mkdtemp(join(tmpdir(), 'hikeshi-clone-'));
    for (const each of ['scripts', 'package.json']) await cp(join(ROOT, each), join(clone, each), { recursive: true });
    await writeFile(join(clone, 'package-lock.json'), lock('1.0.0'));
    const told = await new Promise<string>((resolve) => {
      const options = { env: NO_REGISTRY, cwd: clone, timeout: 25_000 };
      execFile('npm', ['run', ...args], options, (_error, _out, stderr) => resolve(stderr));
    });
    await rm(clone, { recursive: true, force: true });
    return told;
  };
  const INSTALLING = 'Installing what package-lock.json lists (npm ci)';

  it.each(['build', 'demo', 'start', 'test'])('comes first in `npm run %s` of a fresh clone', async (name) => {
    expect(await toldInClone(name)).toContain(INSTALLING);
  });

  it('is not begun for a demo whose port is taken', async () => {
    const { port, close } = await listening();
    const told = await toldInClone('demo', '--', `--port=${port}`);
    close();
    expect(told).toContain(`Port ${port} is taken: say another one with --port, or leave it out.`);
    expect(told).not.toContain(INSTALLING);
  });
});

describe('the port asked for the demo', () => {
  it('is looked at only where it is to be listened on, and what cannot be read is left to the demo', async () => {
    const { port, close } = await listening();
    const told = `Port ${port} is taken: say another one with --port, or leave it out.`;
    const of = (...args: readonly string[]): Promise<string | undefined> => portProblem(args);
    expect(await of('--port', String(port))).toBe(told);
    expect(await of('--port', '0', '--lang', 'ja', `--port=${port}`)).toBe(told);
    expect(await of('--play', '--port', String(port))).toBeUndefined();
    expect(await of('--help', '--port', String(port))).toBeUndefined();
    expect(await of('-h', '--port', String(port))).toBeUndefined();
    for (const odd of [[], ['--port'], ['--port', '0'], ['--port', 'x'], ['--port', '70000'], ['--port', '--play']])
      expect(await of(...odd)).toBeUndefined();
    close();
  });
});

describe('the bundle', () => {
  it('is stale when it is missing, and when something it is made from is newer', async () => {
    const root = await mkdtemp(join(tmpdir(), 'hikeshi-stale-'));
    const write = async (path: string, at: number): Promise<void> => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), '');
      await utimes(join(root, path), at, at);
    };
    for (const path of ['package.json', 'package-lock.json', 'scripts/build.mjs', 'src/domain/a.ts'])
      await write(path, 10);
    for (const folder of ['src', 'src/domain']) await utimes(join(root, folder), 10, 10);
    expect(isStale(root)).toBe(true);
    await write('dist/hikeshi.js', 20);
    expect(isStale(root)).toBe(false);
    await write('src/domain/a.ts', 30);
    await utimes(join(root, 'src/domain'), 10, 10);
    expect(isStale(root)).toBe(true);
    await rm(root, { recursive: true, force: true });
  });
});
