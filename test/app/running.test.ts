import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { changes, firstPost, linesSaid, onlyPost, told, untilThread, untilWhispered, words } from './support/seen.ts';

let app: TestApp;
afterEach(() => app.close());

const named = (alertname: string) => bodyOf([alert({ now: app.now(), labels: { alertname } })]);

describe('a changed config', () => {
  it('counts for the next alert', async () => {
    app = await startTestApp();
    await app.send(named('Before'));
    await app.atRest();
    await app.writeConfig(TEAM.replace('policy: urgent', 'policy: urgent, channel: ops'));
    expect(app.app().live.reload()).toBe('reloaded');
    await app.send(named('After'));
    await app.atRest();
    expect(words(app, onlyPost(app, 'alerts'))).toContain('Before');
    expect(words(app, onlyPost(app, 'ops'))).toContain('After');
  });

  it('that is wrong is refused: the old one stays, /ready and the fallback channel say so, until it is mended', async () => {
    const team = TEAM.replace('slack: {channel: alerts', 'slack: {channel: alerts, fallback: ops');
    app = await startTestApp({ config: team });
    await app.writeConfig(team.replace('policy: urgent', 'polcy: urgent'));
    expect(app.app().live.reload()).toBe('refused');
    expect(await app.get('/ready')).toMatchObject({ status: 200, body: { degraded: { config: expect.any(String) } } });
    expect((await app.get('/ready?require=config')).status).toBe(503);
    await app.send(named('Still'));
    await app.atRest();
    expect(words(app, onlyPost(app))).toMatch(/Called <@U0TARO0001>/);
    expect(words(app, await firstPost(app, 'ops'))).toMatch(/polcy/);
    await app.writeConfig(team);
    expect(app.app().live.reload()).toBe('unchanged');
    expect((await app.get('/ready')).body['degraded']).toEqual({});
  });

  it('that is wrong is told in the language of the one that runs', async () => {
    const team = TEAM.replace('slack: {channel: alerts', 'slack: {channel: alerts, language: ja');
    app = await startTestApp({ config: team });
    await app.writeConfig(team.replace('policy: urgent', 'polcy: urgent').replace('language: ja', 'language: en'));
    expect(app.app().live.reload()).toBe('refused');
    await app.atRest();
    expect(words(app, await firstPost(app))).toMatch(/polcy: このようなキーはありません; 「policy」ではありませんか？/);
  });

  it('a policy that changes does not change the run under way', async () => {
    app = await startTestApp();
    await app.send(named('Running'));
    const post = await firstPost(app);
    await app.atRest();
    await app.writeConfig(TEAM.replace("page: ['@sre']", "page: ['@hana']"));
    expect(app.app().live.reload()).toBe('reloaded');
    app.move(10 * 60_000);
    await app.atRest();
    await untilThread(app, post, /<!subteam\^S0SRE00001>/);
    expect(told(app)).not.toHaveProperty('hana');
  });
});

describe('stopping and starting again', () => {
  it('shows nothing twice and goes on where it was', async () => {
    app = await startTestApp();
    const firing = alert({ now: app.now() });
    await app.send(bodyOf([firing]));
    const post = await firstPost(app);
    await app.atRest();
    const before = { changes: changes(app), told: told(app) };
    await app.stop();
    await app.start();
    await app.send(bodyOf([firing]));
    await app.atRest();
    expect(changes(app)).toBe(before.changes);
    app.move(10 * 60_000);
    await app.atRest();
    await untilThread(app, post, /<!subteam\^S0SRE00001>/);
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await linesSaid(app);
    expect(words(app, onlyPost(app))).toMatch(/Resolved/);
  });

  it('finishes what is being sent before it stops', async () => {
    app = await startTestApp();
    const held = app.slack.hold({ method: 'chat.postMessage', channel: app.slack.channel('alerts').id });
    await app.send(named('Late'));
    await held.arrived;
    const stopped = app.stop();
    held.release();
    await stopped;
    await app.start();
    await app.atRest();
    onlyPost(app);
  });

  it('a message whose answer never came is found again by the next process', async () => {
    app = await startTestApp();
    const held = app.slack.hold({ method: 'chat.postMessage', channel: app.slack.channel('alerts').id });
    await app.send(named('Cut'));
    await held.arrived;
    await app.stop();
    held.release();
    await app.start();
    // Leases go by the database's own clock, which nothing moves.
    await sql`update outbox set lease_until = lease_until - interval '2 minutes' where state = 'sending'`.execute(
      app.app().database.db,
    );
    await app.slack.until(() => app.slack.calls('conversations.history').length > 0);
    await app.atRest();
    const post = onlyPost(app);
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have/);
    await app.atRest();
    expect(words(app, onlyPost(app))).toMatch(/<@U0TARO0001> has it/);
  });

  it('is not ready while it drains', async () => {
    app = await startTestApp();
    const running = app.app();
    const stopping = running.stop({ drainMs: 300 });
    expect(await app.get('/ready')).toMatchObject({ status: 503, body: { failing: ['draining'] } });
    expect(await app.send(named('Draining'))).toMatchObject({ status: 200 });
    await stopping;
  });
});

describe('over sockets', () => {
  it('alerts, buttons and commands work, and go on when Slack refreshes its connections or drops them', async () => {
    app = await startTestApp({ delivery: 'socket', slack: { delivery: { kind: 'socket' } } });
    await app.slack.until((slack) => slack.sockets.count >= 2);
    expect((await fetch(`http://127.0.0.1:${app.app().port}/slack/events`, { method: 'POST' })).status).toBe(404);
    await app.send(named('Socket'));
    const post = await firstPost(app);
    await app.atRest();
    app.slack.sockets.disconnect('warning');
    expect(await app.slack.as('taro').click(post, 'Acknowledge')).toMatchObject({ ok: true });
    await untilWhispered(app, 'taro', /You have INC-1/);
    await app.slack.until((slack) => slack.sockets.count >= 4);
    app.move(11_000);
    await app.slack.until((slack) => slack.sockets.count === 2);
    expect(await app.slack.as('hana').command('alerts', '/ops help')).toMatchObject({ ok: true });
    await untilWhispered(app, 'hana', /\/ops pods/);
    app.slack.sockets.dropAll();
    await app.slack.until((slack) => slack.sockets.count === 0);
    await app.slack.until((slack) => slack.sockets.count >= 2);
    expect(await app.slack.as('mika').command('alerts', '/ops')).toMatchObject({ ok: true });
    await untilWhispered(app, 'mika', /1 incident is open/);
    await app.atRest();
    expect(words(app, onlyPost(app))).toMatch(/<@U0TARO0001> has it/);
  });
});
