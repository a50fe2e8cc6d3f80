import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadModules } from '../../src/app/modules.ts';
import {
  beyond,
  OUR_ACCOUNT,
  permissionsOf,
  permissionText,
  rbacManifests,
  rulesOf,
  subjectOf,
} from '../../src/core/rbac.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const textsOf = (disabled: readonly string[]): readonly string[] =>
  [...permissionsOf(loadModules(disabled).commands.values()).keys()].map(permissionText);

describe('what commands need', () => {
  it('is granted for those that are enabled, and no more', () => {
    const all = textsOf([]);
    expect(all).toContain('patch deployments.apps');
    expect(all).toContain('patch deployments.apps/scale');
    const without = textsOf(['delete', 'restart', 'rollback']);
    expect(all.filter((text) => !without.includes(text)).sort()).toEqual([
      'delete pods',
      'patch daemonsets.apps',
      'patch deployments.apps',
      'patch statefulsets.apps',
    ]);
    expect(textsOf(['delete', 'rollback'])).not.toContain('delete pods');
    expect(textsOf(['restart', 'rollback', 'scale']).filter((text) => text.startsWith('patch'))).toEqual([]);
  });

  it('says which command needs it', () => {
    const needed = [...permissionsOf(loadModules().commands.values())];
    expect(needed.find(([p]) => permissionText(p) === 'patch statefulsets.apps/scale')?.[1]).toEqual(['scale']);
  });

  it('never reaches for secrets, for everything, or for rights', () => {
    const rules = rulesOf(permissionsOf(loadModules().commands.values()).keys());
    const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    for (const never of ['*', 'secrets', 'rbac.authorization.k8s.io', 'impersonate', 'escalate', 'bind'])
      expect(words).not.toContain(never);
    // For their keys; never more than that.
    expect(rules.filter(({ resources }) => resources.includes('configmaps')).flatMap(({ verbs }) => verbs)).toEqual([
      'list',
    ]);
  });
});

describe('manifests', () => {
  const permissions = [...permissionsOf(loadModules().commands.values()).keys()];

  it('bind one role in each namespace, and nothing at the scope of the cluster', () => {
    const made = rbacManifests(permissions, ['shop', 'data'], OUR_ACCOUNT) as readonly {
      readonly kind: string;
      readonly metadata: { readonly namespace?: string };
    }[];
    expect(made.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
      'Role shop',
      'RoleBinding shop',
      'Role data',
      'RoleBinding data',
    ]);
    expect(JSON.stringify(made)).not.toContain('"namespaces"');
  });

  it('bind users and groups too', () => {
    expect(rbacManifests(permissions, 'all', subjectOf('ops@example.com'))[1]).toMatchObject({
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ops@example.com' }],
    });
    expect(subjectOf('system:serviceaccount:bots:hikeshi')).toEqual({
      kind: 'ServiceAccount',
      namespace: 'bots',
      name: 'hikeshi',
    });
  });

  it('of the repository are these', async () => {
    const text = await readFile(join(ROOT, 'manifests/rbac.yaml'), 'utf8');
    const documents: unknown[] = parseAllDocuments(text).map((document) => document.toJS() as unknown);
    expect(documents).toEqual(rbacManifests(permissions, 'all', OUR_ACCOUNT));
  });
});

it('names what is granted beyond what is needed', () => {
  const granted = [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'delete'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['*'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews'], verbs: ['create'] },
  ];
  const needed = [{ group: 'apps', resource: 'deployments', verb: 'get', scope: 'namespace' as const }];
  expect(beyond(granted, needed)).toEqual(['* secrets', 'delete deployments.apps']);
});
