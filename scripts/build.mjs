/**
 * Bundles `src/main.ts` into `dist/hikeshi.js`, which starts in a third of the time, with its migrations beside it. What is
 * imported on first use (the Kubernetes client, Slack's packages) is in chunks that are read then.
 */
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');

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
const draft = join(DIST, `draft.${process.pid}`);
const DAY_MS = 86_400_000;
await mkdir(DIST, { recursive: true });
try {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { hikeshi: 'src/main.ts' },
    outdir: draft,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
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
  await chmod(join(draft, 'hikeshi.js'), 0o755);
  const migrations = join(DIST, 'migrations');
  await rm(migrations, { recursive: true, force: true });
  await cp(join(ROOT, 'src/adapters/postgres/migrations'), migrations, { recursive: true });
  // Last, in one step: whoever starts the bundle meanwhile gets the old one or the new one.
  const chunks = (await readdir(draft)).filter((name) => name !== 'hikeshi.js');
  for (const name of [...chunks, 'hikeshi.js']) await rename(join(draft, name), join(DIST, name));
  await rm(draft, { recursive: true });
  await removeOldChunks(chunks);
} catch (error) {
  await rm(draft, { recursive: true, force: true });
  if (!(error instanceof Error && 'errors' in error)) console.error(error);
  console.error('The bundle was not built.');
  process.exit(1);
}
/** A program that still runs may yet ask for a chunk of its own: only those of other days go. */
async function removeOldChunks(present) {
  for (const name of await readdir(DIST)) {
    if (!name.startsWith('chunk-') || present.includes(name)) continue;
    const { mtimeMs } = await stat(join(DIST, name));
    if (Date.now() - mtimeMs > DAY_MS) await rm(join(DIST, name));
  }
}

console.log(`dist/hikeshi.js ${version} built in ${Math.round(performance.now() - started)} ms`);
