import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeSlack, startSlack } from '../../sandbox/slack/index.ts';
import { REQUIRED_SCOPES } from '../../src/adapters/slack/index.ts';
import { type Finding, lookAtEverything } from '../../src/app/check.ts';
import { loadFromEnvironment } from '../../src/app/load.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let slack: FakeSlack;
let database: FreshDatabase;
let dir: string;
afterEach(async () => {
  await slack.close();
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

async function look(scopes: readonly string[]): Promise<readonly Finding[]> {
  slack = await startSlack({ limits: 'off', scopes });
  database = await freshDatabase();
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-check-'));
  const file = join(dir, 'hikeshi.yaml');
  await writeFile(file, 'slack: {channel: alerts}\n');
  const env = {
    HIKESHI_CONFIG: file,
    DATABASE_URL: database.appUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ALERTMANAGER_WEBHOOK_TOKEN: 'webhook-token-0123456789',
  };
  const { config } = loadFromEnvironment({ env, needs: ['database', 'slack', 'sources'] });
  const told: Finding[] = [];
  const findings = await lookAtEverything(config!, env, (finding) => told.push(finding));
  expect(told).toEqual(findings);
  return findings;
}

test('everything right: nothing is found wrong', async () => {
  const findings = await look(REQUIRED_SCOPES);
  expect(findings.map((f) => f.what)).toEqual(['postgres', 'slack', 'channel alerts']);
  expect(findings.filter((f) => f.ok !== true)).toEqual([]);
});

test('a scope that was not granted is named, and no other', async () => {
  const findings = await look(REQUIRED_SCOPES.filter((scope) => scope !== 'usergroups:read'));
  expect(findings.filter((f) => f.ok !== true)).toMatchObject([
    { what: 'slack scopes', ok: false, detail: 'missing usergroups:read' },
  ]);
});
