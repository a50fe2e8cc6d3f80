import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './generated.ts';
import { type InstalledManifest, type Lock, type Manifest, supplyChainTroubles } from './supply-chain-rules.ts';

/** Looks at every package of the lock, and at those that are installed: licence, install script, version. Exits 1 if one is not allowed. */
const read = <T>(path: string): T => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T;
const installed = (path: string): InstalledManifest | undefined => {
  const manifest = join(path, 'package.json');
  return existsSync(join(ROOT, manifest)) ? read<InstalledManifest>(manifest) : undefined;
};
const troubles = supplyChainTroubles(read<Manifest>('package.json'), read<Lock>('package-lock.json'), installed);
for (const trouble of troubles) console.error(trouble);
if (troubles.length > 0) console.error('What may be installed, and why, is in scripts/supply-chain-rules.ts.');
process.exitCode = troubles.length > 0 ? 1 : 0;
