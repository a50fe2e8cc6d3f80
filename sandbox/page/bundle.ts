import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CLIENT = new URL('./client/', import.meta.url);

interface Asset {
  /** Its content type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What the page consists of, by file name. */
export type Bundle = ReadonlyMap<string, Asset>;

/** Reads the page's sources into what a browser takes: a fifth of a second, so nothing built need be kept. */
export async function bundleClient(): Promise<Bundle> {
  const path = (name: string): string => fileURLToPath(new URL(name, CLIENT));
  const read = async (name: string, type: string) => [name, { type, bytes: await readFile(path(name)) }] as const;
  const { outputFiles } = await build({
    entryPoints: { page: path('main.tsx'), style: path('style/main.css') },
    outdir: path('.'),
    write: false,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    logLevel: 'silent',
  });
  const [script, style] = [outputFiles.find(isScript), outputFiles.find((one) => !isScript(one))];
  return new Map<string, Asset>([
    await read('index.html', 'text/html; charset=utf-8'),
    await read('icon.svg', 'image/svg+xml'),
    ['page.js', { type: 'text/javascript; charset=utf-8', bytes: script?.contents ?? new Uint8Array() }],
    ['page.css', { type: 'text/css; charset=utf-8', bytes: style?.contents ?? new Uint8Array() }],
  ]);
}

function isScript({ path }: { readonly path: string }): boolean {
  return path.endsWith('.js');
}
