import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { type RealBench, realBench } from './bench.ts';
import { kubectl, whyNotKubectl } from './kubectl.ts';

/** What `kubectl apply -k` sends, taken by a real API server in a namespace of our own; nothing is changed by it. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

async function built(overlay: string): Promise<readonly Manifest[]> {
  const { stdout } = await run('kubectl', ['kustomize', `${ROOT}/manifests/overlays/${overlay}`]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

describe.skipIf(await whyNotKubectl())('the manifests', () => {
  let bench: RealBench;
  let restricted: string;
  let dir: string;
  beforeAll(async () => {
    bench = await realBench();
    dir = await mkdtemp(join(tmpdir(), 'hikeshi-manifests-'));
    restricted = `${bench.namespace}-restricted`;
    await kubectl(bench, 'create', 'namespace', restricted);
    await kubectl(bench, 'label', 'namespace', restricted, 'pod-security.kubernetes.io/enforce=restricted');
  });
  afterAll(async () => {
    await kubectl(bench, 'delete', 'namespace', restricted, '--wait=false');
    await bench.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** What kubectl says, a line for each; fails with the server's refusal. */
  async function tried(manifests: readonly object[]): Promise<string> {
    const file = join(dir, 'tried.yaml');
    await writeFile(file, manifests.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n'));
    return kubectl(bench, '-n', restricted, 'apply', '--dry-run=server', '--validate=strict', '-f', file);
  }

  it.each([
    ['development', 1],
    ['staging', 2],
    ['production', undefined],
  ])('%s is taken whole', async (overlay, replicas) => {
    const manifests = await built(overlay);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment')!;
    expect(deployment.spec!['replicas']).toBe(replicas);
    const inOurs = manifests.map((one) =>
      one.metadata.namespace === undefined ? one : { ...one, metadata: { ...one.metadata, namespace: restricted } },
    );
    const said = await tried(inOurs.filter(({ kind }) => kind !== 'Namespace'));
    expect(said.trim().split('\n')).toHaveLength(manifests.length - 1);
  });

  it('make a pod that the restricted level admits; one that may more is refused', async () => {
    const manifests = await built('production');
    const { spec } = manifests.find(({ kind }) => kind === 'Deployment')!;
    const template = (spec as { readonly template: { readonly spec: Readonly<Record<string, unknown>> } }).template;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'tried' } };
    // Its account is made with it, and is not there in a trial.
    const account = { ...template.spec, serviceAccountName: 'default' };
    expect(await tried([{ ...pod, spec: account }])).toMatch(/pod\/tried created/);
    await expect(tried([{ ...pod, spec: { ...account, securityContext: {} } }])).rejects.toThrow(/restricted/);
  });
});
