import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, '.github');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: object;
  readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const ci = parse(read('workflows/ci.yml')) as Workflow;
const steps = Object.values(ci.jobs).flatMap((job) => job.steps);

/** What cannot be run here can be read: pinned, without rights, and with every suite there is. */
describe('the workflows', () => {
  it.each(files)('%s pins each action by its commit, with the version beside it', (file) => {
    const used = [...read(file).matchAll(/^\s*-? *uses: *(.+)$/gm)].map(([, what]) => what!);
    const loose = used.filter((what) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what));
    const own = loose.filter((what) => what.startsWith('./'));
    expect(loose).toEqual(own);
    for (const path of own) expect(existsSync(join(ROOT, path, 'action.yml')), path).toBe(true);
  });

  it('may read the contents and nothing else, keep no credentials, and end', () => {
    expect(ci.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(ci.jobs)) {
      expect(job.permissions).toBeUndefined();
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    }
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).toHaveLength(Object.keys(ci.jobs).length);
    for (const checkout of checkouts) expect(checkout.with).toEqual({ 'persist-credentials': false });
  });

  it('run check, every suite, on each Node that is supported', () => {
    const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
      engines: { node: string };
    };
    const ran = steps.flatMap(({ run }) => run ?? []).join('\n');
    for (const suite of Object.keys(scripts).filter((name) => name.startsWith('test:'))) expect(ran).toContain(suite);
    expect(ran).toMatch(/npm run check\nnpm test$/m);
    const nodes = ci.jobs['test']!.strategy!.matrix.node;
    expect(nodes).toEqual(['20', '22', '24']);
    expect(engines.node.startsWith(`>=${nodes[0]}`)).toBe(true);
  });

  it('ask for known weaknesses and signatures, and write down what the program is made of', () => {
    const ran = ci.jobs['supply-chain']!.steps.flatMap(({ run }) => run ?? []);
    expect(ran).toEqual([
      'npm audit --audit-level=high',
      'npm audit signatures',
      'npm sbom --omit dev --sbom-format cyclonedx > sbom.cdx.json',
    ]);
    const kept = ci.jobs['supply-chain']!.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    expect(kept?.with).toMatchObject({ path: 'sbom.cdx.json', 'if-no-files-found': 'error' });
  });
});
