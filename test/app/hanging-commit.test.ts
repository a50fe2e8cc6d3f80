import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { testOptions } from '../support/postgres.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, whispers } from './support/seen.ts';

let app: TestApp;
afterEach(() => app.close());

it('a press whose commit hangs is told once that it may or may not be recorded', async () => {
  app = await startTestApp();
  await app.send(bodyOf([alert({ now: app.now() })]));
  const post = await firstPost(app);
  await app.atRest();
  const owner = openDatabase(testOptions(app.database.ownerUrl));
  await sql`create function linger() returns trigger language plpgsql as
    $$ begin perform pg_sleep(3.5); return null; end $$`.execute(owner.db);
  await sql`create constraint trigger linger after insert on requests deferrable initially deferred
    for each row execute function linger()`.execute(owner.db);
  await owner.close();
  await app.slack.as('taro').click(post, 'Acknowledge');
  await app.slack.until(() => whispers(app, 'taro').length > 0);
  await pause(1_800);
  expect(whispers(app, 'taro')).toEqual([expect.stringMatching(/may or may not/)]);
});
