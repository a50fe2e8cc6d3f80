import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, firingAgain, resolved } from './support/alerts.ts';
import {
  changes,
  firstPost,
  linesSaid,
  onlyPost,
  thread,
  told,
  untilShows,
  untilWhispered,
  words,
} from './support/seen.ts';

const MINUTE = 60_000;

let app: TestApp;
let firing: AlertBody;
beforeEach(async () => {
  app = await startTestApp();
  firing = alert({ now: app.now() });
  await app.send(bodyOf([firing]));
  await firstPost(app);
  await app.atRest();
});
afterEach(() => app.close());

const posts = () => app.slack.channel('alerts').posts();
const shot = () =>
  app.slack.channel('alerts').messages.filter((m) => m.thread_ts === undefined || m.thread_ts === m.ts);

async function send(...alerts: AlertBody[]) {
  const sent = await app.send(bodyOf(alerts));
  await app.atRest();
  return sent.body['outcome'];
}

async function clear(): Promise<void> {
  app.move(2 * MINUTE);
  await send(resolved(firing, app.now()));
}

async function again(afterMs: number) {
  app.move(afterMs);
  firing = firingAgain(firing, app.now());
  return send(firing);
}

describe('resolving by hand while an alert fires', () => {
  async function resolveByHand(): Promise<void> {
    const post = shot()[0]!;
    await app.slack.as('hana').click(post, 'Resolve');
    await app.slack.until(() => app.slack.as('hana').view());
    expect(JSON.stringify(app.slack.as('hana').view())).toMatch(/still fires/);
    expect(words(app, post)).not.toMatch(/Resolved by/);
    await app.slack.as('hana').submit();
    await untilShows(app, post, /Resolved by <@U0HANA0001> .*1 still firing, held until it clears/s);
    await app.atRest();
  }

  it('asks first; then repeats of what is held change nothing', async () => {
    await resolveByHand();
    await linesSaid(app);
    const before = changes(app);
    app.move(30 * MINUTE);
    expect(await send(firing)).toBe('held');
    expect(changes(app)).toBe(before);
  });

  it('by mistake is taken back: what fires is held no more, people are called anew, its end counts', async () => {
    await resolveByHand();
    const post = shot()[0]!;
    const before = told(app)['taro']!.length;
    await app.slack.as('mika').click(post, 'Reopen');
    await untilWhispered(app, 'mika', /INC-1 is open again, and calling starts anew/);
    await app.atRest();
    expect(words(app, post)).toMatch(/1 firing.*Nobody has it yet/s);
    expect(words(app, post)).not.toMatch(/held|Resolved|Reopen/);
    expect(told(app)['taro']!.length).toBeGreaterThan(before);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/mika took the resolve back/);
    expect(thread(app, post).join('\n')).toMatch(/<@U0TARO0001> .*mika.* says that it was resolved by mistake/s);
    expect(await send(firing)).toBe('unchanged');
    await clear();
    expect(words(app, post)).toMatch(/Resolved at/);
  });

  it('is taken back as severe as what still fires, so that a graver one that fires anew calls', async () => {
    const lesser = alert({ now: app.now(), labels: { pod: 'checkout-2', severity: 'warning' } });
    await send(firing, lesser);
    const post = shot()[0]!;
    await app.slack.as('hana').click(post, 'Resolve');
    await app.slack.until(() => app.slack.as('hana').view());
    await app.slack.as('hana').submit();
    await untilShows(app, post, /Resolved by/);
    await clear();
    await app.slack.as('mika').click(shot()[0]!, 'Reopen');
    await untilShows(app, post, /Medium.*1 firing.*Nobody has it yet/s);
    await app.slack.as('mika').click(shot()[0]!, 'Acknowledge');
    await untilWhispered(app, 'mika', /You have/);
    const before = told(app)['taro']!.length;
    expect(await again(MINUTE)).toBe('joined');
    expect(words(app, post)).toMatch(/Critical.*Nobody has it yet/s);
    expect(told(app)['taro']!.length).toBeGreaterThan(before);
  });

  it('leaves no way back where nothing fires any more', async () => {
    await resolveByHand();
    await clear();
    expect(words(app, shot()[0]!)).toMatch(/Resolved by/);
    expect(words(app, shot()[0]!)).not.toMatch(/Reopen/);
  });

  it('can be left open', async () => {
    const post = shot()[0]!;
    await app.slack.as('hana').click(post, 'Resolve');
    await app.slack.until(() => app.slack.as('hana').view());
    await app.slack.as('hana').closeView();
    await linesSaid(app);
    expect(words(app, post)).toMatch(/Nobody has it yet/);
  });

  it('another alert of the group opens a new incident', async () => {
    await resolveByHand();
    const other = alert({ now: app.now(), labels: { pod: 'checkout-2' } });
    expect(await send(firing, other)).toBe('opened');
    expect(shot()).toHaveLength(2);
    expect(words(app, shot()[0]!)).toMatch(/Resolved by/);
    expect(words(app, shot()[1]!)).toMatch(/1 firing, 1 held|1 firing/);
    expect(told(app)['taro']!.filter((where) => where === 'alerts')).toHaveLength(2);
  });

  it('a held alert that cleared and fires anew reopens', async () => {
    await resolveByHand();
    await clear();
    expect(words(app, shot()[0]!)).not.toMatch(/held until/);
    expect(await again(2 * MINUTE)).toBe('reopened');
    expect(shot().filter((m) => !m.broadcast)).toHaveLength(1);
    expect(words(app, shot()[0]!)).toMatch(/Nobody has it yet/);
    await clear();
    expect(words(app, shot()[0]!)).toMatch(/Resolved at/);
    expect(words(app, shot()[0]!)).not.toMatch(/U0HANA0001/);
    expect(await again(2 * MINUTE)).toBe('reopened');
  });
});

describe('firing again after it cleared', () => {
  it('within the window is the same incident: not acknowledged, edited, told in the channel, paged', async () => {
    const post = onlyPost(app);
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have/);
    await clear();
    expect(await again(10 * MINUTE)).toBe('reopened');
    const shown = words(app, post);
    expect(shown).toMatch(/Nobody has it yet/);
    expect(shown).not.toMatch(/has it, since|Resolved/);
    const loud = posts().filter((m) => m.broadcast);
    expect(loud.map((m) => m.thread_ts)).toEqual([post.ts]);
    expect(words(app, loud[0]!)).toMatch(/fires again; INC-\d+ is reopened/);
    expect(thread(app, post).join('\n')).toMatch(/<@U0TARO0001> .*it fires again\./s);
  });

  it('the third time in an hour flaps: one line, a count, no ping', async () => {
    const post = onlyPost(app);
    for (let time = 1; time <= 2; time++) {
      await clear();
      expect(await again(2 * MINUTE)).toBe('reopened');
    }
    await clear();
    await linesSaid(app);
    const before = told(app);
    const lines = thread(app, post).length;
    expect(await again(2 * MINUTE)).toBe('reopened');
    await linesSaid(app);
    expect(words(app, post)).toMatch(/Flapping: fired again 3 times within an hour/);
    expect(thread(app, post).slice(lines).join('\n')).toMatch(
      /Flapping: 3 times within an hour\. Reopened without a ping/,
    );
    expect(thread(app, post)).toHaveLength(lines + 1);
    expect(told(app)).toEqual(before);
    app.move(60 * MINUTE);
    await app.atRest();
    expect(told(app)).toEqual(before);
  });

  it('after the window is a new incident with a number of its own', async () => {
    await clear();
    expect(await again(16 * MINUTE)).toBe('opened');
    const [first, second] = shot();
    expect(words(app, first!)).toMatch(/INC-1\b.*Resolved/s);
    expect(words(app, second!)).toMatch(/INC-2\b/);
    expect(told(app)['taro']!.filter((where) => where === 'alerts')).toHaveLength(2);
  });

  it('a late copy of the first body after the resolve does not reopen by itself within the minute', async () => {
    const late = bodyOf([firing]);
    await clear();
    const before = words(app, onlyPost(app));
    await app.send(late);
    await app.atRest();
    expect(words(app, onlyPost(app))).toBe(before);
    app.move(61_000);
    await app.atRest();
    expect(words(app, onlyPost(app))).toBe(before);
  });

  it('the same body again and again after the resolve means that it fires: reopened', async () => {
    const same = bodyOf([firing]);
    await clear();
    app.move(2 * MINUTE);
    await app.send(same);
    await app.atRest();
    expect(words(app, shot()[0]!)).toMatch(/Nobody has it yet/);
  });
});

describe('an alert that joins', () => {
  it('more severe than what was acknowledged takes the acknowledgement back and calls', async () => {
    const warning = alert({ now: app.now(), labels: { alertname: 'Queue', severity: 'warning' } });
    await app.send(bodyOf([warning]));
    await app.atRest();
    const post = shot()[1]!;
    await app.slack.as('hana').click(post, 'Acknowledge');
    await untilWhispered(app, 'hana', /You have/);
    const worse = alert({ now: app.now(), labels: { alertname: 'Queue', pod: 'queue-1' } });
    expect(await send(warning, worse)).toBe('joined');
    expect(words(app, post)).toMatch(/Critical .*Nobody has it yet/s);
    expect(thread(app, post).join('\n')).toMatch(/<@U0TARO0001> .*it became more severe\./s);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/Severity Medium → Critical/);
  });

  it('less severe is one line in the thread for whoever has it', async () => {
    const post = onlyPost(app);
    await app.slack.as('hana').click(post, 'Acknowledge');
    await untilWhispered(app, 'hana', /You have/);
    await linesSaid(app);
    const before = thread(app, post).length;
    const before0 = told(app)['hana'] ?? [];
    const lesser = alert({ now: app.now(), labels: { severity: 'warning', pod: 'checkout-3' } });
    expect(await send(firing, lesser)).toBe('joined');
    await linesSaid(app);
    expect(thread(app, post)).toHaveLength(before + 1);
    expect(thread(app, post).at(-1)).toMatch(/<@U0HANA0001> for you: Another alert joined: checkout-3/);
    expect(words(app, post)).toMatch(/<@U0HANA0001> has it/);
    expect(words(app, post)).toMatch(/2 firing/);
    expect(told(app)['hana']).toEqual([...before0, 'alerts thread']);
  });

  it('one of two that clears is a line; the incident stays open until both have', async () => {
    const other = alert({ now: app.now(), labels: { pod: 'checkout-3' } });
    await send(firing, other);
    await send(resolved(firing, app.now()), other);
    expect(words(app, onlyPost(app))).toMatch(/1 firing, 1 resolved/);
    await send(other);
    expect(words(app, onlyPost(app))).toMatch(/1 firing, 1 resolved/);
    await send(resolved(other, app.now()));
    expect(words(app, onlyPost(app))).toMatch(/Resolved at/);
  });
});
