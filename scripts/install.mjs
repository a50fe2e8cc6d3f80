import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutProblem } from './rights.mjs';

const OFFLINE = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|network/;
const SHOWN_LINES = 15;

/** Runs `npm ci` if what is installed is not what package-lock.json says. Answers a sentence when that fails. */
export function install(root) {
  if (isInstalled(root)) return undefined;
  const refused = checkoutProblem(root);
  if (refused) return refused;
  console.error('Installing what package-lock.json lists (npm ci); it takes a minute or so ...');
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr, error } = spawnNpm(args, root);
  if (status === 0) return undefined;
  const output = `${stdout ?? ''}${stderr ?? ''}`;
  if (error) return `npm could not be started (${error.message}): install it, it comes with Node, and run this again.`;
  console.error(output.trim().split('\n').slice(-SHOWN_LINES).join('\n'));
  return OFFLINE.test(output)
    ? 'npm ci failed because the npm registry could not be reached: check the network, or proxy and registry of npm config, and run this again.'
    : 'npm ci failed, its last lines are above: mend that and run this again.';
}

/** By npm's own list of what it installed; times first, because a checkout touches files without changing them. */
function isInstalled(root) {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  const [wanted, have] = [lock, installed].map((file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {});
  const missing = Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && have[path]?.version !== version && !(optional && !have[path]),
  );
  if (missing || Object.keys(have).some((path) => !wanted[path])) return false;
  const now = new Date();
  utimesSync(installed, now, now);
  return true;
}

/** With the npm that called us, where one did: there may be several, and on Windows it is no program but a script. */
function spawnNpm(args, cwd) {
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const npm = process.env['npm_execpath'];
  if (npm?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [npm, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}
