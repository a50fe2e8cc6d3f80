import { describe, it } from 'vitest';
import { clusterContract } from '../contracts/cluster.ts';
import { realBench } from './bench.ts';
import { whyNot } from './guard.ts';

const skipped = whyNot(process.env);
if (skipped) {
  console.warn(`SKIPPED ${skipped}`);
  describe.skip(skipped, () => {
    it('is not run', () => undefined);
  });
} else {
  clusterContract('a real API server', realBench);
}
