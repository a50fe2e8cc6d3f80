import { afterAll, beforeAll, describe } from 'vitest';
import { asking } from './cluster.asking.ts';
import type { ClusterBench } from './cluster.bench.ts';
import { failing } from './cluster.failing.ts';
import { reading } from './cluster.reading.ts';
import { refusing } from './cluster.refusing.ts';
import { restarting } from './cluster.restarting.ts';
import { scaling } from './cluster.scaling.ts';
import { wireContract } from './cluster.wire.ts';

/** What the port promises, on whatever answers as an API server. */
export function clusterContract(name: string, make: () => Promise<ClusterBench>): void {
  describe(name, () => {
    let bench: ClusterBench;
    beforeAll(async () => {
      bench = await make();
    });
    afterAll(() => bench?.close());
    const reach = (): ClusterBench => bench;
    asking(reach);
    reading(reach);
    restarting(reach);
    scaling(reach);
    refusing(reach);
    failing(reach);
    wireContract(reach);
  });
}
