import { afterAll, beforeAll, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { anchorsIn } from '../../src/core/audit/head.ts';
import { verifyAudit } from '../../src/core/audit/verify.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

const HOUR = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    config: "slack: {channel: alerts}\naudit: {channel: ops}\nroles: {operator: ['@kenji']}\n",
  });
});
afterAll(() => app.close());

it('seals what people do, and tells the head each hour where the database is not', async () => {
  const { slack } = app;
  await slack.as('kenji').command('ops', '/ops jobs');
  const heads = () => slack.channel('ops').messages.flatMap((message) => anchorsIn(visibleText(message)));
  await slack.until(() => heads().length === 1, 10_000);
  const { db } = app.app().database;
  const sealed = async (): Promise<number> => (await verifyAudit(db)).entries;
  for (const until = Date.now() + 10_000; (await sealed()) < 1; app.move(5_000)) expect(Date.now()).toBeLessThan(until);
  app.move(HOUR);
  await slack.until(() => heads().length === 2, 10_000);
  expect(await verifyAudit(db, heads())).toMatchObject({ anchored: 2, findings: [] });
});
