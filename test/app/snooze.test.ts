import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import {
  buttons,
  firstPost,
  linesSaid,
  menu,
  thread,
  told,
  untilShows,
  untilThread,
  untilWhispered,
  words,
} from './support/seen.ts';

const MINUTE = 60_000;
const MORNING = /^Snooze until (Mon|Tue|Wed|Thu|Fri|Sat|Sun) 9:00$/;
const HOUR = 60 * MINUTE;

let app: TestApp;
let firing: AlertBody;
let post: Awaited<ReturnType<typeof firstPost>>;

const CONFIG = TEAM.replace('channel: alerts', 'channel: alerts, zone: Asia/Tokyo');

beforeEach(async () => {
  app = await startTestApp({ config: CONFIG });
  firing = alert({ now: app.now() });
  await send(firing);
  post = await firstPost(app);
  await app.atRest();
});
afterEach(() => app.close());

async function send(...alerts: AlertBody[]): Promise<void> {
  await app.send(bodyOf(alerts));
  await app.atRest();
}

async function pass(ms: number): Promise<void> {
  app.move(ms);
  await app.atRest();
}

async function pick(person: string, label: string): Promise<void> {
  await app.slack.as(person).click(post, label, { confirm: true });
  await app.atRest();
}

const calls = (person: string): number => told(app)[person]?.length ?? 0;

describe('what can be pressed', () => {
  it('is five buttons at most, and a menu of five', () => {
    expect(buttons(app, post)).toEqual(['Acknowledge', 'Restart checkout', 'Diagnose', 'Escalate now', 'Resolve']);
    expect(menu(app, post)).toEqual(['Snooze 1 h', 'Snooze 4 h', expect.stringMatching(MORNING), 'Assign…']);
  });

  it('is nothing of it once it is resolved', async () => {
    await send(resolved(firing, app.now()));
    expect([...buttons(app, post), ...menu(app, post)]).toEqual([]);
  });
});

describe('a snooze', () => {
  it('calls nobody until its time is over, then calls anew', async () => {
    await pick('hana', 'Snooze 1 h');
    expect(await untilShows(app, post, /Snoozed until .* by <@U0HANA0001>/)).toMatch(/if it still fires, people/);
    await untilWhispered(
      app,
      'hana',
      /INC-1 is snoozed: nobody is called for it until .*unless it becomes more severe/,
    );
    const before = told(app);
    await pass(59 * MINUTE);
    await send(firing);
    expect(told(app)).toEqual(before);
    await pass(MINUTE);
    expect(await untilShows(app, post, /Nobody has it yet/)).not.toMatch(/Snoozed/);
    await untilThread(app, post, /<@U0TARO0001> .*needs you: the snooze ended/s);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/hana.* snoozed it until .*The snooze is over and it still fires/s);
  });

  it('of one that somebody has takes it from them, for its time', async () => {
    await pick('mika', 'Acknowledge');
    await pick('hana', 'Snooze 4 h');
    expect(words(app, post)).not.toMatch(/has it, since/);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/hana.* snoozed it until .*<@U0MIKA0001> had it/s);
    const before = calls('taro');
    await pass(4 * HOUR);
    expect(calls('taro')).toBeGreaterThan(before);
  });

  it('until 9:00 ends at the team’s next 9:00', async () => {
    const label = menu(app, post).find((one) => MORNING.test(one))!;
    await pick('hana', label);
    const { rows } = await snoozedUntil();
    expect(rows[0]!.toISOString()).toMatch(/T00:00:00.000Z$/);
    const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Asia/Tokyo' }).format(rows[0]);
    expect(label).toBe(`Snooze until ${weekday} 9:00`);
  });

  it('can be changed, and ended before its time: then people are called at once', async () => {
    await pick('hana', 'Snooze 1 h');
    await pick('mika', 'Snooze 4 h');
    await pass(2 * HOUR);
    expect(words(app, post)).toMatch(/Snoozed until .* by <@U0MIKA0001>/);
    const asked = await app.slack.as('kenji').click(post, 'End snooze');
    expect(JSON.stringify(asked.dialog)).toMatch(/open again, and calling starts anew/);
    await pick('kenji', 'End snooze');
    await untilThread(app, post, /<@U0TARO0001> .*kenji.* ended the snooze/s);
    const after = calls('taro');
    await pass(2 * HOUR);
    expect(thread(app, post).filter((line) => /the snooze ended/.test(line))).toEqual([]);
    expect(calls('taro')).toBeGreaterThanOrEqual(after);
  });

  it('is ended by an acknowledgement, and by its alerts clearing', async () => {
    await pick('hana', 'Snooze 1 h');
    await pick('mika', 'Acknowledge');
    const before = told(app);
    await pass(2 * HOUR);
    expect(told(app)).toEqual(before);
    expect(words(app, post)).toMatch(/<@U0MIKA0001> has it/);
    await pick('mika', 'Snooze 1 h');
    await send(resolved(firing, app.now()));
    await pass(2 * HOUR);
    expect(told(app)).toEqual(before);
    expect(words(app, post)).toMatch(/Resolved at/);
  });

  it('keeps quiet for a newcomer that is no worse, and wakes for one that is', async () => {
    const mild = alert({ now: app.now(), labels: { alertname: 'Slow', severity: 'high' } });
    await send(mild);
    post = app.slack.channel('alerts').posts().at(-1)!;
    await pick('hana', 'Snooze 4 h');
    const before = told(app);
    const same = alert({ now: app.now(), labels: { ...mild.labels, pod: 'checkout-2' } });
    await send(mild, same);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/Another alert joined/);
    expect(told(app)).toEqual(before);
    expect(words(app, post)).toMatch(/Snoozed until/);
    await send(
      mild,
      same,
      alert({ now: app.now(), labels: { ...mild.labels, pod: 'checkout-3', severity: 'critical' } }),
    );
    expect(words(app, post)).toMatch(/Critical.*Nobody has it yet/s);
    await untilThread(app, post, /<@U0TARO0001> .*it became more severe/s);
  });

  it('that came to its end while the program was away ends when it is back', async () => {
    await pick('hana', 'Snooze 1 h');
    await app.stop();
    app.move(3 * HOUR);
    await app.start();
    await untilThread(app, post, /<@U0TARO0001> .*needs you: the snooze ended/s);
    await app.atRest();
    expect(thread(app, post).filter((line) => /the snooze ended/.test(line))).toHaveLength(1);
  });
});

async function snoozedUntil(): Promise<{ rows: readonly Date[] }> {
  const found = await app.app().database.db.selectFrom('incidents').select('snoozed_until').execute();
  return { rows: found.flatMap(({ snoozed_until: until }) => (until ? [until] : [])) };
}

describe('assigning', () => {
  async function assign(
    by: string,
    to: keyof typeof PEOPLE,
  ): Promise<Awaited<ReturnType<ReturnType<TestApp['slack']['as']>['submit']>>> {
    await app.slack.as(by).click(post, 'Assign…');
    await app.slack.until(() => app.slack.as(by).view());
    const answered = await app.slack.as(by).submit({ Person: PEOPLE[to] });
    await app.atRest();
    return answered;
  }

  it('tells who it is by a direct message with the incident, shows it, and goes on calling', async () => {
    expect(await assign('hana', 'mika')).toMatchObject({ ok: true });
    await untilShows(app, post, /Nobody has it yet.* Assigned to <@U0MIKA0001>/s);
    expect(told(app)['mika']).toEqual(['dm']);
    const [dm] = app.slack.user('mika').directMessages;
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/hana.* assigned it to <@U0MIKA0001>/s);
    await pass(10 * MINUTE);
    expect(told(app)).toHaveProperty('kenji');
    await app.slack.as('mika').click(dm!, 'Acknowledge');
    await untilShows(app, post, /<@U0MIKA0001> has it/);
    expect(words(app, post)).not.toMatch(/Assigned to/);
  });

  it('of somebody who was called before answers in the thread of that message', async () => {
    await assign('hana', 'taro');
    const dms = app.slack.user('taro').directMessages;
    expect(dms).toHaveLength(2);
    expect(words(app, dms[1]!)).toMatch(/<@U0HANA0001> asks you to see to INC-1: .*Critical: CheckoutErrors/s);
  });

  it('of one that somebody has hands it over, and calls nobody else', async () => {
    await pick('hana', 'Acknowledge');
    const before = told(app)['taro'];
    await assign('hana', 'mika');
    await untilShows(app, post, /<@U0MIKA0001> has it/);
    expect(app.slack.user('mika').directMessages).toHaveLength(1);
    await linesSaid(app);
    expect(thread(app, post).join('\n')).toMatch(/hana.* handed it to <@U0MIKA0001>/s);
    await pass(HOUR);
    expect(told(app)['taro']).toEqual(before);
    expect(await assign('hana', 'mika')).toMatchObject({ ok: false, errors: { 'in:person': /have it already/ } });
  });

  it('to oneself is acknowledging', async () => {
    await assign('hana', 'hana');
    await untilShows(app, post, /<@U0HANA0001> has it/);
    expect(app.slack.user('hana').directMessages).toEqual([]);
  });

  it('takes nobody who cannot take it', async () => {
    for (const nobody of ['gil', 'deploybot', 'dai', 'fran'] as const)
      expect((await assign('hana', nobody)).errors?.['in:person']).toMatch(/cannot take an incident|not known here/);
    expect(words(app, post)).not.toMatch(/Assigned/);
  });
});
