import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';

/** Scaled down for the night and back in the morning before the whole program: by its clock, told, left out, and after a restart. */

const HOUR = 3_600_000;

/** None of them comes while the program starts, nor before the one that is moved to. */
const NIGHT_AT = (new Date().getUTCHours() + 2) % 24;
const MORNING_AT = (NIGHT_AT + 6) % 24;
const shown = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

const config = (timetable: string): string => `${TEAM}timetable:\n${timetable}`;
const NIGHT = `  night: {at: '0 ${NIGHT_AT} * * *', do: [scale shop/cart 0, scale shop/web 0], reason: it sleeps, channel: ops}\n`;
const MORNING = `  morning: {at: '0 ${MORNING_AT} * * *', do: [scale shop/cart back, scale shop/web back], reason: it wakes, channel: ops}\n`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ config: config(NIGHT + MORNING) });
  app.cluster.world.create({ namespace: 'shop', name: 'cart', replicas: 2 });
  app.cluster.world.create({ namespace: 'shop', name: 'web', replicas: 3 });
});
afterAll(() => app.close());

const said = (pattern: RegExp): Promise<Message> =>
  app.slack.until(() => app.slack.channel('ops').messages.findLast((m) => pattern.test(visibleText(m))), 20_000);
const replicas = (): readonly (number | undefined)[] =>
  ['cart', 'web'].map((name) => app.cluster.world.store.get('deployments', 'shop', name)?.spec.replicas);

/** Every entry of this config has been looked at since that moment. */
async function looked(entries: number, since: Date): Promise<void> {
  const { db } = app.app().database;
  await vi.waitFor(
    async () => {
      const marks = await db
        .selectFrom('schedule_runs')
        .select('name')
        .where('name', 'like', 'timetable:%')
        .where('last_run_at', '>=', since)
        .execute();
      expect(marks).toHaveLength(entries);
    },
    { timeout: 20_000 },
  );
}

/** To a full hour of UTC, and a little later. */
function moveTo(hour: number): void {
  const now = app.now();
  const at = new Date(now);
  at.setUTCHours(hour, 0, 2, 0);
  app.move(at.getTime() - now.getTime() + (at > now ? 0 : 24 * HOUR));
}

it('scales both to zero and back, in one message each; a time is skipped by a press', async () => {
  await looked(2, new Date(0));
  moveTo(NIGHT_AT);
  await said(/cart to 0: Done.*web to 0: Done/s);
  expect(replicas()).toEqual([0, 0]);
  await app.atRest();
  expect(app.slack.channel('ops').posts()).toHaveLength(1);
  const [post] = app.slack.channel('ops').posts();
  expect(
    app.slack
      .channel('ops')
      .thread(post!.ts)
      .filter((m) => /Undo/.test(visibleText(m))),
  ).toHaveLength(2);

  await app.slack.as('mika').command('ops', '/ops timetable');
  const listed = await app.slack.until(() =>
    app.slack.user('mika').ephemerals.find((e) => /2 entries/.test(visibleText(e))),
  );
  expect(visibleText(listed)).toMatch(/morning.*scale shop\/cart back \+1/s);
  expect(visibleText(post!)).toContain(`night · ${shown(NIGHT_AT)} in production`);
  await app.slack.as('mika').click(listed, 'Skip the next night');
  await said(/ in production is skipped: @mika has said so/);

  await app.stop();
  moveTo(MORNING_AT);
  app.move(20 * 60_000);
  await app.start();
  await said(/morning · .*cart to 2: Healthy.*web to 3: Healthy.*20m late/s);
  expect(replicas()).toEqual([2, 3]);
  moveTo(NIGHT_AT);
  await looked(2, new Date(app.now().getTime() - 60_000));
  await app.atRest();
  expect(replicas()).toEqual([2, 3]);

  const entries = await app
    .app()
    .database.db.selectFrom('audit')
    .select(['stage', 'principal', 'verb'])
    .where('stage', 'in', ['confirmed', 'executed'])
    .execute();
  const by = entries.filter(({ verb }) => verb === 'scale').map(({ principal }) => principal.id);
  expect(by.toSorted()).toEqual([...Array(4).fill('morning'), ...Array(4).fill('night')]);

  await reload(config(MORNING));
  moveTo((NIGHT_AT + 1) % 24);
  await looked(1, new Date(app.now().getTime() - 60_000));
  await app.atRest();
  expect(replicas()).toEqual([2, 3]);
});

it('does nothing of an entry that is gone when a second person says yes to it', async () => {
  const before = app.now();
  await reload(fourEyes(NIGHT));
  await looked(1, before);
  moveTo(NIGHT_AT);
  await said(/cart to 0: waits for a second person \(APR-1\)/);
  await app.atRest();
  await reload(fourEyes(MORNING));
  // No process has it any more, as far as rows tell.
  app.move(3 * 60_000);
  const asked = app.slack
    .channel('ops')
    .messages.find((m) => /Approve/.test(visibleText(m)) && /APR-1/.test(visibleText(m)));
  await app.slack.as('sato').click(asked!, 'Approve', { confirm: true });
  await said(/cart to 0: Nothing was done.*needs the role operator; yours is none/s);
  expect(replicas()).toEqual([2, 3]);
});

async function reload(yaml: string): Promise<void> {
  await app.writeConfig(yaml);
  expect(app.app().live.reload()).toBe('reloaded');
}

const fourEyes = (timetable: string): string =>
  config(timetable)
    .replace('KUBECONFIG_FILE}}}', 'KUBECONFIG_FILE}}, approval: [scale]}')
    .replace("admin: ['@sato']", "admin: ['@sato'], approver: ['@sato']");
