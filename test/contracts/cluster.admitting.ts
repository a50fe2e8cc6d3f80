import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterBench, deployed, historyWith, KINDS, markOf, rollBack, workloadOf } from './cluster.bench.ts';

const WEBHOOK = 'old.hikeshi.test';

/** An admission webhook that takes no dry run: the API server does not ask it, and cannot try anything. */
export function admitting(reach: () => ClusterBench, skipped: string | undefined): void {
  describe.skipIf(skipped)('before a webhook that takes no dry run', () => {
    let without: () => Promise<void>;
    beforeAll(async () => {
      const bench = reach();
      const ref = await deployed(bench, { kind: 'Deployment', name: 'untried' });
      const { uid } = await workloadOf(bench, ref);
      without = await bench.takeNoDryRun(WEBHOOK);
      const change = { expect: { uid, replicas: 1 }, replicas: 2, dryRun: true };
      await bench.until(
        () => bench.cluster.scale(ref, change),
        ({ untried }) => untried !== undefined,
      );
    });
    afterAll(() => without?.());

    it('wire: says so, once the patch itself has held', async () => {
      const bench = reach();
      const patch = (path: string, ...body: object[]) =>
        bench.wire('PATCH', `/apis/apps/v1/namespaces/${bench.namespace}/deployments/${path}?dryRun=All`, {
          type: 'application/json-patch+json',
          body: JSON.stringify(body),
        });
      const to = (value: number) => ({ op: 'add', path: '/spec/replicas', value });
      for (const path of ['untried', 'untried/scale']) {
        expect(await patch(path, to(3))).toEqual({
          code: 400,
          type: 'application/json',
          body: {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            message: `admission webhook "${WEBHOOK}" does not support dry run`,
            reason: 'BadRequest',
            code: 400,
          },
        });
        expect(await patch(path, { op: 'test', path: '/metadata/uid', value: 'other' }, to(3))).toMatchObject({
          code: 422,
          body: { details: {} },
        });
      }
      expect(await patch('untried/scale', to(-1))).toMatchObject({ code: 422 });
    });

    it.each(KINDS)('computes what a restart of a %s would give, and it gives that', async (kind) => {
      const bench = reach();
      const ref = await deployed(bench, { kind, name: `computed-${kind.toLowerCase()}` });
      const before = await workloadOf(bench, ref);
      const change = { expect: before, mark: markOf('computed-1') };
      const dry = await bench.cluster.restart(ref, { ...change, dryRun: true });
      expect(dry).toMatchObject({ warnings: [], untried: WEBHOOK });
      expect(await workloadOf(bench, ref)).toMatchObject({ templateHash: before.templateHash, generation: 1 });
      const real = await bench.cluster.restart(ref, { ...change, dryRun: false });
      expect(real).toEqual({ warnings: [], templateHash: dry.templateHash });
      expect(await bench.cluster.restartHappened(ref, 'computed-1')).toBe(true);
      // A template that has annotations of others keeps them.
      await bench.wire('PATCH', `/apis/apps/v1/namespaces/${bench.namespace}/${kind.toLowerCase()}s/${ref.name}`, {
        type: 'application/json-patch+json',
        body: JSON.stringify([{ op: 'add', path: '/spec/template/metadata/annotations/kept', value: 'a && b' }]),
      });
      const again = { expect: await workloadOf(bench, ref), mark: markOf('computed-2') };
      expect(again.expect.templateHash).not.toBe(dry.templateHash);
      const foretold = await bench.cluster.restart(ref, { ...again, dryRun: true });
      expect((await bench.cluster.restart(ref, { ...again, dryRun: false })).templateHash).toBe(foretold.templateHash);
    });

    it.each(KINDS)('computes what a rollback of a %s would give, and it gives that', async (kind) => {
      const bench = reach();
      const ref = await deployed(bench, { kind, name: `computed-back-${kind.toLowerCase()}` });
      const first = await historyWith(bench, ref, 1);
      await bench.revise(ref, { env: { LEVEL: 'debug' } });
      await historyWith(bench, ref, 2);
      const dry = await rollBack(bench, ref, 1, { dryRun: true });
      expect(dry).toEqual({ templateHash: first.workload.templateHash, warnings: [], untried: WEBHOOK, stuck: [] });
      const real = await rollBack(bench, ref, 1);
      expect(real).toEqual({ templateHash: dry.templateHash, warnings: [], stuck: [] });
    });

    it('scales for all that, and what has moved is still found out', async () => {
      const bench = reach();
      const ref = await deployed(bench, { kind: 'StatefulSet', name: 'untried-scale', replicas: 2 });
      const { uid, templateHash } = await workloadOf(bench, ref);
      const to = (replicas: number, from: number, dryRun = true) =>
        bench.cluster.scale(ref, { expect: { uid, replicas: from }, replicas, dryRun });
      expect(await to(3, 2)).toEqual({ warnings: [], untried: WEBHOOK });
      expect(await workloadOf(bench, ref)).toMatchObject({ desired: 2 });
      await expect(to(3, 1)).rejects.toMatchObject({ kind: 'changed' });
      await expect(to(-1, 2)).rejects.toMatchObject({ kind: 'invalid' });
      const elsewhere = { expect: { uid: 'other', templateHash }, mark: markOf('r'), dryRun: true };
      await expect(bench.cluster.restart(ref, elsewhere)).rejects.toMatchObject({ kind: 'changed' });
      expect(await to(3, 2, false)).toEqual({ warnings: [] });
      expect(await workloadOf(bench, ref)).toMatchObject({ desired: 3 });
    });
  });
}
