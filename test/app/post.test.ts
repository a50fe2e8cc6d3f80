import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { changes, firstPost, linesSaid, onlyPost, thread, told, untilShows, words } from './support/seen.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.close());

describe('an alert becomes one post', () => {
  it('says what, where, how bad, since when, who is called and what to do next', async () => {
    const sent = await app.send(bodyOf([alert({ now: app.now() })]));
    expect(sent).toMatchObject({ status: 200, body: { outcome: 'opened' } });
    const post = await firstPost(app);
    await app.atRest();
    const shown = words(app, onlyPost(app));
    for (const part of [
      'CheckoutErrors',
      'Critical',
      'INC-',
      'Checkout fails for 12% of users',
      'production/shop/checkout',
    ])
      expect(shown).toContain(part);
    expect(shown).toMatch(/since/i);
    expect(shown).toContain('<@U0TARO0001>');
    expect(shown).toMatch(/next @sre at/);
    expect(shown).toMatch(/Next: .*Acknowledge/s);
    for (const part of ['Critical', 'CheckoutErrors', 'production/shop/checkout', 'Checkout fails', 'Since', 'INC-'])
      expect(post.text).toContain(part);
  });

  it('changes nothing in Slack when Alertmanager repeats it', async () => {
    const body = bodyOf([alert({ now: app.now() })]);
    await app.send(body);
    await firstPost(app);
    await app.atRest();
    const before = changes(app);
    app.move(5 * 60_000);
    const again = await app.send(body);
    expect(again).toMatchObject({ status: 200, body: { outcome: 'unchanged' } });
    await app.atRest();
    expect(changes(app)).toBe(before);
  });

  it('is edited when it resolves, with a line in its thread and no new message', async () => {
    const firing = alert({ now: app.now() });
    await app.send(bodyOf([firing]));
    const post = await firstPost(app);
    await app.atRest();
    app.move(4 * 60_000);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await untilShows(app, post, /Resolved at .* after 5 min: all its alerts cleared/s);
    await linesSaid(app);
    onlyPost(app);
    expect(thread(app, post).join('\n')).toMatch(/Resolved: all alerts cleared/);
    expect(app.slack.channel('alerts').message(post.ts)!.text).toMatch(/^Resolved: CheckoutErrors/);
    expect(words(app, post)).not.toMatch(/Acknowledge/);
  });

  it('that fired and resolved before it was told says both and pings nobody', async () => {
    const now = app.now();
    const firing = alert({ now, startsAt: new Date(now.getTime() - 7 * 60_000) });
    await app.send(bodyOf([resolved(firing, new Date(now.getTime() - 60_000))]));
    const post = await firstPost(app);
    await app.atRest();
    expect(words(app, onlyPost(app))).toMatch(/Resolved .*It had fired and resolved before this was told/s);
    expect(told(app)).toEqual({});
    expect(post.text).toMatch(/Resolved: CheckoutErrors/);
    app.move(3_600_000);
    await app.atRest();
    expect(told(app)).toEqual({});
  });
});

describe('a big group', () => {
  it('of 100 alerts is one readable post that lists few and counts the rest', async () => {
    const now = app.now();
    const alerts = Array.from({ length: 100 }, (_, i) =>
      alert({
        now,
        labels: { pod: `checkout-${String(i).padStart(3, '0')}`, severity: i === 50 ? 'critical' : 'warning' },
      }),
    );
    await app.send(bodyOf(alerts));
    const post = await firstPost(app);
    await app.atRest();
    onlyPost(app);
    expect(post.blocks!.length).toBeLessThanOrEqual(50);
    expect(post.text.length).toBeLessThanOrEqual(3_900);
    const shown = words(app, post);
    expect(shown).toContain('100 firing');
    expect(shown).toContain('92 more');
    expect(shown.match(/checkout-\d\d\d/g)).toHaveLength(8);
    expect(shown).toContain('checkout-050');
    expect(shown.length).toBeLessThan(3_000);
  });
});
