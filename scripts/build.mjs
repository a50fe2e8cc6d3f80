/** Bundles `src/main.ts` into `dist/hikeshi.js`, or into a folder that is named: one file that starts in a third of the time, with its migrations beside it. */
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = resolve(ROOT, process.argv[2] ?? 'dist');

/** Optional parts of libraries that we do not install; asked for only when somebody switches them on. */
const NOT_INSTALLED = ['bullmq-otel', 'redis', '@valkey/valkey-glide', 'pg-native', 'bufferutil', 'utf-8-validate'];

/** Libraries in CommonJS style expect these three; in an ES module nobody defines them. */
const BANNER = `#!/usr/bin/env node
import { createRequire as __hikeshiRequire } from 'node:module';
import { dirname as __hikeshiDirname } from 'node:path';
import { fileURLToPath as __hikeshiPath } from 'node:url';
const require = __hikeshiRequire(import.meta.url);
const __filename = __hikeshiPath(import.meta.url);
const __dirname = __hikeshiDirname(__filename);`;

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const started = performance.now();
const draft = join(DIST, `hikeshi.${process.pid}.js`);
await mkdir(DIST, { recursive: true });
try {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outfile: draft,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: BANNER },
    define: { HIKESHI_VERSION: JSON.stringify(version) },
    external: NOT_INSTALLED,
    // Names stay, for stack traces and for errors told apart by name; lines stay short, because Node prints the one that threw.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    keepNames: true,
    logLevel: 'warning',
  });
  await chmod(draft, 0o755);
  const migrations = join(DIST, 'migrations');
  await rm(migrations, { recursive: true, force: true });
  await cp(join(ROOT, 'src/adapters/postgres/migrations'), migrations, { recursive: true });
  // Last, in one step: whoever starts the bundle meanwhile gets the old one or the new one.
  await rename(draft, join(DIST, 'hikeshi.js'));
} catch (error) {
  await rm(draft, { force: true });
  if (!(error instanceof Error && 'errors' in error)) console.error(error);
  console.error('The bundle was not built.');
  process.exit(1);
}
console.log(
  `${relative(ROOT, join(DIST, 'hikeshi.js'))} ${version} built in ${Math.round(performance.now() - started)} ms`,
);
