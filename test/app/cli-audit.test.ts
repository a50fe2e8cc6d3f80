import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuditBench, minutes, openAuditBench } from '../core/audit/bench.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let bench: AuditBench;
let dir: string;
beforeAll(async () => {
  bench = await openAuditBench();
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-cli-audit-'));
  await writeFile(join(dir, 'hikeshi.yaml'), 'slack: {channel: alerts}\n');
  for (let i = 0; i < 3; i++) {
    await bench.write(minutes(i * 60));
    await bench.seal(minutes(i * 60));
  }
});
afterAll(async () => {
  await bench.close();
  await rm(dir, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function hikeshi(args: readonly string[], input = ''): Promise<Ended> {
  const env = {
    PATH: process.env['PATH'],
    HIKESHI_CONFIG: join(dir, 'hikeshi.yaml'),
    DATABASE_URL: bench.database.appUrl,
    DATABASE_MIGRATE_URL: bench.database.ownerUrl,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', join(ROOT, 'src/main.ts'), 'audit', ...args],
      { env, cwd: ROOT, timeout: 25_000 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

it('verifies, with and without a head that was kept', async () => {
  const plain = await hikeshi(['verify']);
  expect(plain).toMatchObject({ code: 0, stderr: '' });
  expect(plain.stdout).toMatch(/3 entries in 3 seals[\s\S]*no anchor was given[\s\S]*is as it was sealed/);
  const head = (await hikeshi(['head'])).stdout.trim();
  const kept = await hikeshi(
    ['verify', '--anchors', '-', '--anchor', head],
    `{"message":"audit sealed","anchor":"${head}"}\n`,
  );
  expect(kept).toMatchObject({ code: 0 });
  expect(kept.stdout).toContain('2 of 2 anchors hold');
  const cut = await hikeshi(['verify', '--json', '--anchor', `9:${head.slice(2)}`]);
  expect(cut.code).toBe(1);
  expect(JSON.parse(cut.stdout)).toMatchObject({ findings: [{ kind: 'anchor-missing', seal: 9 }] });
  expect(await hikeshi(['verify', '--anchor', 'nonsense'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('SEAL:HEAD'),
  });
}, 60_000);

it('exports to standard output', async () => {
  const { code, stdout } = await hikeshi(['export', '--since', '2026-03-02T04:00:00Z']);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((l) => (JSON.parse(l) as { id: number }).id),
  ).toEqual([2, 3]);
  expect(
    (await hikeshi(['export', '--format', 'csv', '--until', '2026-03-02T04:00:00Z'])).stdout.split('\r\n'),
  ).toHaveLength(3);
  expect(await hikeshi(['export', '--since', 'yesterday'])).toMatchObject({ code: 2 });
}, 60_000);

it('drops only when told to, and then as the owner', async () => {
  const would = await hikeshi(['retire', '--before', '2026-03-02T04:30:00Z']);
  expect(would).toMatchObject({ code: 0, stdout: '2 entries up to seal 2 would be dropped; --yes does it\n' });
  const did = await hikeshi(['retire', '--before', '2026-03-02T04:30:00Z', '--yes']);
  expect(did).toMatchObject({ code: 0, stdout: '2 entries up to seal 2 are dropped; their seals stay\n' });
  const after = await hikeshi(['verify']);
  expect(after).toMatchObject({ code: 0 });
  expect(after.stdout).toContain('up to seal 2 were dropped by hikeshi audit retire');
}, 60_000);
