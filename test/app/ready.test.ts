import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { onceASecond } from '../../src/app/once-a-second.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';

describe('a look that anybody may ask for', () => {
  it('is shared while it is under way, kept for a while, and made again when it failed', async () => {
    let looks = 0;
    const ask = onceASecond(async () => {
      looks++;
      await Promise.resolve();
      if (looks === 1) throw new Error('away');
      return looks;
    }, 50);
    const [first, second] = await Promise.allSettled([ask(), ask()]);
    expect([first.status, second.status, looks]).toEqual(['rejected', 'rejected', 1]);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([2, 2, 2]);
    expect(await ask()).toBe(2);
    await expect.poll(ask).toBe(3);
  });
});

describe('/ready', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('names at once why Slack cannot be used; the log says it once, without a stack, and where to post', async () => {
    // A port that fetch takes for none of HTTP's: nobody needs to be absent there.
    const cause = 'no_answer: bad port';
    const lines: Readonly<Record<string, unknown>>[] = [];
    app = await startTestApp({
      delivery: 'socket',
      env: { SLACK_API_URL: 'http://127.0.0.1:1/', HOST: '127.0.0.1' },
      logTo: (line) => void lines.push(JSON.parse(line)),
      started: false,
    });
    await app.start();
    const degraded = async () => (await app.get('/ready')).body['degraded'];
    expect(await degraded()).toMatchObject({ slack: cause });
    const said = lines.filter((line) => line['level'] === 'warn' || line['level'] === 'error');
    expect(said).toMatchObject([{ system: 'Slack', reason: cause }]);
    expect(lines.map((line) => line['message'])).toContain(
      `post Alertmanager to http://127.0.0.1:${app.app().port}/webhooks/alertmanager`,
    );
  });

  it('says of Socket Mode that is off what `check` says, and so does the log', async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    app = await startTestApp({
      delivery: 'socket',
      logTo: (line) => void lines.push(JSON.parse(line)),
      started: false,
    });
    app.slack.deliverTo('http://127.0.0.1:1/slack/events');
    await app.start();
    const { link_disabled: off } = sentences('en').found.slack.sockets;
    const slack = `link_disabled: ${off.detail}: ${off.remedy}`;
    expect((await app.get('/ready')).body['degraded']).toMatchObject({ slack });
    expect(lines.filter((line) => line['level'] === 'warn')).toMatchObject([{ system: 'Slack', reason: slack }]);
  });

  it('names what stays undelivered, and no more once it is delivered', async () => {
    app = await startTestApp();
    app.slack.addFault({
      kind: 'error',
      method: 'chat.postMessage',
      channel: app.slack.channel('alerts').id,
      code: 'something_new',
      times: 2,
    });
    await app.send(bodyOf([alert({ now: app.now() })]));
    await app.atRest();
    const degraded = async () => (await app.get('/ready')).body['degraded'];
    expect(await degraded()).not.toHaveProperty('outbox');
    app.move(2 * 60_000);
    await expect.poll(degraded, { timeout: 5_000 }).toMatchObject({ outbox: expect.stringMatching(/^1 message /) });
    expect((await app.get('/ready?require=outbox')).status).toBe(503);
    app.move(9 * 60_000);
    await expect.poll(degraded, { timeout: 20_000, interval: 200 }).not.toHaveProperty('outbox');
    const { rows } = await sql`select 1 from outbox where state = 'failed'`.execute(app.app().database.db);
    expect(rows).toEqual([]);
  });
});
