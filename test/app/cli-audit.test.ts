import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuditBench, minutes, openAuditBench } from '../core/audit/bench.ts';
import { type Cli, openCli } from '../support/cli.ts';

let bench: AuditBench;
let cli: Cli;
beforeAll(async () => {
  bench = await openAuditBench();
  const { appUrl, ownerUrl } = bench.database;
  cli = await openCli('slack: {channel: alerts}\n', { DATABASE_URL: appUrl, DATABASE_MIGRATE_URL: ownerUrl });
  for (let i = 0; i < 3; i++) {
    await bench.write(minutes(i * 60));
    await bench.seal(minutes(i * 60));
  }
});
afterAll(async () => {
  await bench.close();
  await cli.close();
});

const hikeshi = (args: readonly string[], input?: string) => cli.run(['audit', ...args], input);

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

it('says all of it in Japanese where that is asked', async () => {
  const [plain, cut, nonsense, time, before, would, migrated] = await Promise.all([
    hikeshi(['verify', '--lang', 'ja']),
    hikeshi(['verify', '--lang', 'ja', '--anchor', `9:${'0'.repeat(64)}`]),
    hikeshi(['verify', '--lang', 'ja', '--anchor', 'nonsense']),
    hikeshi(['export', '--lang', 'ja', '--since', 'yesterday']),
    cli.run(['audit', 'retire', '--before', 'yesterday'], '', { LANG: 'ja_JP.UTF-8' }),
    hikeshi(['retire', '--lang', 'ja', '--before', '2026-03-02T04:30:00Z']),
    cli.run(['migrate', '--lang', 'ja']),
  ]);
  expect(plain.stdout).toMatch(
    /エントリ 3 件、封印 3 個。[\s\S]*アンカーが指定されていない[\s\S]*封印されたときのままです/,
  );
  expect(cut.stdout).toMatch(/\n問題 +外部に控えのある封印 9 がありません。末尾が切り捨てられています\n/);
  expect(cut.stdout).toContain('書かれたときのままではありません');
  expect(nonsense).toMatchObject({ code: 2, stderr: expect.stringContaining('封印:値 の形で書いてください') });
  expect(time.stderr).toMatch(/^--since と --until には/);
  expect(before.stderr).toMatch(/^--before には/);
  expect(would.stdout).toBe('封印 2 までのエントリ 2 件を削除できます。--yes で実行します\n');
  expect(migrated).toMatchObject({ code: 0, stdout: '適用するものはありません。スキーマは最新です\n' });
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

it('tells what it could not do from what it found: 2, the variable and the remedy', async () => {
  const verify = (more: Readonly<Record<string, string>>, args: readonly string[] = []) =>
    cli.run(['audit', 'verify', ...args], '', more);
  const nobody = 'postgres://app:pw@127.0.0.1:1/hikeshi';
  const away =
    'connect ECONNREFUSED 127.0.0.1:1; check host and port in DATABASE_URL, and that the server runs and takes';
  expect(await verify({ DATABASE_URL: nobody })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`DATABASE_URL: ${away}`),
  });
  expect(await verify({ DATABASE_URL: '', DATABASE_MIGRATE_URL: '' })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/DATABASE_URL: is not set; set it to .*, or give --embedded for/),
  });
  const nowhere = { DATABASE_URL: '', DATABASE_MIGRATE_URL: '', HIKESHI_DATA_DIR: '/nonexistent/hikeshi' };
  expect(await verify(nowhere, ['--embedded'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^HIKESHI_DATA_DIR: .*\/nonexistent\/hikeshi; start `hikeshi serve --embedded`/),
  });
  expect(await verify({}, ['--ancors', 'x'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/unknown option '--ancors'[\s\S]*--anchors/),
  });
}, 60_000);

it('migrates as the role of a variable, and names that when it cannot', async () => {
  const { appUrl, ownerUrl } = bench.database;
  const wrongly = (url: string): string => Object.assign(new URL(url), { password: 'wrong' }).href;
  const migrate = (more: Readonly<Record<string, string>>) => cli.run(['migrate'], '', more);
  const refused = (variable: string) =>
    new RegExp(
      `^migrate: ${variable}: password authentication failed for user "\\w+"; check user and password in ${variable}`,
    );
  expect(await migrate({ DATABASE_MIGRATE_URL: wrongly(ownerUrl) })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(refused('DATABASE_MIGRATE_URL')),
  });
  expect(await migrate({ DATABASE_URL: wrongly(appUrl), DATABASE_MIGRATE_URL: '' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(refused('DATABASE_URL')),
  });
  expect(await migrate({ DATABASE_URL: '', DATABASE_MIGRATE_URL: '' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/DATABASE_URL: is not set; set it to [^,]*\n$/),
  });
}, 60_000);
