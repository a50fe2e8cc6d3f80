import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../support/postgres.ts';

test('each fresh database is its own, and the app role may not change its schema', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  expect(one.appUrl).not.toBe(two.appUrl);
  const app = new pg.Client({ connectionString: one.appUrl });
  await app.connect();
  await expect(app.query('create table t (x int)')).rejects.toThrow(/permission denied/);
  await app.end();
  await Promise.all([one.drop(), two.drop()]);
});
