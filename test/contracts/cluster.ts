import { afterAll, beforeAll, describe } from 'vitest';
import { admitting } from './cluster.admitting.ts';
import { asking } from './cluster.asking.ts';
import type { ClusterBench } from './cluster.bench.ts';
import { explaining } from './cluster.explaining.ts';
import { failing } from './cluster.failing.ts';
import { listing } from './cluster.listing.ts';
import { logging } from './cluster.logging.ts';
import { podsOf } from './cluster.pods.ts';
import { reading } from './cluster.reading.ts';
import { refusing } from './cluster.refusing.ts';
import { restarting } from './cluster.restarting.ts';
import { rollingBack } from './cluster.rolling-back.ts';
import { scaling } from './cluster.scaling.ts';
import { wireContract } from './cluster.wire.ts';

/** What the port promises, on whatever answers as an API server. `lacks`: why something cannot be had there. */
export function clusterContract(
  name: string,
  make: () => Promise<ClusterBench>,
  lacks: { readonly noDryRun?: string } = {},
): void {
  describe(name, () => {
    let bench: ClusterBench;
    beforeAll(async () => {
      bench = await make();
    });
    afterAll(() => bench?.close());
    const reach = (): ClusterBench => bench;
    asking(reach);
    reading(reach);
    listing(reach);
    logging(reach);
    restarting(reach);
    rollingBack(reach);
    scaling(reach);
    podsOf(reach);
    refusing(reach);
    admitting(reach, lacks.noDryRun);
    explaining(reach);
    failing(reach);
    wireContract(reach);
  });
}
