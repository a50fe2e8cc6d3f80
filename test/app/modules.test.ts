import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadFromEnvironment } from '../../src/app/load.ts';
import { actionNames, targetOnlyActions } from '../../src/app/modules.ts';
import { formatProblems } from '../../src/config/problem.ts';

it('finds out which actions need nothing but a target, and of which a runbook may make buttons', async () => {
  expect(targetOnlyActions()).toContain('restart');
  expect(targetOnlyActions()).not.toContain('scale');
  const folder = await mkdtemp(join(tmpdir(), 'hikeshi-modules-'));
  try {
    const path = join(folder, 'hikeshi.yaml');
    for (const action of actionNames()) {
      await writeFile(path, `slack: { channel: alerts }\nrunbooks: { r: { actions: [${action}] } }\n`);
      const { problems } = loadFromEnvironment({ env: { HIKESHI_CONFIG: path }, needs: [] });
      const told = formatProblems(problems ?? [], 'en');
      expect(told.some((m) => m.includes('has to be told more than its target'))).toBe(
        !targetOnlyActions().includes(action),
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
