import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MADE_FROM = ['src', 'package.json', 'package-lock.json', 'scripts/build.mjs'];

/** Whether the bundle is missing or older than anything it is made from. */
export function isStale(root) {
  const bundle = join(root, 'dist', 'hikeshi.js');
  if (!existsSync(bundle)) return true;
  const built = statSync(bundle).mtimeMs;
  return MADE_FROM.some((path) => newest(join(root, path)) > built);
}

/** The folders' own times count too: they tell of a file that was removed. */
function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
