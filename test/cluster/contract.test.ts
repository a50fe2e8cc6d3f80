import { describe, it } from 'vitest';
import { clusterContract } from '../contracts/cluster.ts';
import { realBench } from './bench.ts';
import { whyNotEtcd } from './etcd.ts';
import { whyNot } from './guard.ts';

const skipped = whyNot(process.env);
if (skipped) {
  console.warn(`SKIPPED ${skipped}`);
  describe.skip(skipped, () => {
    it('is not run', () => undefined);
  });
} else {
  const lacks = whyNotEtcd(process.env);
  if (lacks) console.warn(`SKIPPED webhooks that take no dry run: ${lacks}`);
  clusterContract('a real API server', realBench, { noDryRun: lacks });
}
