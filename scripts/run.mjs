/**
 * What the npm scripts call. Plain JavaScript without dependencies, because on a fresh clone nothing is installed yet: it
 * installs when it must, then hands over to vitest, the demo or the bundle and passes signals and exit code on.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';
import { nodeProblem } from './node-version.mjs';
import { checkoutProblem, temporaryProblem } from './rights.mjs';
import { sandboxed } from './sandboxed-env.mjs';
import { isStale } from './stale.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILD = join('scripts', 'build.mjs');
const VITEST = join('node_modules', 'vitest', 'vitest.mjs');

/** Programs by what they are asked for: arguments of `node`, and whether they see the shell's credentials. */
const PROGRAMS = {
  test: () => vitest('fast'),
  'test:abuse': abuse,
  'test:cluster': () => vitest('cluster', 'cluster-whole'),
  'test:e2e': () => vitest('e2e'),
  'test:faults': faults,
  'test:image': () => vitest('image'),
  bench: () => ({ args: ['--import', 'tsx', join('bench', 'main.ts')], env: sandboxed(process.env), bundle: true }),
  build: () => ({ args: [BUILD], env: process.env, bundle: false }),
  demo: () => ({ args: [join('scripts', 'demo.mjs')], env: sandboxed(process.env), bundle: false }),
  start: () => ({ args: [join('dist', 'hikeshi.js'), 'serve', '--embedded'], env: process.env, bundle: true }),
};

function vitest(...projects) {
  const asked = projects.flatMap((project) => ['--project', project]);
  return { args: [VITEST, 'run', ...asked], env: sandboxed(process.env), bundle: false };
}

/** `--long`: everything, which takes a while. `HIKESHI_FAULT_SEED` repeats a run, `HIKESHI_FAULT_INCIDENTS` makes the long one shorter. */
function faults() {
  const { args, env } = vitest('faults', 'faults-pace');
  const at = rest.indexOf('--long');
  if (at >= 0) rest.splice(at, 1);
  const seed = process.env['HIKESHI_TEST_FAULT_SEED'] ?? process.env['HIKESHI_FAULT_SEED'];
  const incidents = process.env['HIKESHI_FAULT_INCIDENTS'];
  const asked = {
    ...(at >= 0 && { HIKESHI_TEST_FAULTS: 'long' }),
    ...(seed && { HIKESHI_TEST_FAULT_SEED: seed }),
    ...(incidents && { HIKESHI_TEST_FAULT_INCIDENTS: incidents }),
  };
  return { args, env: { ...env, ...asked }, bundle: true };
}

/** `HIKESHI_ABUSE_SEED` repeats a run; `HIKESHI_ABUSE_INPUTS` is how many for each seed. */
function abuse() {
  const { args, env } = vitest('abuse');
  const { HIKESHI_ABUSE_SEED: seed, HIKESHI_ABUSE_INPUTS: inputs } = process.env;
  const asked = {
    ...(seed && { HIKESHI_TEST_ABUSE_SEED: seed }),
    ...(inputs && { HIKESHI_TEST_ABUSE_INPUTS: inputs }),
  };
  return { args, env: { ...env, ...asked }, bundle: false };
}

const [what, ...rest] = process.argv.slice(2);
const program = Object.hasOwn(PROGRAMS, what ?? '') ? PROGRAMS[what] : undefined;
const problem =
  nodeProblem(process.versions.node, ROOT) ?? temporaryProblem() ?? (what === 'demo' ? await takenPort() : undefined);
if (problem) fail(problem);
if (!program && what !== 'install') fail(`Say what to run: install, ${Object.keys(PROGRAMS).join(', ')}.`);
const uninstalled = install(ROOT);
if (uninstalled) fail(uninstalled);
if (!program) process.exit(0);
const { args, env, bundle } = program();
if (bundle && isStale(ROOT)) {
  const refused = checkoutProblem(ROOT);
  if (refused) fail(refused);
  const code = await run([BUILD], process.env);
  if (code !== 0) process.exit(code);
}
process.exit(await run([...args, ...rest], env));

/** Not to install for a demo that will not start. Loaded late: an old Node cannot. */
async function takenPort() {
  const { portProblem } = await import('./demo-port.mjs');
  return portProblem(rest);
}

/** Runs `node` with these and answers its exit code, 128 + n for signal n as shells have it. */
function run(nodeArgs, environment) {
  const child = spawn(process.execPath, nodeArgs, { cwd: ROOT, env: environment, stdio: 'inherit' });
  const forward = (signal) => {
    // Ctrl-C reaches everything in the terminal's foreground; passed on, it would arrive twice.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  const watching = whenOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', (error) => fail(`${process.execPath} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(each, forward);
      clearInterval(watching);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** npm's shell does not pass on what ends it: who ends npm alone means us. Started otherwise, we may well outlive a shell. */
function whenOrphaned(then) {
  if (!process.env['npm_lifecycle_event']) return undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, 500);
  return timer.unref();
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
