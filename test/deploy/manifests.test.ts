import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';

/** The parts of `manifests/` and how they fit; a real API server takes what is built of them in the cluster suite. */

const MANIFESTS = fileURLToPath(new URL('../../manifests', import.meta.url));
const read = (path: string): string => readFileSync(join(MANIFESTS, path), 'utf8');

const DEPLOYMENT = parse(read('base/deployment.yaml'));
const POD = DEPLOYMENT.spec.template.spec;
const CONTAINERS = [...POD.initContainers, ...POD.containers];

describe('the base', () => {
  it('lists every file that is there', () => {
    const { resources, configMapGenerator } = parse(read('base/kustomization.yaml'));
    const named = [...resources, ...configMapGenerator[0].files, 'kustomization.yaml'];
    expect(new Set(named)).toEqual(new Set(readdirSync(join(MANIFESTS, 'base'))));
  });

  it.each(CONTAINERS.map((container) => [container.name, container] as const))(
    '%s may nothing it does not need',
    (_, container) => {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.limits).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
      expect(container.image).toBe('hikeshi');
      // Secrets come as files, each from one that the container mounts.
      const mounts = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
      for (const { name, value } of container.env.filter(({ name }: { name: string }) => name !== 'LOG_LEVEL')) {
        expect(name).toMatch(/_FILE$/);
        expect(mounts.some((path: string) => value.startsWith(`${path}/`))).toBe(true);
      }
    },
  );

  it('shows the owner’s address of the database to the one that migrates only', () => {
    const owning = CONTAINERS.filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }: { name: string }) => name === 'migrate-secret'),
    );
    expect(owning.map(({ name }) => name)).toEqual(['migrate']);
  });

  it('lets names be looked up, and selects its own pods everywhere', () => {
    const { spec } = parse(read('base/networkpolicy.yaml'));
    const ports = spec.egress.flatMap((rule: { ports: { port: number; protocol: string }[] }) => rule.ports);
    expect(ports).toEqual(
      expect.arrayContaining([
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ]),
    );
    const labels = DEPLOYMENT.spec.template.metadata.labels;
    const selectors = [
      DEPLOYMENT.spec.selector.matchLabels,
      spec.podSelector.matchLabels,
      parse(read('base/service.yaml')).spec.selector,
      parse(read('base/poddisruptionbudget.yaml')).spec.selector.matchLabels,
      parse(read('components/monitoring/servicemonitor.yaml')).spec.selector.matchLabels,
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
  });

  it('has room in its quota for the most replicas while they are replaced', () => {
    const { hard } = parse(read('base/resourcequota.yaml')).spec;
    const { maxReplicas } = parse(read('overlays/production/horizontalpodautoscaler.yaml')).spec;
    expect(Number(hard.pods)).toBeGreaterThan(maxReplicas);
    const cpu = Number(POD.containers[0].resources.limits.cpu) * (maxReplicas + 1);
    expect(Number(hard['limits.cpu'])).toBeGreaterThanOrEqual(cpu);
    const memory = Number.parseInt(POD.containers[0].resources.limits.memory, 10) * (maxReplicas + 1);
    expect(Number.parseInt(hard['limits.memory'], 10) * 1024).toBeGreaterThanOrEqual(memory);
    // Socket Mode: two connections each, ten in all.
    expect(maxReplicas).toBeLessThanOrEqual(5);
  });

  it('has the rights that hikeshi rbac prints, and a config that loads', () => {
    const kinds = parseAllDocuments(read('base/rbac.yaml')).map((one) => one.toJS()?.kind);
    expect(kinds).toEqual(expect.arrayContaining(['ClusterRole', 'ClusterRoleBinding']));
    expect(read('base/rbac.yaml')).toBe(read('rbac.yaml'));
    const env = { ALERTMANAGER_WEBHOOK_TOKEN: 'a-token-0123456789' };
    const loaded = loadConfig({
      path: 'hikeshi.yaml',
      env,
      readFile: () => read('base/hikeshi.yaml'),
      needs: ['sources'],
    });
    expect(loaded).not.toHaveProperty('problems');
  });
});

describe('the overlays', () => {
  it('are three, with one, two, and by the autoscaler three to five replicas', () => {
    const count = (overlay: string): number | undefined =>
      parse(read(`overlays/${overlay}/kustomization.yaml`)).replicas?.[0].count;
    expect(readdirSync(join(MANIFESTS, 'overlays')).sort()).toEqual(['development', 'production', 'staging']);
    expect(['development', 'staging', 'production'].map(count)).toEqual([1, 2, undefined]);
    expect(parse(read('overlays/production/horizontalpodautoscaler.yaml')).spec.minReplicas).toBe(3);
    // What development changes by its place in a list.
    expect(POD.containers[0].env[0].name).toBe('LOG_LEVEL');
  });
});
