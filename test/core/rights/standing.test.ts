import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRights, type RightsParts } from '../../../src/core/rights/standing.ts';
import type { RolesConfig } from '../../../src/core/rights/types.ts';
import { parseTargetGlob } from '../../../src/domain/target-glob.ts';
import type { Person } from '../../../src/ports/chat.ts';
import { openTestDatabase, type TestDatabase } from '../../support/postgres.ts';

const NOW = new Date('2026-11-20T03:00:00Z');
const HOUR_MS = 3_600_000;
const hana = { kind: 'slack', id: 'U1', team: 'T1' } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.deleteFrom('people').execute();
  await database.db.deleteFrom('user_groups').execute();
});

const roles: RolesConfig = {
  viewer: [],
  operator: [{ kind: 'name', name: 'sre' }],
  admin: [{ kind: 'name', name: 'hana' }],
  approver: [],
  default: 'viewer',
  permissions: [{ who: [{ kind: 'name', name: 'dev' }], verbs: 'all', on: [parseTargetGlob('staging/*')!] }],
};

function rights(parts: Partial<RightsParts> = {}) {
  const lookUp = async (): Promise<Person | undefined> => {
    throw new Error('must not be asked');
  };
  return createRights({ db: database.db, roles: () => roles, team: () => 'T1', lookUp, ...parts });
}

async function keep(id: string, name: string, ageHours = 0, more: { readonly team?: string } = {}): Promise<void> {
  const refreshed_at = new Date(NOW.getTime() - ageHours * HOUR_MS);
  await database.db
    .insertInto('people')
    .values({ id, name, team: 'T1', refreshed_at, locale: 'ja-JP', ...more })
    .execute();
}

const slackSays = (more: Partial<Person> = {}): Person => ({
  id: 'U1',
  team: 'T1',
  name: 'hana',
  displayName: '',
  isBot: false,
  isGuest: false,
  deactivated: false,
  ...more,
});

describe('rights from rows', () => {
  it('needs no question to Slack for a known person', async () => {
    await keep('U1', 'hana', 23);
    expect(await rights()(hana, NOW)).toMatchObject({ role: 'admin', name: 'hana', locale: 'ja-JP' });
  });

  it('finds groups by handle and ignores what is disabled or older than a day', async () => {
    await keep('U5', 'ken');
    const ken = { ...hana, id: 'U5' };
    const group = { id: 'S1', handle: 'sre', name: 'SRE', members: ['U5'], refreshed_at: NOW };
    await database.db.insertInto('user_groups').values(group).execute();
    expect(await rights()(ken, NOW)).toMatchObject({ role: 'operator', why: { rule: 'group-member' } });
    await database.db.updateTable('user_groups').set({ disabled: true }).execute();
    expect(await rights()(ken, NOW)).toMatchObject({ role: 'viewer' });
    const old = new Date(NOW.getTime() - 25 * HOUR_MS);
    await database.db.updateTable('user_groups').set({ disabled: false, refreshed_at: old }).execute();
    expect(await rights()(ken, NOW)).toMatchObject({ role: 'viewer' });
  });

  it('reads the groups that permissions name, and grants nothing by one that is disabled or old', async () => {
    await keep('U5', 'ken');
    const ken = { ...hana, id: 'U5' };
    const group = { id: 'S2', handle: 'dev', name: 'Developers', members: ['U5'], refreshed_at: NOW };
    await database.db.insertInto('user_groups').values(group).execute();
    expect(await rights()(ken, NOW)).toMatchObject({ role: 'viewer', grants: [{ index: 0, group: 'dev' }] });
    await database.db.updateTable('user_groups').set({ disabled: true }).execute();
    expect(await rights()(ken, NOW)).toMatchObject({ grants: [] });
    const old = new Date(NOW.getTime() - 25 * HOUR_MS);
    await database.db.updateTable('user_groups').set({ disabled: false, refreshed_at: old }).execute();
    expect(await rights()(ken, NOW)).toMatchObject({ grants: [] });
    const lookUp = async () => slackSays({ id: 'U6', isGuest: true });
    await database.db
      .updateTable('user_groups')
      .set({ members: ['U6'], refreshed_at: NOW })
      .execute();
    expect(await rights({ lookUp })({ ...hana, id: 'U6' }, NOW)).toMatchObject({ role: 'none', grants: [] });
  });

  it('asks Slack once for somebody unknown, or known too long ago', async () => {
    const asked: string[] = [];
    const lookUp = async (id: string) => {
      asked.push(id);
      return slackSays();
    };
    expect(await rights({ lookUp })(hana, NOW)).toMatchObject({ role: 'admin' });
    await keep('U1', 'hana', 25);
    expect(await rights({ lookUp })(hana, NOW)).toMatchObject({ role: 'admin' });
    expect(asked).toEqual(['U1', 'U1']);
  });

  it('refuses whom Slack does not know, and other teams without asking', async () => {
    expect(await rights({ lookUp: async () => undefined })(hana, NOW)).toMatchObject({
      role: 'none',
      why: { rule: 'unknown-person' },
    });
    expect(await rights({ lookUp: async () => slackSays({ id: 'U2' }) })(hana, NOW)).toMatchObject({ role: 'none' });
    expect(await rights()({ ...hana, team: 'T2' }, NOW)).toMatchObject({ role: 'none', why: { rule: 'foreign-team' } });
  });

  it('calls nobody foreign while our own team is not known', async () => {
    await keep('U1', 'hana');
    expect(await rights({ team: () => undefined })(hana, NOW)).toMatchObject({
      role: 'none',
      why: { rule: 'slack-away' },
    });
  });

  it('grants nothing when Slack fails or keeps silent, within a second', async () => {
    const failing = async () => {
      throw new Error('service_unavailable');
    };
    expect(await rights({ lookUp: failing })(hana, NOW)).toMatchObject({ role: 'none', why: { rule: 'slack-away' } });
    const start = performance.now();
    const silent = () => new Promise<never>(() => undefined);
    expect(await rights({ lookUp: silent })(hana, NOW)).toMatchObject({ role: 'none', why: { rule: 'slack-away' } });
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('takes a name in config for nobody when a second row bears it, however old', async () => {
    await keep('U1', 'hana');
    await keep('U2', 'Hana', 500);
    expect(await rights()(hana, NOW)).toMatchObject({ role: 'viewer' });
    await database.db.updateTable('people').set({ team: 'T9' }).where('id', '=', 'U2').execute();
    expect(await rights()(hana, NOW)).toMatchObject({ role: 'admin' });
  });
});
