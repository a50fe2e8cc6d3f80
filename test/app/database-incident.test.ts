import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { useServer } from '../support/busy.ts';
import { binFolders } from '../support/postgres.server.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { buttons, firstPost, untilThread, untilWhispered, whispers } from './support/seen.ts';

/** An incident whose alerts name a configured database: Diagnose looks at that, and in its thread nobody has to name it. */

const DATABASES = 'FILE}}, databases: {orders: {url: ORDERS_URL}, users: {url: ORDERS_URL}}';
const [bin] = await binFolders();
const used = useServer(bin!);

let app: TestApp;
let post: Message;
beforeAll(async () => {
  const env = { ORDERS_URL: used.server.url('hikeshi', 'postgres') };
  app = await startTestApp({ config: TEAM.replace('FILE}}', DATABASES), env });
  const labels = { alertname: 'PostgresIdleInTransaction', datname: 'orders', deployment: '', namespace: '' };
  await app.send(bodyOf([alert({ now: app.now(), labels })]));
  post = await firstPost(app);
  await app.atRest();
});
afterAll(() => app.close());

const inThread = (words: string): Message =>
  app.slack.as('mika').say('alerts', `@Hikeshi ${words}`, { thread: post.ts });

describe('the incident of a database', () => {
  it('has Diagnose, which puts what is wrong there into the thread, with what ends it', async () => {
    const pid = used.busy.pidOf(await used.busy.idle('checkout', 'select 42'));
    expect(buttons(app, post)).toContain('Diagnose');
    await app.slack.as('taro').click(post, 'Diagnose');
    await untilWhispered(app, 'taro', /What there is to find is in the thread of INC-1/);
    const said = await untilThread(app, post, /Looked at for/);
    expect(said).toMatch(/production\/orders.* of 27.*connections are taken/);
    expect(said).toMatch(/1 session is.* idle in transaction/);
    const finding = app.slack
      .channel('alerts')
      .thread(post.ts)
      .find((m) => visibleText(m).includes('Looked at for'))!;
    const mika = app.slack.as('mika');
    await mika.click(finding, `Terminate ${pid}`);
    await app.slack.until(() => visibleText(mika.view() ?? {}).includes('select 42'));
    mika.reload();
  });

  it('is what a word about a database means in its thread, and nowhere else', async () => {
    await used.busy.idle('batch');
    inThread('pg idle');
    const said = await untilWhispered(app, 'mika', /idle in transaction/);
    expect(said).toContain('production/orders');
    inThread('pg connections -e production');
    await untilWhispered(app, 'mika', /production\/orders.*connections are taken/);
    inThread('pg-terminate');
    await untilWhispered(app, 'mika', /1 can be chosen in orders/);
    await app.slack.as('mika').command('alerts', '/ops pg cache');
    await app.slack.until(() => whispers(app, 'mika').some((text) => /orders -e production.*users/s.test(text)));
  });
});
