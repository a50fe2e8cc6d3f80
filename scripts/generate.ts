import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate, outOfDate, ROOT } from './generated.ts';

/** Writes what is generated from the code; with `--check` it only names what is out of date, and exits 1. */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const generated = await generate();
const stale = await outOfDate(generated);

if (values.check) {
  for (const path of stale) console.error(`${path} is out of date: npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), generated.get(path)!);
    console.log(`wrote ${path}`);
  }
}
