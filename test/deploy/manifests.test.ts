import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { SOCKETS } from '../../src/adapters/slack/inbound/sockets.ts';
import { loadConfig } from '../../src/config/load.ts';

/** The parts of `manifests/` and how they fit; a real API server takes what is built of them in the cluster suite. */

const MANIFESTS = fileURLToPath(new URL('../../manifests', import.meta.url));
const read = (path: string): string => readFileSync(join(MANIFESTS, path), 'utf8');

const DEPLOYMENT = parse(read('base/deployment.yaml'));
const POD = DEPLOYMENT.spec.template.spec;
/** Of Socket Mode, per app. */
const SLACK_ALLOWS = 10;
/** From SIGTERM, as docs/operations.md has it. */
const STOPS_WITHIN_S = 10;
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
  it('are three, with one, two, and by the autoscaler three or four replicas', () => {
    const count = (overlay: string): number | undefined =>
      parse(read(`overlays/${overlay}/kustomization.yaml`)).replicas?.[0].count;
    expect(readdirSync(join(MANIFESTS, 'overlays')).sort()).toEqual(['development', 'production', 'staging']);
    expect(['development', 'staging', 'production'].map(count)).toEqual([1, 2, undefined]);
    expect(parse(read('overlays/production/horizontalpodautoscaler.yaml')).spec.minReplicas).toBe(3);
    // What development changes by its place in a list.
    expect(POD.containers[0].env[0].name).toBe('LOG_LEVEL');
  });

  it.each(['development', 'staging', 'production'])(
    '%s keeps within the ten connections of Socket Mode also while its pods are replaced',
    (overlay) => {
      const { replicas, patches = [] } = parse(read(`overlays/${overlay}/kustomization.yaml`));
      const changes = patches.flatMap(({ patch }: { patch: string }) => parse(patch));
      const changed = (path: string): unknown => changes.find((one: { path: string }) => one.path === path)?.value;
      const most =
        replicas?.[0].count ?? parse(read(`overlays/${overlay}/horizontalpodautoscaler.yaml`)).spec.maxReplicas;
      const { maxSurge, maxUnavailable } =
        changed('/spec/strategy/rollingUpdate') ?? DEPLOYMENT.spec.strategy.rollingUpdate;
      // Pods that end are counted by nobody: one is replaced at once, while it still holds what it has.
      const ending = Math.max(maxUnavailable, 1);
      expect((most + maxSurge + ending) * SOCKETS).toBeLessThanOrEqual(SLACK_ALLOWS);
      // One at a time, because its successor must first have been ready for as long as an end takes.
      expect(DEPLOYMENT.spec.minReadySeconds).toBeGreaterThanOrEqual(STOPS_WITHIN_S);
    },
  );
});
