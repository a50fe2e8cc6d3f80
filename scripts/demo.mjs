/**
 * `npm run demo`: bundles the sandbox anew, in a temporary folder, and runs it: loaded file by file it would take as long as
 * everything else together. Libraries stay where they are.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { folderPrefix } from './own-folder.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What asks for its own address. */
const NAMES_ITSELF = /[/\\](?:app[/\\]store|embedded[/\\]programs|page[/\\]bundle)\.ts$/;

/** Libraries by their address, as the bundle lies elsewhere; and a source's own address stays what it was. */
const inPlace = {
  name: 'in-place',
  setup(bundler) {
    const known = new Map();
    const addressOf = async (path, { resolveDir, kind }) => {
      const found = await bundler.resolve(path, { resolveDir, kind, pluginData: inPlace });
      return found.errors.length > 0 ? path : pathToFileURL(found.path).href;
    };
    bundler.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (path.startsWith('node:') || kind === 'entry-point' || pluginData === inPlace) return undefined;
      if (!known.has(path)) known.set(path, addressOf(path, { resolveDir, kind }));
      return { path: await known.get(path), external: true };
    });
    bundler.onLoad({ filter: NAMES_ITSELF }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};

async function bundled() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['sandbox/main.ts'],
    outdir: ROOT,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Node's own, and not what bundlers alone can read.
    conditions: [],
    keepNames: true,
    logLevel: 'warning',
    plugins: [inPlace],
  });
  return outputFiles;
}

/** Answers the demo's `main`. It lies in a folder that goes with us, also by a signal that comes before the demo listens to any. */
async function load() {
  const files = await bundled();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix('hikeshi-demo')));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const leave = () => process.exit(1);
  for (const signal of SIGNALS) process.once(signal, leave);
  for (const { path, contents } of files) writeFileSync(join(folder, basename(path)), contents);
  const { main } = await import(pathToFileURL(join(folder, 'main.mjs')).href);
  for (const signal of SIGNALS) process.off(signal, leave);
  return main;
}

const main = await load().catch((error) => {
  console.error(`The demo could not be loaded: ${error.message}`);
  process.exit(1);
});
process.exit(await main(process.argv.slice(2)));
