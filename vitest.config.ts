import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const ONE_MINUTE = 60_000;
const PACED = 'test/faults/limits.test.ts';
/** They add nodes, or compare lists of all that a cluster has. */
const WHOLE_CLUSTER = ['test/cluster/why.test.ts', 'test/cluster/lists.test.ts'];

/** `fast` needs only what npm installs (and redis-server where there is one); `e2e` and `cluster` need real programs. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: ONE_MINUTE,
    // The tests wait for sockets and databases more than they compute: two cores are busy with four workers.
    maxWorkers: Math.max(4, availableParallelism()),
    // Real processes, sockets and databases on machines that are busy elsewhere: a second try is shown in the report.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    // What was transformed once is not transformed again, by its content: half of what a run of one file computes, and there are seven runs.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/abuse/**', 'test/e2e/**', 'test/cluster/**', 'test/faults/**', 'test/image/**'],
          // Loading the program anew for each of 200 files took longer than many of them.
          isolate: false,
          globalSetup: ['test/support/postgres.global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'abuse',
          include: ['test/abuse/**/*.test.ts'],
          // What is measured is measured of one program at a time.
          fileParallelism: false,
          globalSetup: ['test/support/postgres.global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          exclude: WHOLE_CLUSTER,
          isolate: false,
          // Each file has a namespace of its own, and mostly waits for controllers.
          maxWorkers: 2,
          globalSetup: ['test/support/postgres.global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster-whole',
          include: WHOLE_CLUSTER,
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/postgres.global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          isolate: false,
          globalSetup: ['test/support/postgres.global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'image',
          include: ['test/image/**/*.test.ts'],
          globalSetup: ['test/support/postgres.global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          exclude: [PACED],
          // Cases that mostly wait for time limits; each is two or three processes. The longest files begin first.
          maxWorkers: 4,
          maxConcurrency: 6,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults-pace',
          include: [PACED],
          // Seconds count here: when all else is done.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
