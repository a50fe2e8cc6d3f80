import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sentence if this Node is older than package.json's `engines.node` (of the form `>=20.19`), else undefined. */
export function nodeProblem(version, root) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = engines.node.replace('>=', '');
  const [haveMajor, haveMinor] = version.split('.').map(Number);
  const [major, minor] = wanted.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return undefined;
  return `Hikeshi needs Node ${wanted} or newer, and this is Node ${version}: install one from https://nodejs.org and run the command again.`;
}
