import { expect, it } from 'vitest';
import type { ClusterBench } from './cluster.bench.ts';

export function asking(reach: () => ClusterBench): void {
  const patch = { group: 'apps', resource: 'deployments', verb: 'patch' };
  const scale = { group: 'apps', resource: 'deployments/scale', verb: 'patch' };

  it('says what the account may do, and who it is', async () => {
    const { cluster, namespace } = reach();
    const wanted = [patch, { ...scale, namespace }, { group: '', resource: 'namespaces', verb: 'list' }];
    const access = await cluster.access(wanted, namespace);
    expect(access.missing).toEqual([]);
    expect(access.user).toMatch(/./);
    expect(access.rules.length).toBeGreaterThan(0);
  });

  it('says what an account may not do', async () => {
    const { visitor, visitorName, namespace } = reach();
    const wanted = [patch, { ...scale, namespace }];
    const access = await visitor.access(wanted, namespace);
    expect(access).toMatchObject({ user: visitorName, missing: wanted });
    const ofEverybody = { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] };
    expect(access.rules).toContainEqual(ofEverybody);
    expect(access.rules.flatMap(({ resources }) => resources).filter((r) => !r.startsWith('selfsubject'))).toEqual([]);
  });

  it('is asked by nobody whom the API server does not know', async () => {
    const { stranger, namespace } = reach();
    await expect(stranger.access([patch], namespace)).rejects.toMatchObject({ kind: 'unauthorized' });
  });
}
