/**
 * Bundles `src/main.ts` into `dist/hikeshi.js`, or into a folder that is named: one file that starts in a third of the time, with its migrations
 * beside it, and with a file for each part that most never load.
 */
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = resolve(ROOT, process.argv[2] ?? 'dist');

/** Optional parts of libraries that we do not install; asked for only when somebody switches them on. */
const NOT_INSTALLED = ['bullmq-otel', 'redis', '@valkey/valkey-glide', 'pg-native', 'bufferutil', 'utf-8-validate'];

/** Sources that are loaded when they are first needed, each a file of its own: at rest they cost neither time nor memory. */
const LATER = { 'ecr-sdk.js': 'src/adapters/aws/ecr-sdk.ts' };

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
const drafts = [];
await mkdir(DIST, { recursive: true });

/** Answers where it is until all are there. */
async function bundled(entryPoint, file, plugins) {
  const draft = join(DIST, file.replace(/\.js$/, `.${process.pid}.js`));
  drafts.push(draft);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entryPoint],
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
    plugins,
  });
  return draft;
}

const later = {
  name: 'later',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      const source = relative(ROOT, resolve(resolveDir, path));
      const file = kind === 'dynamic-import' && Object.keys(LATER).find((name) => LATER[name] === source);
      return file ? { path: `./${file}`, external: true } : undefined;
    });
  },
};

try {
  const files = { 'hikeshi.js': await bundled('src/main.ts', 'hikeshi.js', [later]) };
  for (const [file, source] of Object.entries(LATER)) files[file] = await bundled(source, file, []);
  await chmod(files['hikeshi.js'], 0o755);
  const migrations = join(DIST, 'migrations');
  await rm(migrations, { recursive: true, force: true });
  await cp(join(ROOT, 'src/adapters/postgres/migrations'), migrations, { recursive: true });
  // Last, each in one step, the program after what it loads: whoever starts it meanwhile gets the old one or the new one.
  for (const [file, draft] of Object.entries(files).reverse()) await rename(draft, join(DIST, file));
} catch (error) {
  for (const draft of drafts) await rm(draft, { force: true });
  if (!(error instanceof Error && 'errors' in error)) console.error(error);
  console.error('The bundle was not built.');
  process.exit(1);
}
console.log(
  `${relative(ROOT, join(DIST, 'hikeshi.js'))} ${version} built in ${Math.round(performance.now() - started)} ms`,
);
